"""What the schema refuses, whatever the code forgets: other towns' rows, orphans, unknown states, edited ledgers."""

from pathlib import Path

from tortoise import migrations
from tortoise.migrations import operations as ops

TENANT_TABLES = [
    "answer", "audit_entry", "beacon", "beacon_health", "campaign", "consent_event", "credential", "delivery",
    "document_content", "hearing", "hearing_document", "hearing_follow", "idempotency_key", "information", "interest",
    "ledger_head", "ledger_root", "notice", "participation", "push_address", "receipt", "release", "release_ground",
    "resident", "resident_area", "resident_interest", "resident_link", "spent_ballot", "staff_key", "staff_member",
    "staff_session", "standing_consent", "statement", "survey", "survey_code", "survey_mute", "trigger", "zone",
]  # fmt: skip

HERE = "nullif(current_setting('medvirk.municipality', true), '')::uuid"

POLICY = """
alter table "{t}" enable row level security;
create policy tenant on "{t}" using (municipality_id = {here}) with check (municipality_id = {here});
alter table "{t}" add constraint {t}_municipality foreign key (municipality_id) references municipality (id);
"""

OPEN = f"""
alter table municipality enable row level security;
create policy open_to_read on municipality for select using (true);
create policy own_insert on municipality for insert with check (id = {HERE});
create policy own_update on municipality for update using (id = {HERE}) with check (id = {HERE});
alter table survey_directory enable row level security;
create policy open_to_read on survey_directory for select using (true);
create policy own_insert on survey_directory for insert with check (municipality_id = {HERE});
create policy own_delete on survey_directory for delete using (municipality_id = {HERE});
"""

# Table, its columns, the table they point to, its columns, what happens there on delete.
REFERENCES = [
    *[
        (t, "resident_id", "resident", "cascade")
        for t in (
            "credential", "resident_link", "resident_interest", "resident_area", "standing_consent", "push_address",
            "delivery", "hearing_follow", "survey_mute",
        )
    ],
    ("staff_session", "member_id", "staff_member", "cascade"),
    ("resident_area", "zone_id", "zone", "cascade"),
    ("zone", "parent_id", "zone", "restrict"),
    ("beacon", "zone_id", "zone", "restrict"),
    ("beacon_health", "beacon_id", "beacon", "cascade"),
    ("trigger", "zone_id", "zone", "cascade"),
    ("trigger", "beacon_id", "beacon", "cascade"),
    ("push_address", "credential_id", "credential", "cascade"),
    ("delivery", "campaign_id", "campaign", "cascade"),
    *[(t, "survey_id", "survey", "cascade") for t in ("participation", "spent_ballot", "answer", "receipt", "release")],
    ("release_ground", "survey_id", "survey", "cascade"),
    ("survey_code", "survey_id", "survey", "cascade"),
    *[(t, "hearing_id", "hearing", "cascade") for t in ("hearing_document", "hearing_follow", "statement")],
    ("document_content", "document_id", "hearing_document", "cascade"),
]  # fmt: skip

KEYED = sorted({target for _, _, target, _ in REFERENCES})

REFERENCE = """
alter table "{t}" add constraint {t}_{c} foreign key (municipality_id, {c})
    references "{target}" (municipality_id, id) on delete {act};
create index {t}_{c}_idx on "{t}" (municipality_id, {c});
"""

CHECKS = [
    ("zone", "kind in ('district', 'trigger')"),
    ("trigger", "(zone_id is null) <> (beacon_id is null)"),
    ("trigger", "subject_kind in ('survey', 'hearing', 'info')"),
    ("beacon", "protocol in ('ibeacon', 'altbeacon', 'eddystone_uid', 'eddystone_eid')"),
    ("survey", "kind in ('survey', 'hearing')"),
    ("hearing", "state in ('draft', 'open', 'closed', 'decided')"),
    ("statement", "kind in ('person', 'organisation')"),
    ("statement", "state in ('received', 'published', 'refused')"),
    ("survey", "state in ('draft', 'open', 'closed', 'counted', 'published')"),
    ("survey", "closes_at is null or opens_at is null or opens_at < closes_at"),
    ("campaign", "state in ('draft', 'launched', 'done', 'recalled')"),
    ("campaign", "importance in ('passive', 'active', 'time_sensitive', 'emergency')"),
    ("delivery", "state in ('queued', 'deferred', 'sent', 'failed', 'gone', 'withheld', 'expired', 'recalled')"),
    ("push_address", "kind in ('fcm_token', 'fcm_fid', 'webpush', 'log')"),
    ("resident", "digest in ('off', 'daily', 'weekly')"),
    ("credential", "platform in ('android', 'ios', 'web')"),
    ("notice", "legal_basis in ('consent', 'public_task')"),
    ("staff_session", "kind in ('link', 'session')"),
    ("answer", "shaken = (ballot is null and receipt_hash is null)"),
    ("municipality", "smallest_group >= 3"),
    ("municipality", "number ~ '^[0-9]{4}$'"),
]

