-- Every table, and what it is in words.
select c.relname as "table", coalesce(obj_description(c.oid, 'pg_class'), 'What the job queue keeps.') as what
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
order by c.relname
