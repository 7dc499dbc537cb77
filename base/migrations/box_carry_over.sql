-- Carry over what still lies in one table of the box, in random order and one transaction, and give up its file:
-- deleted rows, their long values and their index entries go with it. True where there was a file to give up.
--
-- It runs as the tables' owner, since it carries over the rows of every municipality and may truncate; it takes the
-- name of one of these tables and nothing else, and whatever it is called with no row is lost, changed or shown.
-- Raises lock_not_available where somebody holds the table for longer than a quarter of a second: then nothing was
-- done, and it is tried again. Of a table that has a spare one, readers wait while the file is changed, not while the
-- rows are carried over, and those who hand in answers use the spare one meanwhile.
create function carry_over(swept text) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    spare text;
begin
    if swept <> all (array[
        'answer_incoming', 'answer_incoming_spare', 'answer_shaken', 'receipt_shaken', 'spent_ballot',
        'spent_ballot_spare', 'participation', 'survey_code', 'comment', 'release_ground'
    ]) then
        raise exception 'nothing is carried over of this table' using errcode = 'insufficient_privilege';
    end if;
    spare := case swept
        when 'answer_incoming' then 'answer_incoming_spare' when 'answer_incoming_spare' then 'answer_incoming'
        when 'spent_ballot' then 'spent_ballot_spare' when 'spent_ballot_spare' then 'spent_ballot' end;
    if pg_total_relation_size(format('public.%I', swept)::regclass) <= (
        select count(*) * current_setting('block_size')::bigint from pg_index i join pg_class c
            on i.indrelid in (c.oid, c.reltoastrelid)
        where c.oid = format('public.%I', swept)::regclass
    ) then
        return false;  -- One empty page for each index: nothing has lain here since the last time.
    end if;
    perform set_config('lock_timeout', '250ms', true), set_config('work_mem', '64MB', true);
    perform pg_advisory_xact_lock(5567198403219271);
    if swept = 'answer_incoming' then
        perform pg_advisory_xact_lock(5567198403219272);  -- Waits for answers on their way; later ones go to the spare.
    end if;
    if spare is not null then
        execute format('lock table only public.%I in exclusive mode', swept);
        execute format(
            'insert into public.%I select * from only public.%I order by gen_random_uuid()', spare, swept);
        execute format('truncate only public.%I', swept);
    else
        execute format('lock table only public.%I in access exclusive mode', swept);
        execute format(
            'create temporary table carried_over on commit drop as select * from only public.%I', swept);
        execute format('truncate only public.%I', swept);
        execute format('insert into public.%I select * from carried_over order by gen_random_uuid()', swept);
        drop table pg_temp.carried_over;
    end if;
    return true;
end $$;
revoke all on function carry_over(text) from public;