FROZEN = """
create function never_changed() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on consent_event for each row execute function never_changed();
create trigger append_only_truncate before truncate on consent_event execute function never_changed();
create trigger append_only before update on audit_entry for each row execute function never_changed();
create function not_yet() returns trigger language plpgsql as $$
begin
    if old.at > now() - interval '12 months' then
        raise exception 'rows of % are kept for a year at least', tg_table_name using errcode = 'restrict_violation';
    end if;
    return old;
end $$;
create trigger kept_a_year before delete on audit_entry for each row execute function not_yet();
create trigger append_only_truncate before truncate on audit_entry execute function never_changed();
create trigger append_only before update or delete on ledger_root for each row execute function never_changed();
create trigger published before update on notice for each row execute function never_changed();
create trigger frozen before update on release for each row execute function never_changed();
"""

INDEXES = """
create index delivery_claimable on delivery (municipality_id, campaign_id, due_at)
    where state in ('queued', 'deferred');
create index push_address_address on push_address (municipality_id, md5(address));
create index standing_consent_live on standing_consent (municipality_id, purpose, resident_id) where granted;
create index answer_receipt on answer (municipality_id, survey_id, receipt_hash) where not shaken;
create index receipt_hash_idx on receipt (municipality_id, survey_id, receipt_hash);
create index idempotency_key_age on idempotency_key (created_at);
alter table survey_directory add constraint survey_directory_survey foreign key (municipality_id, survey_id)
    references survey (municipality_id, id) on delete cascade;
"""


WITHDRAWN = """
create function forget_push_addresses() returns trigger language plpgsql as $$
begin
    delete from push_address where municipality_id = new.municipality_id and resident_id = new.resident_id;
    return null;
end $$;
create trigger withdrawn after update on standing_consent for each row
    when (new.purpose = 'push_messages' and not new.granted) execute function forget_push_addresses();
create function forget_what_is_followed() returns trigger language plpgsql as $$
begin
    delete from resident_interest where municipality_id = new.municipality_id and resident_id = new.resident_id;
    delete from resident_area where municipality_id = new.municipality_id and resident_id = new.resident_id;
    delete from hearing_follow where municipality_id = new.municipality_id and resident_id = new.resident_id;
    return null;
end $$;
create trigger withdrawn_feed after update on standing_consent for each row
    when (new.purpose = 'personal_feed' and not new.granted) execute function forget_what_is_followed();
create function forget_bands() returns trigger language plpgsql as $$
begin
    update resident set birth_year_band = null
    where municipality_id = new.municipality_id and id = new.resident_id and birth_year_band is not null;
    return null;
end $$;
create trigger withdrawn_statistics after update on standing_consent for each row
    when (new.purpose = 'profile_statistics' and not new.granted) execute function forget_bands();
"""
# What rests on a consent is here only while it stands: it goes in the transaction that withdraws.


def _statements() -> list[str]:
    checks = [
        f'alter table "{t}" add constraint {t}_check_{n} check ({rule})' for n, (t, rule) in enumerate(CHECKS, start=1)
    ]
    return [
        *[POLICY.format(t=t, here=HERE) for t in TENANT_TABLES],
        OPEN,
        *[f'alter table "{t}" add constraint {t}_tenant unique (municipality_id, id)' for t in KEYED],
        *[REFERENCE.format(t=t, c=c, target=target, act=act) for t, c, target, act in REFERENCES],
        *checks,
        FROZEN,
        WITHDRAWN,
        INDEXES,
        (Path(__file__).parent / "pgqueuer.sql").read_text(encoding="utf-8"),
    ]


class Migration(migrations.Migration):
    """Row-level security, composite keys, checks, the append-only ledger, the job queue."""

    dependencies = [("medvirk", "0001_initial")]
    operations = [ops.RunSQL(statement, reverse_sql=ops.RunSQL.noop) for statement in _statements()]
