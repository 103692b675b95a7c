"""What a database's catalogue says about our schemas, as lines that can be compared."""

import re

import psycopg

LIST = re.compile(r"\(ARRAY\[([^\]]*)\]\)::text\[\]")
ELEMENT = re.compile(r"'(?:[^']|'')*'::character varying")
# Without parameters, so that psycopg leaves every % alone. Names of the tool before are left out.
SELECT_LINES = """
WITH spaces AS (
  SELECT * FROM pg_namespace WHERE nspname IN ('invitations', 'tickets', 'scheduler')
), relations AS (
  SELECT * FROM pg_class
   WHERE relnamespace IN (SELECT oid FROM spaces) AND relname !~ 'yoyo'
)
SELECT format('schema %s, owner %s, rights %s', nspname, nspowner::regrole, nspacl) FROM spaces
UNION ALL
SELECT format('relation %s (%s), owner %s, rights %s, options %s',
              oid::regclass, relkind, relowner::regrole, relacl, reloptions)
  FROM relations
UNION ALL
SELECT format('column %s.%s %s, required %s, default %s, identity %s, generated %s',
              attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
              pg_get_expr(adbin, adrelid), attidentity, attgenerated)
  FROM pg_attribute
  JOIN relations ON relations.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
  FROM pg_constraint WHERE conrelid IN (SELECT oid FROM relations)
UNION ALL
SELECT format('index %s, valid %s', pg_get_indexdef(indexrelid), indisvalid)
  FROM pg_index WHERE indrelid IN (SELECT oid FROM relations)
UNION ALL
SELECT format('%s, enabled %s', pg_get_triggerdef(oid), tgenabled)
  FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relations) AND NOT tgisinternal
UNION ALL
SELECT format('view %s: %s', oid::regclass, pg_get_viewdef(oid)) FROM relations WHERE relkind = 'v'
UNION ALL
SELECT format('function %s, owner %s, rights %s: %s',
              oid::regprocedure, proowner::regrole, proacl, pg_get_functiondef(oid))
  FROM pg_proc WHERE pronamespace IN (SELECT oid FROM spaces)
UNION ALL
SELECT format('comment on %s: %s', pg_describe_object(classoid, objoid, objsubid), description)
  FROM pg_description
 WHERE classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM relations)
"""


def lines(connection: psycopg.Connection) -> set[str]:
    """Describe each object of the services' schemas: equal sets are equal schemas."""
    return {as_reloaded(row[0]) for row in connection.execute(SELECT_LINES)}


def as_reloaded(text: str) -> str:
    """Rewrite `column IN (…)` of a varchar as PostgreSQL does when it loads its own dump."""
    return LIST.sub(lambda found: "ARRAY[" + ELEMENT.sub(r"(\g<0>)::text", found[1]) + "]", text)
