"""The message itself, as it goes to a phone that brought a key: sealed, of one length, never in plain.

An option of the municipality. Who has no key, a text that does not fit, and digests, which gather several, get the
wake-up instead; the app fetches then.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from base.localized import pick
from push.models import Campaign

PAYLOAD_BYTES: Final = 2048
"""Every payload is as long before it is encrypted; in base64url it leaves FCM's 4,096 bytes room for the rest."""


@dataclass(slots=True)
class MessagePayloads:
    """A campaign's text, in each language once."""

    campaign: Campaign
    _by_locale: dict[str, dict[str, Any]] = field(default_factory=dict)

    def for_phone(self, tag: str, locale: str) -> bytes | None:
        """The payload for a phone of this locale, under this tag; None where it does not fit."""
        message = self._by_locale.get(locale)
        if message is None:
            message = self._by_locale[locale] = self._localized(locale.replace("_", "-"))
        plain = json.dumps({"tag": tag, "message": message}, ensure_ascii=False).encode()
        return plain if len(plain) <= PAYLOAD_BYTES else None

    def _localized(self, locale: str) -> dict[str, Any]:
        campaign = self.campaign
        title, language = pick(campaign.title, [locale, "nb"])
        about = campaign.subject_id
        return {
            "id": str(campaign.id),
            "language": language,
            "title": title,
            "body": pick(campaign.body, [language, locale, "nb"])[0],
            "kind": campaign.kind,
            "importance": campaign.importance,
            "subject": None if about is None else {"kind": campaign.subject_kind, "id": str(about)},
            "expires_at": campaign.expires_at.isoformat(),
        }
