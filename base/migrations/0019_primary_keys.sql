-- A row of a municipality is found by its municipality and its id: the primary key is (municipality_id, id), as a
-- database that is spread over machines by municipality needs it. The index on both columns that foreign keys pointed
-- to goes: the primary key is that index. Foreign keys are taken off and put back as they were.
--
-- Tables that named queries alone touch, and no model describes:
--   answer         an answer that was counted, parted from its ballot and its receipt. Those that came lie in
--                  answer_incoming, shaken ones of open surveys in answer_shaken, which inherit from it.
--   receipt        that an answer was counted: a hash its giver made; receipt_shaken while the survey is open.
--   spent_ballot   a ballot of an open survey that was handed in before a shake: its digest.
--   participation  that somebody was given a ballot, or was registered when a survey for those began: an HMAC under a key
--                  of the survey that is destroyed when it is counted; request_hash is null where no ballot was fetched.
--   push_budget    what may be handed to a courier just now, by all workers: a bucket that fills.
do $keys$
declare
    one record;
    foreign_keys text[];
    statement text;
begin
    select array_agg(format('alter table %s add constraint %I %s', conrelid::regclass, conname,
                            pg_get_constraintdef(oid)))
    into foreign_keys
    from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0
        and confrelid <> 'municipality'::regclass;
    for one in
        select conrelid::regclass as "table", conname from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0
            and confrelid <> 'municipality'::regclass
    loop
        execute format('alter table %s drop constraint %I', one."table", one.conname);
    end loop;
    for one in
        select c.conrelid::regclass as "table", c.conname,
            (select u.conname from pg_constraint u
             where u.conrelid = c.conrelid and u.contype = 'u' and u.conname = r.relname || '_tenant') as spare
        from pg_constraint c join pg_class r on r.oid = c.conrelid
        where c.contype = 'p' and c.connamespace = 'public'::regnamespace
            and pg_get_constraintdef(c.oid) = 'PRIMARY KEY (id)'
            and exists (
                select from pg_attribute a
                where a.attrelid = c.conrelid and a.attname = 'municipality_id' and not a.attisdropped
            )
    loop
        execute format('alter table %s drop constraint %I', one."table", one.conname);
        if one.spare is not null then
            execute format('alter table %s drop constraint %I', one."table", one.spare);
        end if;
        execute format('alter table %s add constraint %I primary key (municipality_id, id)', one."table", one.conname);
    end loop;
    foreach statement in array coalesce(foreign_keys, array[]::text[]) loop
        execute statement;
    end loop;
end $keys$;
