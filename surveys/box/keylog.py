"""The log of survey keys: everybody sees the same, and nothing that stood in it is ever changed.

A key of one's own would mark the ballots made with it. So a key stands in a Merkle tree (RFC 9162, SHA-256) from the
moment its survey opens; the tree only grows, its head is signed and the same for everyone, and whoever keeps a head can
have it proved that a later one holds all of it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from base import jws
from base.database import Work
from base.errors import NotFound, invalid
from base.keys import KeyStore
from base.queries import load_queries
from consent import merkle
from municipality.directory import today
from surveys.ballots import Issuer
from surveys.models import SurveyKey

sql = load_queries(__file__)
HEAD = "medvirk-survey-keys+jws"
_LABEL = b"medvirk survey key 1\x00"


class NotInTheLog(NotFound):
    """No key of this survey stands in the log, or not among so many."""


def issuer_in(line: SurveyKey) -> Issuer:
    """Who signs with a key in the log; the challenge follows from it."""
    return Issuer(line.survey_id, line.token_key)


def leaf_of(line: SurveyKey) -> bytes:
    """The hash of a line of the log, 32 bytes: SHA-256 over a zero byte and
    `"medvirk survey key 1" | 0x00 | the survey's id, 16 bytes | u16 length and TokenChallenge | the key`.
    """
    challenge = issuer_in(line).challenge
    size = len(challenge).to_bytes(2, "big")
    return merkle.leaf(_LABEL + line.survey_id.bytes + size + challenge + line.token_key)


@dataclass(frozen=True, slots=True)
class Log:
    """The whole log of a municipality as it is now."""

    municipality: UUID
    lines: Sequence[SurveyKey]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` lines, or over all."""
        return merkle.root([leaf_of(line) for line in self.lines[:size]])

    def head(self, keys: KeyStore) -> str:
        """What everybody gets: a compact JWS (`typ` medvirk-survey-keys+jws) of the municipality, size and root.

        It has no time, so two people who ask of the same log get the same bytes, and can compare.
        """
        said = {"municipality": str(self.municipality), "size": len(self.lines), "root": self.root().hex()}
        return jws.sign(keys, json.dumps(said, separators=(",", ":")).encode(), HEAD)

    def inclusion(self, survey: UUID, size: int | None) -> tuple[SurveyKey, int, list[bytes]]:
        """The line of a survey, among how many, and what proves it (RFC 9162 §2.1.3). Raises NotInTheLog, Invalid."""
        among = self._size(size)
        line = next((line for line in self.lines[:among] if line.survey_id == survey), None)
        if line is None:
            raise NotInTheLog()
        return line, among, merkle.path([leaf_of(other) for other in self.lines[:among]], line.place)

    def growth(self, before: int, size: int | None) -> tuple[int, list[bytes]]:
        """What proves that the first `before` of so many lines are what they were (RFC 9162 §2.1.4). Raises Invalid."""
        among = self._size(size)
        if not 0 <= before <= among:
            raise invalid("/before", "The log was never that long.")
        return among, merkle.growth([leaf_of(line) for line in self.lines[:among]], before)

    def _size(self, size: int | None) -> int:
        if size is not None and not 0 <= size <= len(self.lines):
            raise invalid("/size", "The log was never that long.")
        return len(self.lines) if size is None else size


async def add(work: Work, survey_id: UUID, token_key: bytes) -> None:
    """Write a survey's key at the end of the log, in the transaction in which the survey opens."""
    await work.execute(sql.take_lock, number=_lock(work.municipality))
    await SurveyKey.create(
        place=await SurveyKey.all().count(), survey_id=survey_id, token_key=token_key, opened_on=await today(work)
    )


async def read_log(work: Work) -> Log:
    """The log of the municipality."""
    return Log(work.municipality, await SurveyKey.all().order_by("place"))


def _lock(municipality: UUID) -> int:
    return int.from_bytes(hashlib.sha256(b"survey keys" + municipality.bytes).digest()[:8], "big", signed=True)
