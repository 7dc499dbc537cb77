"""Free text without what tells who somebody is, before it is kept or anybody reads it.

Identity numbers are found by rules of our own, whatever their checksum: a mistyped one names its owner too. Phone
numbers of every country are judged by libphonenumber's tables. What is written as an amount, a time, a date, a
coordinate or the number of a case, a plan, a property or an organisation stays.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import phonenumbers

BLOT: Final = "[•••]"
_EMAIL: Final = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_BETWEEN: Final = r"[\s\u00a0\u200b-\u200d\u2060\u00ad.\-‐-―−/()_*·]"
_NUMBERS: Final = re.compile(rf"(?<![\d.,]\d)(?<![^\W\d_]-)(?:\+\s?|\(\+?)?\d(?:{_BETWEEN}{{0,3}}\d){{6,40}}")
_GROUP: Final = re.compile(r"\d+")
_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_AMOUNT_AFTER: Final = re.compile(
    r"\s*(?:,-|kr\b|kroner|nok\b|sek\b|dkk\b|eur|usd|gbp|€|\$|£|%|mill|mrd|m²|m2|m³|km|daa|zł|pln|koron|крон|грн|"
    r"passasjer|passenger|nordmenn|norwegian|innbygg|people|osób|людей|i året|per år|om dagen)",
    re.IGNORECASE,
)
_AMOUNT_BEFORE: Final = re.compile(r"(?:\bkr\.?|\bnok|€|\$|£|\bpln)\s*$", re.IGNORECASE)
_FILED_BEFORE: Final = re.compile(
    r"(?:(?:sak|sag|case|spraw|справ|plan|план|arkiv|journal|referanse|dokument|vedtak|organisa|eiendom|eigedom|matrikk|"
    r"property|działk|ділянк|krets|faktura|ordre)\w*|\b(?:ref|dok|org|orgnr|gnr|bnr|gbnr|gårdsnr|bruksnr|kid|iso|ns|en))"
    r"\.?\s*(?:-?\s*(?:id|nr|no|number|nummer|numer|номер)\w*)?\.?\s*[:#]?\s*$",
    re.IGNORECASE,
)
_PHONE_BEFORE: Final = re.compile(
    r"(?:tlf|tel|telefon\w*|mobil\w*|mob|phone|call|ring\w*|sms|fax|faks|dial|text|whatsapp|signal|viber|"
    r"komórk\w*|dzwoni\w*|тел\w*|моб\w*|дзвон\w*|вайбер|телеграм)\W{0,4}(?:\w{1,6}\W{1,2})?$",
    re.IGNORECASE,
)
_IDENTITY_BEFORE: Final = re.compile(
    r"(?:ідентифікаційн\w+|рнокпп|іпн|personnummer|personnr|pesel)\W{0,4}(?:\w{1,8}\W{1,3})?$", re.IGNORECASE
)
_NORWEGIAN: Final = ((2, 2, 2, 2), (3, 2, 3))
"""How Norwegians group the eight digits of a telephone number."""
_HOMES: Final = ("NO", "SE", "DK", "PL", "UA", "GB", "US")
"""Whose national ways of writing are known without a country code: ours, our neighbours' and those of whom many live
here or write English."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Groups of digits that stand together: where each begins and ends in the text, its digits, and what stands before
    it (a + or bracket before the first, a separator before the others).
    """

    starts: Sequence[int]
    ends: Sequence[int]
    groups: Sequence[str]
    gaps: Sequence[str]

    def digits(self, first: int, last: int) -> str:
        return "".join(self.groups[first:last])

    def shape(self, first: int, last: int) -> tuple[int, ...]:
        return tuple(len(group) for group in self.groups[first:last])

    def inner(self, first: int, last: int) -> list[str]:
        return [_plain_gap(gap) for gap in self.gaps[first + 1 : last]]


def redacted(text: str) -> str:
    """The text with identity numbers, e-mail addresses and phone numbers blotted out as [•••]."""
    for start, end in reversed(numbers(text)):
        text = text[:start] + BLOT + text[end:]
    return text


def numbers(text: str) -> list[tuple[int, int]]:
    """Where the text has identity numbers, e-mail addresses and phone numbers: from which character to which."""
    addresses = [found.span() for found in _EMAIL.finditer(text)]
    for start, end in addresses:
        text = text[:start] + "•" * (end - start) + text[end:]
    told = [place for found in _NUMBERS.finditer(_ascii_digits(text)) for place in _telling(text, found)]
    return sorted(addresses + told)


def _ascii_digits(text: str) -> str:
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)


def _telling(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where in what was found somebody's numbers stand."""
    run = _run(found)
    before, after = text[: found.start()], text[found.end() :]
    first = 0
    while first < len(run.groups):
        ends = sorted(range(first + 1, len(run.groups) + 1), key=lambda end: _sooner(len(run.digits(first, end))))
        last = next((end for end in ends if _tells(run, first, end, before, after)), None)
        if last is None:
            first += 1
            continue
        yield _begin(run, first, found.start()), run.ends[last - 1]
        first = last


