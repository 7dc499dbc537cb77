"""The message itself, as it goes to a phone that brought a key: sealed, of one length, never in plain.

An option of the municipality. Who has no key, a text that does not fit, and digests, which gather several, get the
wake-up instead; the app fetches then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from base.localized import pick

LETTER_BYTES: Final = 2048
"""Every letter is as long before it is encrypted; in base64url it leaves FCM's 4,096 bytes room for the rest."""


@dataclass(slots=True)
class Letters:
    """A campaign's text, in each language once."""

    campaign: UUID
    title: Mapping[str, str]
    body: Mapping[str, str]
    kind: str
    importance: str
    subject_kind: str | None
    subject_id: UUID | None
    expires_at: datetime
    _drawn_up: dict[str, dict[str, Any]] = field(default_factory=dict)

    def to(self, tag: str, locale: str) -> bytes | None:
        """The letter to a phone of this locale, under this tag; None where it does not fit."""
        told = self._drawn_up.get(locale)
        if told is None:
            told = self._drawn_up[locale] = self._draw_up(locale.replace("_", "-"))
        plain = json.dumps({"tag": tag, "message": told}, ensure_ascii=False).encode()
        return plain if len(plain) <= LETTER_BYTES else None

    def _draw_up(self, locale: str) -> dict[str, Any]:
        title, language = pick(self.title, [locale, "nb"])
        subject = None if self.subject_id is None else {"kind": self.subject_kind, "id": str(self.subject_id)}
        return {
            "id": str(self.campaign),
            "language": language,
            "title": title,
            "body": pick(self.body, [language, locale, "nb"])[0],
            "kind": self.kind,
            "importance": self.importance,
            "subject": subject,
            "expires_at": self.expires_at.isoformat(),
        }
