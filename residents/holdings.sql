-- Every table that holds something of a resident's, found in the schema: by a column that names the resident, or, in
-- the ledger, by the subject under which it knows them.
select
    c.relname as "table",
    a.attname as "column",
    coalesce(obj_description(c.oid, 'pg_class'), c.relname) as what
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace
  and c.relkind in ('r', 'p')
  and not c.relispartition
  and (
      (a.attname = 'resident_id' and a.atttypid = 'uuid'::regtype)
      or (a.attname = 'subject' and a.atttypid = 'bytea'::regtype)
      or (c.relname = 'resident' and a.attname = 'id')
  )
order by c.relname <> 'resident', c.relname