def _sooner(length: int) -> tuple[bool, bool, int]:
    """Identity numbers (11 and 13 digits) are looked for first, then Norwegian telephones, then the longest."""
    return length not in (11, 13), length != 8, -length


def _run(found: re.Match[str]) -> _Run:
    groups = list(_GROUP.finditer(found[0]))
    ends = [found.start() + group.end() for group in groups]
    starts = [found.start() + group.start() for group in groups]
    edges = [0, *(group.end() for group in groups)]
    gaps = [found[0][edge : group.start()] for edge, group in zip(edges, groups, strict=False)]
    return _Run(starts, ends, [group[0] for group in groups], gaps)


def _begin(run: _Run, first: int, start: int) -> int:
    """Where a number begins, its + and opening bracket included."""
    gap = run.gaps[first]
    marks = len(gap) - len(gap.rstrip("+( ")) if "+" in gap or "(" in gap else 0
    begins = run.starts[first] - marks
    return begins if first == 0 else max(begins, run.ends[first - 1])


def _tells(run: _Run, first: int, last: int, before: str, after: str) -> bool:
    whole = first == 0 and last == len(run.groups)
    near = before if first == 0 else ""
    if "+" in run.gaps[first]:
        return _is_abroad(run, first, last)
    if _is_identity(run, first, last, near):
        return True
    if run.digits(first, last).startswith("00") and _is_abroad(run, first, last, 2):
        return True
    follows = after if last == len(run.groups) else ""
    if _is_filed(run, first, last, near) or _is_moment(run, first, last) or _is_amount(run, first, last, near, follows):
        return False
    return _is_phone(run, first, last, near, whole)


def _is_abroad(run: _Run, first: int, last: int, skipped: int = 0) -> bool:
    """A number with its country code; where the tables do not know it, by its length alone."""
    digits = run.digits(first, last)[skipped:]
    if not 7 <= len(digits) <= 16:
        return False
    if last < len(run.groups) and _may_go_on(run, first, last, skipped):
        return False
    return digits[0] != "0"


def _may_go_on(run: _Run, first: int, last: int, skipped: int) -> bool:
    """Whether the next group belongs to the number too: the tables know it with that group and not without."""
    return not _known("+" + run.digits(first, last)[skipped:], None) and len(run.digits(first, last + 1)) <= 16


def _is_identity(run: _Run, first: int, last: int, before: str) -> bool:
    digits = run.digits(first, last)
    if len(digits) == 13 and len(run.groups[last - 1]) == 5:  # DDMMYYYY NNNNN, or Ukraine's YYYYMMDD-NNNNN.
        return _is_date(digits[:2], digits[2:4], digits[4:8]) or _is_date(digits[6:8], digits[4:6], digits[:4])
    if len(digits) == 11 and not _in_thousands(run, first, last):
        pesel = int(digits[4:6]) <= 31 and _a_day(digits[4:6], digits[2:4])  # YYMMDD
        written = run.inner(first, last).count("/") < 2 or run.shape(first, last) == (2, 2, 2, 5)
        return written and (_a_day(digits[:2], digits[2:4]) or pesel)
    if len(digits) == 10 and first + 1 == last:
        return _IDENTITY_BEFORE.search(before) is not None or _is_taxpayer(digits)
    return False


def _a_day(day: str, month: str) -> bool:
    """A day of birth: D-numbers add 40 to the day; synthetic ones and PESEL's centuries 20 to 80 to the month."""
    number, bare = int(day), int(month) % 20
    try:
        date(2000, bare, number - 40 if number > 40 else number)
    except ValueError:
        return False
    return True


