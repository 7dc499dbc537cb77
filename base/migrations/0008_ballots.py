"""Answers go into the box many at a time; the keys that sign ballots stand in a log that is only added to."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check, tenant

# Spend ballots and put their answers in the box, all or none, while the survey is open: one statement that is its own
# transaction and bound to the municipality for as long as it lasts. For each ballot, in the order given, whether what
# now lies under it came with the same body; null where the survey takes no answers. Who closes the survey holds the
# lock alone: each statement below sees what was committed before it began, so a close that was waited for is seen.
# `marks` are spent in their own order, so that two calls never wait for each other in a circle.
HAND_IN = """
create function hand_in(
    town uuid, box uuid, moment timestamptz, lock bigint, marks bytea[], hashes bytea[], said text[], secrets bytea[]
) returns boolean[] language plpgsql as $$
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
    return (
        select array_agg(coalesce(body_hash = hash, false) order by place)
        from unnest(marks, hashes) with ordinality as one (mark, hash, place)
        left join spent_ballot on survey_id = box and ballot = mark
    );
end $$
"""

# The keys of surveys that were launched before there was a log, in the order in which they were.
BEFORE = """
insert into survey_key (id, municipality_id, place, survey_id, token_key, opened_on)
select gen_random_uuid(), m.id, row_number() over (partition by m.id order by s.opened_at, s.id) - 1,
    s.id, s.token_key, coalesce(s.opened_at, s.created_at)::date
from survey s join municipality m on m.id = s.municipality_id where s.token_key is not null
"""

STAYS = """
create function survey_key_stays() returns trigger language plpgsql as $$
begin
    raise exception 'the log of keys is only added to';
end $$;
create trigger survey_key_stays before update or delete on survey_key
    for each row execute function survey_key_stays();
"""

SQL = [
    tenant("survey_key"),
    check("survey_key", "place", "place >= 0"),
    check("survey", "on_paper", "on_paper >= 0"),
    BEFORE,
    STAYS,
    HAND_IN,
]


class Migration(migrations.Migration):
    """The box's slot, the log of keys, and how many answered on paper."""

    dependencies = [("medvirk", "0007_audit_detail")]

    initial = False

    operations = [
        ops.CreateModel(
            name="SurveyKey",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("place", fields.IntField()),
                ("survey_id", fields.UUIDField()),
                ("token_key", fields.BinaryField()),
                ("opened_on", fields.DateField()),
            ],
            options={
                "table": "survey_key",
                "app": "medvirk",
                "unique_together": (("municipality_id", "place"), ("municipality_id", "survey_id")),
                "pk_attr": "id",
                "table_description": "The key that a survey's ballots are signed with, in an open log that is only "
                "added to.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="Survey", name="on_paper", field=fields.IntField(null=True)),
        *(ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in SQL),
    ]
