-- What is held of a resident is found by walking the schema, so that no table can be forgotten.

create function resident_tables() returns table ("table" text, "column" text, what text) language sql stable as $$
    select
        c.relname,
        a.attname,
        coalesce(obj_description(c.oid, 'pg_class'), c.relname)
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
$$;
comment on function resident_tables is
    'Every table that holds something of a resident''s: by a column that names the resident, or, in the ledger, by the '
    'subject under which it knows them; and what it holds, in words.';

create function held_rows(town uuid, resident uuid, subject bytea)
returns table ("table" text, "column" text, what text, rows jsonb) language plpgsql stable as $$
declare
    held text := 'select coalesce(jsonb_agg(to_jsonb(t)), ''[]'') from %I t where t.municipality_id = $1 and t.%I = $2';
begin
    for "table", "column", what in select * from resident_tables() loop
        if "column" = 'subject' then
            execute format(held, "table", "column") into rows using town, subject;
        else
            execute format(held, "table", "column") into rows using town, resident;
        end if;
        return next;
    end loop;
end $$;
comment on function held_rows is 'Every row that is a resident''s, table by table, empty ones too; see resident_tables().';
