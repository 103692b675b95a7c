-- A function finds its names in the same schemas, whatever search_path its caller has.

ALTER FUNCTION count_seats_taken() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION follow_seats_taken() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION keep_participant_times() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION prevent_false_beginning() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION prevent_final_participant_modification() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION prevent_final_state_modification() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION prevent_free_seat_beside_queue() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION prevent_overtaking() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION update_invitation_updated_at() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION list_invitations SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION list_invitations_of_tag SET search_path = pg_catalog, pg_temp;
