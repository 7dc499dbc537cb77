"""Notices, the ledger, and what stands now."""

import json
from typing import Any, Literal
from uuid import UUID

from tortoise import fields

from base.clock import now
from base.errors import invalid
from base.localized import pick
from base.tenant_model import TenantModel, current_municipality
from consent.notice_text import NoticeText, dumps, loads

ConsentStatus = Literal["granted", "withdrawn", "lapsed"]
NORWEGIAN = {"no", "nb", "nn"}


class Notice(TenantModel):
    """What a municipality tells about a purpose: published once, never edited; a change is a new version.

    `texts` by language; `lapses_at`: when consents to older versions lapse, if they do.
    """

    purpose = fields.CharField(max_length=32)
    version = fields.IntField()
    legal_basis = fields.CharField(max_length=16)
    texts: "fields.JSONField[dict[str, NoticeText]]" = fields.JSONField(encoder=dumps, decoder=loads)
    sha256: "fields.JSONField[Any]" = fields.JSONField()
    published_at = fields.DatetimeField()
    renewal_required = fields.BooleanField(default=False)
    lapses_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        unique_together = (("municipality_id", "purpose", "version"),)

    def text_in(self, language: str) -> tuple[NoticeText, str]:
        """The text in a language, or in its nearest neighbour; Invalid where the notice has none."""
        _, found = pick({tag: tag for tag in self.texts}, [language])
        understood = {language.split("-")[0]}
        if found.split("-")[0] not in (understood if understood.isdisjoint(NORWEGIAN) else NORWEGIAN):
            raise invalid("/language", "this notice is written in {languages}", languages=", ".join(self.texts))
        return self.texts[found], found

    def nearest_language(self, *languages: str) -> str:
        """The language of the notice that is nearest to the wanted ones; its first where none is near."""
        return pick({tag: tag for tag in self.texts}, languages)[1]


class ConsentEvent(TenantModel):
    """The ledger: what was granted or withdrawn, on which text, when. Nothing here is ever changed or deleted.

    The subject is an HMAC of the resident under a salt of theirs; erasure destroys the salt. `number` counts the
    municipality's events without a gap, `sequence` those of the subject; `mac` chains the event to the subject's last
    one under a key outside the database; `leaf_salt` keeps the published roots from telling what they were made of.
    """

    number = fields.IntField()
    subject = fields.BinaryField()
    sequence = fields.IntField()
    purpose = fields.CharField(max_length=32)
    granted = fields.BooleanField()
    notice_version = fields.IntField()
    notice_sha256 = fields.BinaryField()
    language = fields.CharField(max_length=16)
    channel = fields.CharField(max_length=16)
    of_age = fields.BooleanField(null=True)
    at = fields.DatetimeField()
    leaf_salt = fields.BinaryField()
    mac = fields.BinaryField()

    class Meta:
        table = "consent_event"
        unique_together = (("municipality_id", "subject", "sequence"), ("municipality_id", "number"))

    def canonical(self) -> bytes:
        """The event as bytes: JSON with sorted keys and no spaces, bytes as hex, the time in microseconds of UTC.

        All but the MAC, which is made over them.
        """
        return json.dumps(
            {
                "id": str(self.id),
                "municipality": str(self.municipality_id),
                "number": self.number,
                "subject": self.subject.hex(),
                "sequence": self.sequence,
                "purpose": self.purpose,
                "granted": self.granted,
                "notice_version": self.notice_version,
                "notice_sha256": self.notice_sha256.hex(),
                "language": self.language,
                "channel": self.channel,
                "of_age": self.of_age,
                "at": self.at.isoformat(timespec="microseconds"),
                "leaf_salt": self.leaf_salt.hex(),
            },
            sort_keys=True,
            separators=(",", ":"),
        ).encode()


class LedgerHead(TenantModel):
    """Where a municipality's ledger ends: how many events it has, and a MAC over all of them."""

    municipality_id = fields.UUIDField(unique=True, default=current_municipality)
    events = fields.IntField()
    mac = fields.BinaryField()

    class Meta:
        table = "ledger_head"


class LedgerRoot(TenantModel):
    """The Merkle root over a municipality's first `events` events, as it was published on a day; never changed."""

    events = fields.IntField()
    root = fields.BinaryField()
    published_on = fields.DateField()

    class Meta:
        table = "ledger_root"
        unique_together = (("municipality_id", "published_on"),)


class StandingConsent(TenantModel):
    """What stands now for a resident and purpose: the ledger's last word, written in the same transaction.

    `event_id` is that of the ledger's line, by which the resident knows its receipt.
    """

    resident_id = fields.UUIDField()
    purpose = fields.CharField(max_length=32)
    granted = fields.BooleanField()
    notice_version = fields.IntField()
    at = fields.DatetimeField()
    lapses_at = fields.DatetimeField(null=True)
    event_id = fields.UUIDField()

    class Meta:
        table = "standing_consent"
        unique_together = (("municipality_id", "resident_id", "purpose"),)

    @property
    def status(self) -> ConsentStatus:
        """Whether it still counts, now."""
        if not self.granted:
            return "withdrawn"
        return "lapsed" if self.lapses_at is not None and self.lapses_at <= now() else "granted"

    @property
    def receipt(self) -> UUID:
        """The id of its receipt."""
        return self.event_id


class Breach(TenantModel):
    """What those were told whose data a breach concerned: what happened, may follow and is done (GDPR art. 34)."""

    told: "fields.JSONField[Any]" = fields.JSONField()
    purposes: "fields.JSONField[Any]" = fields.JSONField()
    since = fields.DatetimeField()
    until = fields.DatetimeField()
    concerned = fields.IntField()
    published_at = fields.DatetimeField()

    class Meta:
        table = "breach"


class BreachDraft(TenantModel):
    """A notice of a breach of personal data that is being written, as far as it has come."""

    written: "fields.JSONField[Any]" = fields.JSONField()
    # Counts the writings from 1: who writes says which one they saw.
    version = fields.IntField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "breach_draft"


class BreachTold(TenantModel):
    """That a resident is to be told of a breach."""

    breach_id = fields.UUIDField()
    resident_id = fields.UUIDField()

    class Meta:
        table = "breach_told"
        unique_together = (("municipality_id", "breach_id", "resident_id"),)
