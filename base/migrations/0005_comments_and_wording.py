"""Comments are moderated, words are corrected by versions, surveys have templates and previews, statements are
confirmed, and what has not been archived is not deleted.
"""

import functools
from json import dumps, loads
from uuid import uuid4

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from base.guards import check, keyed, reference, tenant

STATES = "state in ('waiting', 'published', 'refused') and (state = 'refused') = (refused_because is not null)"

UNCHANGED = """
create function survey_stays_as_it_was() returns trigger language plpgsql as $$
begin
    if old.state <> 'draft' and new.definition is distinct from old.definition then
        raise exception 'the definition of a survey that was launched cannot be changed';
    end if;
    return new;
end $$;
create trigger survey_stays before update on survey for each row execute function survey_stays_as_it_was();
create function wording_stays() returns trigger language plpgsql as $$
begin
    raise exception 'a correction that was made stays as it is';
end $$;
create trigger wording_stays before update on survey_wording for each row execute function wording_stays();
"""

ARCHIVED = """
create function archived_first() returns trigger language plpgsql as $$
declare
    missing boolean;
begin
    if tg_table_name = 'hearing' then
        missing := old.state <> 'draft' and old.archive_receipt is null;
    elsif tg_table_name = 'survey' then
        missing := old.kind = 'hearing' and exists (
            select from hearing h where h.id = old.id and h.state <> 'draft' and h.archive_receipt is null);
    else
        missing := exists (
            select from hearing h where h.id = old.hearing_id and h.state <> 'draft' and h.archive_receipt is null);
    end if;
    if missing then
        raise exception 'a hearing is deleted once the archive has acknowledged it, not before';
    end if;
    return old;
end $$;
create trigger archived_first before delete on hearing for each row execute function archived_first();
create trigger archived_first before delete on hearing_document for each row execute function archived_first();
create trigger archived_first before delete on statement for each row execute function archived_first();
create trigger archived_first before delete on survey for each row execute function archived_first();
"""

SQL = [
    *(tenant(t) for t in ("comment", "statement_address", "survey_preview", "survey_template", "survey_wording")),
    *(reference(t, "survey_id", "survey", "cascade") for t in ("comment", "survey_preview", "survey_wording")),
    keyed("statement"),
    reference("statement_address", "statement_id", "statement", "cascade"),
    check("comment", "state", STATES),
    check("survey", "text_version", "(wording is null) = (text_version = 1)"),
    "update hearing set archived_at = now() where archive_receipt is not null",
    check("hearing", "archived", "(archive_receipt is null) = (archived_at is null)"),
    UNCHANGED,
    ARCHIVED,
]


class Migration(migrations.Migration):
    """Comments, corrections, templates, previews, addresses to confirm by; what holds them."""

    dependencies = [("medvirk", "0004_messages")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Comment",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("survey_id", fields.UUIDField()),
                ("question", fields.CharField(max_length=64)),
                ("body", fields.TextField(unique=False)),
                ("state", fields.CharField(default="waiting", max_length=16)),
                ("refused_because", fields.CharField(null=True, max_length=500)),
            ],
            options={
                "table": "comment",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "Words of an answer, parted from the rest of it, with their question.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StatementAddress",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("statement_id", fields.UUIDField()),
                ("sealed", fields.BinaryField()),
                ("token_hash", fields.BinaryField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent", fields.BooleanField(db_default=False)),
            ],
            options={
                "table": "statement_address",
                "app": "medvirk",
                "unique_together": (("municipality_id", "token_hash"),),
                "pk_attr": "id",
                "table_description": "Where a statement is confirmed: an address, sealed, until it was or time is up.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyPreview",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("survey_id", fields.UUIDField()),
                ("token_hash", fields.BinaryField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_preview",
                "app": "medvirk",
                "unique_together": (("municipality_id", "token_hash"),),
                "pk_attr": "id",
                "table_description": "A link to read a survey before it is launched: its token's hash, and until when.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyTemplate",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("name", fields.CharField(max_length=200)),
                (
                    "definition",
                    fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_template",
                "app": "medvirk",
                "pk_attr": "id",
                "table_description": "A survey document kept to begin others from.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyWording",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("municipality_id", fields.UUIDField()),
                ("survey_id", fields.UUIDField()),
                ("version", fields.IntField()),
                ("corrected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("corrected_by", fields.UUIDField(null=True)),
                ("changes", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
            ],
            options={
                "table": "survey_wording",
                "app": "medvirk",
                "unique_together": (("municipality_id", "survey_id", "version"),),
                "pk_attr": "id",
                "table_description": "A correction of an open survey's words: who, when, each text before and after.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Hearing",
            name="archive_sha256",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="Hearing",
            name="archived_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Statement",
            name="email_confirmed",
            field=fields.BooleanField(db_default=False),
        ),
        ops.AddField(
            model_name="Survey",
            name="text_version",
            field=fields.IntField(db_default=1),
        ),
        ops.AddField(
            model_name="Survey",
            name="wording",
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
        ),
        *(ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in SQL),
    ]
