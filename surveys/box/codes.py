"""Single-use codes for letters: whoever holds one may fetch one ballot with it."""

import hashlib
import hmac
import secrets
from uuid import UUID

from base.errors import Conflict, NotEntitled
from base.keys import KeyStore, make
from surveys.errors import SurveyIsClosed
from surveys.models import SurveyCode
from surveys.survey import read

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
MOST = 100_000


class CodeNeeded(NotEntitled):
    """This survey is answered with the code of a letter: send it in the header Medvirk-Code."""


class NoSuchCode(NotEntitled):
    """This code is not one of this survey's."""


class CodeWasUsed(Conflict):
    """A ballot has been fetched with this code already."""


class NotByCode(Conflict):
    """Codes are for surveys whose assurance is `code`."""


class TooManyCodes(Conflict):
    """A survey has at most 100,000 codes."""


def code_key(survey_id: UUID) -> str:
    """The name of the key under which a survey knows its codes, until it is counted."""
    return f"survey/{survey_id}/codes"


async def print_codes(survey_id: UUID, many: int, keys: KeyStore) -> list[str]:
    """Make codes, shown this once: `XXXX-XXXX-XXXX`, 58 bits, without letters that are mistaken for digits.

    Raises NoSuchSurvey, NotByCode, SurveyIsClosed, TooManyCodes.
    """
    survey = await read(survey_id)
    if survey.definition["assurance"] != "code":
        raise NotByCode()
    if survey.state not in ("draft", "open"):
        raise SurveyIsClosed()
    if await how_many(survey_id) + many > MOST:
        raise TooManyCodes()
    key = make(keys, code_key(survey_id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(many)]
    await SurveyCode.bulk_create([SurveyCode(survey_id=survey_id, code=_known_as(key, code)) for code in codes])
    return ["-".join(code[place : place + 4] for place in range(0, LENGTH, 4)) for code in codes]


async def how_many(survey_id: UUID) -> int:
    """How many codes a survey has."""
    return await SurveyCode.filter(survey_id=survey_id).count()


async def recognised(survey_id: UUID, written: str | None, keys: KeyStore) -> bytes:
    """How the survey knows a code, 32 bytes, however it was typed. Raises CodeNeeded, NoSuchCode."""
    if not written:
        raise CodeNeeded()
    code = "".join(sign for sign in written.upper() if sign in ALPHABET)
    key = keys.get(code_key(survey_id))
    known = _known_as(key, code) if key is not None else b""
    if not await SurveyCode.exists(survey_id=survey_id, code=known):
        raise NoSuchCode()
    return known


def _known_as(key: bytes, code: str) -> bytes:
    return hmac.digest(key, code.encode(), hashlib.sha256)
