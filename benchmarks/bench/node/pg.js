import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });

const LIST_BY_TAG = `
SELECT id, guild_id, channel_id, event_name, start_time, end_time, tag, status, world_name,
       host_name, max_participants, joined_count
  FROM invitations
 WHERE status = $1
   AND tag = $2
 ORDER BY start_time, id
 LIMIT $3
`;

export async function find(status, tag, limit) {
  return (await pool.query(LIST_BY_TAG, [status, tag, limit])).rows;
}

export const close = () => pool.end();
