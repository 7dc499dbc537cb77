"""Numbers, days and localized texts as people of the town write them."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent, get_minus_sign_symbol

from base.translation import LANGUAGES

_LOCALES: Mapping[str, Locale] = {"nb": Locale("nb"), "nn": Locale("nn"), "en": Locale("en", "GB")}
_DECIMALS = ("#,##0", "#,##0.0", "#,##0.00")


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
    locale = _LOCALES[language]
    return format_decimal(value, _DECIMALS[decimals], locale).replace("-", get_minus_sign_symbol(locale))


def share(value: float, language: str) -> str:
    """A share between 0 and 1 in whole percent."""
    return format_percent(value, locale=_LOCALES[language])


def day(value: date | datetime | str | None, language: str) -> str:
    """A day in words: 3. desember 2026, in English 3 December 2026."""
    if value is None:
        return ""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(when, "long", _LOCALES[language])


def moment(value: datetime, language: str, timezone: str) -> str:
    """A day and time of day, by the municipality's clocks: 3. desember 2026 kl. 14.05."""
    pattern = "d MMMM y, HH:mm" if language == "en" else "d. MMMM y 'kl.' HH.mm"
    return format_datetime(value.astimezone(ZoneInfo(timezone)), pattern, locale=_LOCALES[language])
