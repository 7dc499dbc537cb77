"""The words of a notice, in one language, and how the languages of all are kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in one language: what is done and why, with what data, who receives it, for how long, how to stop it."""

    title: str
    text: str
    data_categories: tuple[str, ...]
    systems: tuple[str, ...]
    retention: str
    withdraw: str

    def rendered(self) -> str:
        """The exact text that a consent refers to: the parts in this order, an empty line between them."""
        lists = ("\n".join(f"- {item}" for item in items) for items in (self.data_categories, self.systems))
        return "\n\n".join((self.title, self.text, *lists, self.retention, self.withdraw))

    def sha256(self) -> bytes:
        """SHA-256 of the rendered text in UTF-8."""
        return hashlib.sha256(self.rendered().encode()).digest()


def notice_text(parts: Mapping[str, Any]) -> NoticeText:
    """A notice in one language from its parts."""
    return NoticeText(
        title=parts["title"],
        text=parts["text"],
        data_categories=tuple(parts["data_categories"]),
        systems=tuple(parts["systems"]),
        retention=parts["retention"],
        withdraw=parts["withdraw"],
    )


def dumps(texts: Mapping[str, NoticeText]) -> str:
    """A notice's texts by language, as JSON."""
    return json.dumps({language: asdict(text) for language, text in texts.items()}, ensure_ascii=False)


def loads(written: str | bytes) -> dict[str, NoticeText]:
    """A notice's texts by language, from JSON."""
    return {language: notice_text(parts) for language, parts in json.loads(written).items()}