def _is_taxpayer(digits: str) -> bool:
    """Whether ten digits bear the checksum of Ukraine's taxpayer numbers."""
    weights = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
    return sum(w * int(d) for w, d in zip(weights, digits, strict=False)) % 11 % 10 == int(digits[9])


def _is_filed(run: _Run, first: int, last: int, before: str) -> bool:
    """The number of a case, plan, property or organisation."""
    if _PHONE_BEFORE.search(before[-40:]) or run.shape(first, last) in _NORWEGIAN:
        return False
    return _FILED_BEFORE.search(before[-40:]) is not None


def _is_moment(run: _Run, first: int, last: int) -> bool:
    """Dates, ranges of years or times: they use two kinds of separators, or are a day of this or the last century."""
    shape, inner = run.shape(first, last), run.inner(first, last)
    groups = run.groups[first:last]
    if shape in ((2, 2, 4), (1, 2, 4), (2, 1, 4)) and len(set(inner)) == 1 and inner[0] != " ":
        return _is_date(groups[0], groups[1], groups[2])
    if shape == (4, 2, 2) and inner[0] != " ":
        return _is_date(groups[2], groups[1], groups[0])
    if shape == (4, 4) and all(1800 <= int(group) <= 2199 for group in groups):
        return True
    if shape == (2, 2, 2, 2) and inner[1] == "-" and inner[0] == inner[2] and inner[0] in ".:":
        return all(
            int(hour) < 25 and int(minute) < 60 for hour, minute in ((groups[0], groups[1]), (groups[2], groups[3]))
        )
    if shape == (8,):
        return _is_date(groups[0][6:], groups[0][4:6], groups[0][:4]) and groups[0].startswith(("19", "20"))
    return False


def _is_date(day: str, month: str, year: str) -> bool:
    try:
        return 1800 <= date(int(year), int(month), int(day)).year <= 2199
    except ValueError:
        return False


def _is_amount(run: _Run, first: int, last: int, before: str, after: str) -> bool:
    if _AMOUNT_AFTER.match(after) or _AMOUNT_BEFORE.search(before[-12:]):
        return True
    if _PHONE_BEFORE.search(before[-40:]):
        return False
    round_one = run.groups[last - 1] == "000"
    return _in_thousands(run, first, last) and (round_one or run.shape(first, last) != (3, 3, 3))


def _in_thousands(run: _Run, first: int, last: int) -> bool:
    """Whether the groups are written as thousands are: one to three digits, then threes."""
    shape = run.shape(first, last)
    return len(shape) > 1 and shape[0] <= 3 and set(shape[1:]) == {3} and len(set(run.inner(first, last))) == 1


def _is_phone(run: _Run, first: int, last: int, before: str, whole: bool) -> bool:
    digits, shape = run.digits(first, last), run.shape(first, last)
    if not 7 <= len(digits) <= 15:
        return False
    inner = set(run.inner(first, last)) - {"(", ")"}
    called = _PHONE_BEFORE.search(before[-40:]) is not None
    if not called and not whole and (len(inner) > 1 or _goes_on(run, first, last)):
        return False
    if not called and 1 in shape[1:] and set(shape) != {1}:
        return False
    if len(digits) == 8:
        mobile = digits[0] in "49"  # Also where no operator has these numbers yet.
        return mobile or _known(digits, "NO") or (called and digits[0] not in "01")
    if called and _known(digits, *_HOMES):
        return True
    return whole and len(digits) >= 9 and "/" not in inner and _known(digits, *_HOMES[1:])


def _goes_on(run: _Run, first: int, last: int) -> bool:
    """Whether the groups are part of a longer row of the same kind, such as a list of numbers."""
    sizes, separators = set(run.shape(first, last)), set(run.inner(first, last))
    sides = [(first - 1, first), (last, last)]
    return any(
        0 <= group < len(run.groups) and len(run.groups[group]) in sizes and {_plain_gap(run.gaps[gap])} == separators
        for group, gap in sides
    )


def _plain_gap(gap: str) -> str:
    """What stands between two groups, its kinds of spaces and dashes told apart no more."""
    kinds = {"-" if unicodedata.category(sign) == "Pd" or sign == "−" else sign for sign in gap}
    bare = "".join(sorted(sign for sign in kinds if sign in ".-/()_*·"))
    return bare or " "


def _known(digits: str, *regions: str | None) -> bool:
    for region in regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
