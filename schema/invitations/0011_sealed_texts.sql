-- Every text that a key still opens, whatever table holds it: what rotation replaces and counts.

CREATE VIEW sealed_texts AS
SELECT request_id::text AS row_id, 'instance_link' AS column_name, instance_link AS sealed
  FROM invitations
 WHERE instance_link IS NOT NULL
   AND status IN ('recruiting', 'full')
UNION ALL
SELECT request_id::text, 'vrchat_profile', vrchat_profile
  FROM invitations
 WHERE vrchat_profile IS NOT NULL
   AND status IN ('recruiting', 'full')
UNION ALL
SELECT request_id::text, 'vrchat_profile', vrchat_profile
  FROM drafts
 WHERE vrchat_profile IS NOT NULL;

COMMENT ON VIEW sealed_texts IS '封緘されたすべての値（鍵の交換用）';
