-- Names in a function are found in the same schemas whoever calls it, and whatever search_path they have.

ALTER FUNCTION free_slot() SET search_path = pg_catalog, pg_temp;
