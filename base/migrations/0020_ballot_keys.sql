-- What is handed in is looked for by its ballot. To a plan that was made while the table was known to be empty, the
-- primary key (municipality_id, id) costs the same as the index of ballots, and finds every row of the municipality:
-- kept, such a plan reads the whole box for each answer until the table is measured again. So there is but one index
-- that begins with the municipality: the key that these rows are found by is their primary key.
do $keys$
declare
    one record;
begin
    for one in
        select c.conrelid::regclass as "table", c.conname as wide, p.conname as narrow,
            regexp_replace(pg_get_constraintdef(c.oid), '^UNIQUE', 'primary key') as key
        from pg_constraint c join pg_constraint p on p.conrelid = c.conrelid and p.contype = 'p'
        where c.contype = 'u' and c.conrelid in (
            'answer_incoming'::regclass, 'answer_incoming_spare'::regclass, 'spent_ballot'::regclass,
            'spent_ballot_spare'::regclass, 'participation'::regclass)
    loop
        execute format('alter table %s drop constraint %I, drop constraint %I', one."table", one.wide, one.narrow);
        execute format('alter table %s add constraint %I %s', one."table", one.narrow, one.key);
    end loop;
end $keys$;
