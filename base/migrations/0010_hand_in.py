"""What it costs to hand in an answer does not grow with the box.

`hand_in` asked at its end, for all ballots at once, what now lies under them. Where the box had been small when a
connection first asked, it went on reading the whole of it each time, until the tables' statistics were next gathered.
Mostly every ballot has just been spent, and there is nothing to ask; where one has not, its own row is looked up.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

HAND_IN = """
create or replace function hand_in(
    town uuid, box uuid, moment timestamptz, lock bigint, marks bytea[], hashes bytea[], said text[], secrets bytea[]
) returns boolean[] language plpgsql as $$
declare
    stored integer;
    lies_there bytea;
    same boolean[];
begin
    perform set_config('medvirk.municipality', town::text, true);
    perform pg_advisory_xact_lock_shared(lock);
    perform from survey
    where id = box and state = 'open'
        and (opens_at is null or opens_at <= moment) and (closes_at is null or closes_at > moment);
    if not found then
        return null;
    end if;
    with given as (
        select distinct on (mark) mark, hash, body, secret
        from unnest(marks, hashes, said, secrets) with ordinality as one (mark, hash, body, secret, place)
        order by mark, place
    ),
    spent as (
        insert into spent_ballot (id, municipality_id, survey_id, ballot, body_hash)
        select gen_random_uuid(), town, box, mark, hash from given
        on conflict (municipality_id, survey_id, ballot) do nothing
        returning ballot
    )
    insert into answer (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken)
    select gen_random_uuid(), town, box, body::jsonb, mark, secret, false from given join spent on ballot = mark;
    get diagnostics stored = row_count;
    same := array_fill(true, array[cardinality(marks)]);
    if stored < cardinality(marks) then
        for place in 1 .. cardinality(marks) loop
            select body_hash into lies_there from spent_ballot
            where municipality_id = town and survey_id = box and ballot = marks[place];
            same[place] := coalesce(lies_there = hashes[place], false);
        end loop;
    end if;
    return same;
end $$
"""


class Migration(migrations.Migration):
    """Handing in looks at the ballots at hand alone."""

    dependencies = [("medvirk", "0009_ballot_keys")]

    operations = [ops.RunSQL(HAND_IN, reverse_sql=ops.RunSQL.noop)]
