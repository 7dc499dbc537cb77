"""Numbers, days and localized texts as people of the town write them."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from console.texts import LANGUAGES

_NORWEGIAN_MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def picked(text: Mapping[str, str] | str | None, language: str) -> str:
    """A localized text in the reader's language, else in the first it was written in."""
    if not text:
        return ""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()))


def language_name(tag: str) -> str:
    """A language by its own name where the pages know it, else its tag."""
    return LANGUAGES.get(tag, tag)


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number with the language's signs: 1 234,5 in Norwegian, 1,234.5 in English."""
    written = f"{value:,.{decimals}f}"
    if language == "en":
        return written
    return written.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace("-", "\N{MINUS SIGN}")


def share(value: float, language: str) -> str:
    """A share between 0 and 1 in whole percent."""
    return number(value * 100, language) + ("%" if language == "en" else "\N{NO-BREAK SPACE}%")


def day(value: date | datetime | str | None, language: str) -> str:
    """A day in words: 3. desember 2026, in English 3 December 2026."""
    if value is None:
        return ""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if language == "en":
        return f"{when.day} {_ENGLISH_MONTHS[when.month - 1]} {when.year}"
    return f"{when.day}. {_NORWEGIAN_MONTHS[when.month - 1]} {when.year}"


def moment(value: datetime, language: str, timezone: str) -> str:
    """A day and time of day, by the municipality's clocks: 3. desember 2026 kl. 14.05."""
    local = value.astimezone(ZoneInfo(timezone))
    clock = f"{local:%H:%M}" if language == "en" else f"kl. {local:%H.%M}"
    return f"{day(local, language)}, {clock}" if language == "en" else f"{day(local, language)} {clock}"
