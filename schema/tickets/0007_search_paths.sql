-- A function finds its names in the same schemas, whatever search_path its caller has.

ALTER FUNCTION free_slot() SET search_path = pg_catalog, pg_temp;
