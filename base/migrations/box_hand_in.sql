-- Spend ballots and put their answers in the box, all or none, while the survey is open: one statement that is its own
-- transaction and bound to the municipality for as long as it lasts. For each ballot, in the order given, whether what
-- now lies under it came with the same body; null where the survey takes no answers. Who closes the survey holds the
-- lock alone: each statement below sees what was committed before it began, so a close that was waited for is seen.
create or replace function hand_in(
    town uuid, box uuid, moment timestamptz, lock bigint, marks bytea[], hashes bytea[], said text[], secrets bytea[]
) returns boolean[] language plpgsql as $$
declare
    stored integer;
    lies_there bytea;
    same boolean[];
begin
    -- Plans are kept, and these tables are emptied and grow again: each ballot is looked for by its key, one by one,
    -- however few there were when the plan was made.
    perform set_config('medvirk.municipality', town::text, true), set_config('enable_seqscan', 'off', true);
    perform pg_advisory_xact_lock_shared(lock);
    perform from survey
    where id = box and state = 'open'
        and (opens_at is null or opens_at <= moment) and (closes_at is null or closes_at > moment);
    if not found then
        return null;
    end if;
    -- A ballot may lie in any of four tables: whoever spends it holds it first, in one order, so that nobody waits in a
    -- circle, and looks for it afterwards.
    perform pg_advisory_xact_lock(number)
    from (select distinct hashtextextended(encode(mark, 'hex'), 1) as number from unnest(marks) as mark order by 1) as m;
    -- Where the table's file is just being given up, the spare one takes the answers.
    if pg_try_advisory_xact_lock_shared(5567198403219272) then
        insert into answer_incoming
            (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken, body_hash)
        select gen_random_uuid(), town, box, body::jsonb, mark, secret, false, hash
        from (
            select distinct on (mark) mark, hash, body, secret
            from unnest(marks, hashes, said, secrets) with ordinality as one (mark, hash, body, secret, place)
            order by mark, place
        ) as given
        where (
            select true from answer_incoming as i
            where i.municipality_id = town and i.survey_id = box and i.ballot = mark
        ) is null and (
            select true from answer_incoming_spare as i
            where i.municipality_id = town and i.survey_id = box and i.ballot = mark
        ) is null and (
            select true from spent_ballot as b where b.municipality_id = town and b.survey_id = box and b.ballot = mark
        ) is null;
    else
        insert into answer_incoming_spare
            (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken, body_hash)
        select gen_random_uuid(), town, box, body::jsonb, mark, secret, false, hash
        from (
            select distinct on (mark) mark, hash, body, secret
            from unnest(marks, hashes, said, secrets) with ordinality as one (mark, hash, body, secret, place)
            order by mark, place
        ) as given
        where (
            select true from answer_incoming as i
            where i.municipality_id = town and i.survey_id = box and i.ballot = mark
        ) is null and (
            select true from answer_incoming_spare as i
            where i.municipality_id = town and i.survey_id = box and i.ballot = mark
        ) is null and (
            select true from spent_ballot as b where b.municipality_id = town and b.survey_id = box and b.ballot = mark
        ) is null;
    end if;
    get diagnostics stored = row_count;
    same := array_fill(true, array[cardinality(marks)]);
    if stored < cardinality(marks) then
        for place in 1 .. cardinality(marks) loop
            lies_there := null;
            select body_hash into lies_there from (
                select body_hash from answer_incoming
                where municipality_id = town and survey_id = box and ballot = marks[place]
                union all
                select body_hash from answer_incoming_spare
                where municipality_id = town and survey_id = box and ballot = marks[place]
            ) as either;
            same[place] := coalesce(lies_there = hashes[place], false);
        end loop;
    end if;
    return same;
end $$;
