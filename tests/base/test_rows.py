"""Where many are told or changed, each stands for itself: signals, letters, halves, a change of many rows."""

from typing import Any

import pytest

from base import clock
from base.clock import now
from base.database import work
from base.mail import Letter, LetterRefused, PostIsAway, SmtpPost
from base.queries import numbered
from base.rows import FAILED, change_rows, each, halving
from base.signals import Signals
from base.transaction import DatabaseIsAway
from residents.models import Resident
from tests.base.poisoning import poisoned
from tests.push.crowd import settle
from tests.town import Town


def test_who_is_told_is_told_whoever_else_cannot_take_it_in() -> None:
    signals, heard = Signals("postgresql://nowhere"), list[str]()

    def breaks(payload: str) -> None:
        raise KeyError(payload)

    signals.on("zones", breaks)
    signals.on("zones", heard.append)
    signals.tell("zones", "a town")
    assert heard == ["a town"]


@pytest.mark.parametrize(
    "address", ["a\nb@c.no", "a@b@c", "@", "a\x00@b.no", "<a@b.no", "æ" * 300 + "@b.no", "a@[", '"']
)
async def test_an_address_that_cannot_be_written_to_is_refused_for_good(address: str) -> None:
    """So that its letter is given up, and the address forgotten, instead of tried thirty times."""
    post = SmtpPost("smtp://127.0.0.1:1", "medvirk@kommune.example")
    with pytest.raises((LetterRefused, PostIsAway)):
        await post.send(Letter(address, "Hei", "Hei"))


async def test_a_database_that_is_away_is_nobodys_own_fault() -> None:
    tried = []

    async def do(row: int) -> None:
        tried.append(row)
        raise DatabaseIsAway

    with pytest.raises(DatabaseIsAway):
        await each("test", [1, 2, 3], do)
    assert tried == [1]


async def test_halves_are_halved_until_the_bad_stand_alone() -> None:
    done = list[int]()

    async def do(some: Any) -> None:
        if {7, 500, 901} & set(some):
            raise ValueError
        done.extend(some)

    before = FAILED.labels("test")._value.get()
    assert await halving("test", range(1_000), do) == [7, 500, 901]
    assert done == [number for number in range(1_000) if number not in {7, 500, 901}]
    assert FAILED.labels("test")._value.get() - before == 3


async def test_a_change_of_many_rows_is_done_to_all_that_can_be_changed(town: Town) -> None:
    residents = await settle(town.system, 30, consents=[])
    to_language = numbered(
        "to_language",
        "update resident set language = :language where municipality_id = :municipality and language = :of "
        "and (:only::uuid[] is null or id = any(:only))",
    )
    async with (
        poisoned(town, "resident", "update", f"new.id in ('{residents[3]}', '{residents[4]}')"),
        work(town.system) as unit,
    ):
        assert await change_rows(unit, "test", to_language, Resident, of="nb", language="nn") == 28
        assert await change_rows(unit, "test", to_language, Resident, of="nn", language="en") == 28
    with clock.at(now()):
        rows = await town.sql("select id from resident where language = 'nb'")
    assert {row["id"] for row in rows} == {residents[3], residents[4]}
