"""Whatever residents say in whatever order, and at the same time, the ledger and a short fold agree on what stands."""

import asyncio
import os
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from base import clock
from base.database import work
from base.errors import Problem
from base.keys import MemoryKeyStore
from consent import gate, ledger, notices
from consent.erasing import erase_resident
from consent.models import ConsentEvent, StandingConsent
from consent.purposes import PURPOSES
from consent.verification import verify
from residents.registration import register
from tests.consent.lines import COLUMNS
from tests.town import Town, calling

T = TypeVar("T")
TWO = ("personal_feed", "location_zones")
PROVE = bool(os.environ.get("MEDVIRK_PROVE"))


@dataclass(frozen=True)
class Act:
    """What somebody does: yes or no to a purpose on a notice that is so many versions old, or leaving."""

    who: int
    verb: str
    purpose: str
    behind: int
    language: str


ACTS = st.builds(
    Act,
    who=st.integers(0, 3),
    verb=st.sampled_from(["yes", "yes", "yes", "no", "no", "leave"]),
    purpose=st.sampled_from(TWO),
    behind=st.sampled_from([0, 0, 0, 1]),
    language=st.sampled_from(["nb", "en"]),
)


def fold(
    events: list[ConsentEvent], lapses: dict[str, list[tuple[int, datetime]]], at: datetime
) -> dict[tuple[bytes, str], str]:
    """The reference: a subject's last word on a purpose, unless it was a yes that was not renewed in time."""
    stands = {}
    for event in events:
        word = "granted" if event.granted else "withdrawn"
        if event.granted and any(v > event.notice_version and ends <= at for v, ends in lapses.get(event.purpose, [])):
            word = "lapsed"
        stands[event.subject, event.purpose] = word
    return stands


class Residents(RuleBasedStateMachine):
    """Residents of one town, and what they say."""

    town: Town
    loop: asyncio.AbstractEventLoop

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(60)

    @initialize()
    def settle(self) -> None:
        self.keys = MemoryKeyStore()
        self.at = datetime(2027, 1, 1, tzinfo=UTC)
        self.here: dict[int, UUID] = {}
        self.versions = dict.fromkeys(TWO, 1)
        self.lapses: dict[str, list[tuple[int, datetime]]] = {}
        self.run(self._settle())

    async def _settle(self) -> None:
        await self.town.sql("set session_replication_role = replica")
        for table in ("resident", "credential", "standing_consent", "consent_event", "ledger_head", "notice"):
            await self.town.sql(f"delete from {table}")
        await self.town.sql("set session_replication_role = origin")
        async with work(self.town.system) as unit:
            await notices.publish_first(unit)
            for number in range(4):
                self.here[number] = (await register(unit, "nb", "web", "1")).id

    @rule(acts=st.lists(ACTS, min_size=1, max_size=6), again=st.booleans())
    def say(self, acts: list[Act], again: bool) -> None:
        """Several at once, and perhaps each of them twice, as a phone does that got no answer."""
        self.run(self._say([*acts, *acts] if again else acts))

    async def _say(self, acts: list[Act]) -> None:
        before = dict(self.here)
        answers = await asyncio.gather(*(self._act(act, before) for act in acts), return_exceptions=True)
        leaving_now = {act.who for act in acts if act.verb == "leave"}
        for act, answer in zip(acts, answers, strict=True):
            if isinstance(answer, Problem):
                old = act.verb == "yes" and act.behind
                gone = act.who not in before or act.who in leaving_now
                assert (answer.status == 409 and old) or (answer.status == 401 and gone), (act, answer)
            elif isinstance(answer, BaseException):
                raise answer
            elif answer is not None:
                assert act.who in before
                assert (answer.status, answer.purpose) == ("granted" if act.verb == "yes" else "withdrawn", act.purpose)
                [row] = await self.town.sql("select granted from consent_event where id = $1", answer.receipt)
                assert row["granted"] == (act.verb == "yes")
        for who in leaving_now:
            self.here.pop(who, None)

    async def _act(self, act: Act, here: dict[int, UUID]) -> StandingConsent | None:
        tenant = calling(self.town.municipality, here.get(act.who, UUID(int=0)))
        with clock.at(self.at):
            async with work(tenant) as unit:
                if act.verb == "leave":
                    await erase_resident(unit, self.keys, tenant.resident)
                    return None
                if act.verb == "no":
                    return await ledger.withdraw(unit, self.keys, tenant, act.purpose)
                version = self.versions[act.purpose] - act.behind
                return await ledger.grant(
                    unit, self.keys, tenant, act.purpose, notice_version=version, language=act.language, of_age=True
                )

    @precondition(lambda self: max(self.versions.values()) < 6)
    @rule(purpose=st.sampled_from(TWO), grace=st.sampled_from([None, 5, 20]))
    def publish(self, purpose: str, grace: int | None) -> None:
        """Staff publish a new version, perhaps one to which consents must be renewed."""
        ends = None if grace is None else self.at + timedelta(days=grace)
        self.run(self._publish(purpose, ends))
        self.versions[purpose] += 1
        if ends is not None:
            self.lapses.setdefault(purpose, []).append((self.versions[purpose], ends))

    async def _publish(self, purpose: str, ends: datetime | None) -> None:
        with clock.at(self.at):
            async with work(self.town.system) as unit:
                now = await notices.notice_in_force(purpose)
                texts = {tag: replace(text, title=f"{text.title}!") for tag, text in now.texts.items()}
                await notices.publish(unit, purpose, texts, lapses_at=ends)

    @rule(days=st.integers(1, 12))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @invariant()
    def the_ledger_and_the_fold_agree(self) -> None:
        if hasattr(self, "at"):
            self.run(self._agree())

    async def _agree(self) -> None:
        rows = await self.town.sql(f"select {COLUMNS} from consent_event order by number")
        events = [ConsentEvent(**dict(row)) for row in rows]
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        stands = fold(events, self.lapses, self.at)
        with clock.at(self.at):
            for resident in self.here.values():
                tenant = calling(self.town.municipality, resident)
                async with work(tenant) as unit:
                    said = await ledger.history(tenant)
                    assert [event.sequence for event in said] == list(range(1, len(said) + 1))
                    found = {p: s.status for p, s in (await ledger.standing(tenant)).items()}
                    own = {(e.subject, e.purpose) for e in said}
                    assert found == {purpose: stands[subject, purpose] for subject, purpose in own}
                    for purpose in TWO:
                        permitted = await gate.permits_of(unit, [resident], PURPOSES[purpose])
                        assert bool(permitted) == (found.get(purpose) == "granted")
            async with work(self.town.system) as unit:
                assert await verify(unit, self.keys) == []
                assert await unit.fetchval("select count(*) from resident") == len(self.here)


async def test_whatever_is_said_in_whatever_order_the_ledger_and_a_fold_agree(town: Town) -> None:
    Residents.town, Residents.loop = town, asyncio.get_running_loop()
    chosen = settings(max_examples=150 if PROVE else 12, stateful_step_count=20 if PROVE else 12, deadline=None)
    await asyncio.to_thread(run_state_machine_as_test, Residents, settings=chosen)
