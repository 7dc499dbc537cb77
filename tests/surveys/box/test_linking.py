"""The linking attack: two thousand answers over a fortnight, and whoever has the whole database, its order, the list of
participants and the survey's own key tries to say who answered what.

Half of the residents answer at once, as hurried people with careless apps do (half of them within four minutes of
fetching the ballot). The other half have apps that fetch the ballot at a random time within a day of first showing the
survey, whether it is answered or not, and hand answers in up to a day after they were given.
"""

import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from base import clock
from base.database import work
from base.jobs import system
from base.keys import KeyStore
from base.tenant import open_to_all
from surveys import ballots
from surveys.box import acceptance as box
from surveys.box import issuing, shaking
from surveys.eligibility import participant
from surveys.survey import issuer_of, read
from tests.surveys.polling import SURVEY, Polling
from tests.surveys.voter import Voter, header
from tests.town import Town, calling

ANSWERING, SILENT, DAYS = 2_000, 500, 14
BEGAN = datetime(2026, 5, 4, tzinfo=UTC)


@dataclass
class Fortnight:
    """A survey lived through in simulated time; `truth` says which number of whose stands in which answer."""

    town: Town
    keys: KeyStore
    survey: UUID
    issuer: ballots.Issuer
    residents: list[UUID] = field(default_factory=lambda: [uuid4() for _ in range(ANSWERING + SILENT)])
    voters: dict[int, bytes] = field(default_factory=dict)

    def plan(self, chance: random.Random) -> list[tuple[float, int, bool]]:
        """Who does what when: seconds since the beginning, the resident's number, whether it is the answer."""
        events = []
        for number in range(ANSWERING + SILENT):
            shown = chance.uniform(0, (DAYS - 3) * 86_400)
            careful = number % 2 == 1 or number >= ANSWERING
            fetched = shown + chance.uniform(0, 86_400) if careful else shown
            events.append((fetched, number, False))
            if number < ANSWERING:
                wait = chance.uniform(0, 86_400) if careful else chance.expovariate(math.log(2) / 240)
                events.append((fetched + wait, number, True))
        return sorted(events)

    async def fetch(self, number: int) -> None:
        voter = Voter(self.issuer.token_key, self.issuer.challenge)
        tenant = calling(self.town.municipality, self.residents[number])
        async with work(tenant) as unit:
            signed = await issuing.issue(unit, tenant, self.survey, voter.request, keys=self.keys)
        self.voters[number] = voter.finish(signed)

    async def answer(self, number: int) -> None:
        said = box.HandedIn({"n": number}, number.to_bytes(32, "big"))
        who = open_to_all(self.town.municipality)
        await box.accept(who, self.survey, header(self.voters.pop(number))["Authorization"], said, languages=["en"])

    async def shake(self) -> bool:
        async with work(system(self.town.municipality)) as unit:
            return await shaking.shake_if_due(unit, self.survey)

    async def dump(self) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """What the attacker reads: ballots by resident and answers by content, each with its place in time, if any."""
        who = {participant(self.keys, self.survey, r): n for n, r in enumerate(self.residents)}
        issued = await self.town.sql(
            "select xmin::text::bigint as x, participant as p from participation order by ctid"
        )
        given = await self.town.sql(
            "select xmin::text::bigint as x, (answers->>'n')::int as n from answer where not shaken order by ctid"
        )
        return [(r["x"], who[r["p"]]) for r in issued], [(r["x"], r["n"]) for r in given]


def by_rank(issued: list[tuple[int, int]], given: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The first ballot with the first answer, and so on."""
    return [(i[1], g[1]) for i, g in zip(sorted(issued), sorted(given), strict=False)]


def latest_first(issued: list[tuple[int, int]], given: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each answer with the ballot fetched just before it that no other answer has taken."""
    return _merge(issued, given, -1)


def oldest_first(issued: list[tuple[int, int]], given: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each answer with the ballot that has waited longest."""
    return _merge(issued, given, 0)


def _merge(issued: list[tuple[int, int]], given: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    line = sorted([(x, 0, n) for x, n in issued] + [(x, 1, n) for x, n in given])
    waiting: list[int] = []
    found = []
    for _, answered, number in line:
        if not answered:
            waiting.append(number)
        elif waiting:
            found.append((waiting.pop(end), number))
    return found


def within_minutes(issued: list[tuple[int, int]], given: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each answer with the ballot fetched last before it, if that is no more than a quarter of an hour ago."""
    fetched = {n: x for x, n in issued}
    at = {n: x for x, n in given}
    return [(who, n) for who, n in latest_first(issued, given) if at[n] - fetched[who] <= 900]


ATTACKS: tuple[Callable[..., list[tuple[int, int]]], ...] = (by_rank, latest_first, oldest_first)


def right(pairs: Iterable[tuple[int, int]], careful: int) -> int:
    return sum(guess == truth and truth % 2 == careful for guess, truth in pairs)


async def test_after_a_shake_nobody_ties_an_answer_to_a_resident_better_than_by_chance(polling: Polling) -> None:
    with clock.at(BEGAN):
        await polling.launch({**SURVEY, "questions": [{"key": "n", "type": "number", "label": SURVEY["title"]}]})
    async with work(polling.town.system) as unit:
        issuer = issuer_of(await read(UUID(polling.survey)))
    fortnight = Fortnight(polling.town, polling.keys, UUID(polling.survey), issuer)
    best = [0, 0]
    unshaken = [0, 0]
    day = 0
    shakes = within = 0
    log: tuple[list[tuple[int, int]], list[tuple[int, int]]] = (
        [],
        [],
    )  # What the write-ahead log tells, with its times.
    for at_s, number, answers in fortnight.plan(random.Random(1)):
        while at_s >= (day + 1) * 86_400:
            issued, given = await fortnight.dump()
            for careful in (0, 1):
                best[careful] += max(right(attack(issued, given), careful) for attack in ATTACKS)
                unshaken[careful] += sum(n % 2 == careful for _, n in given)
            day += 1
            with clock.at(BEGAN + timedelta(days=day)):
                shaken = await fortnight.shake()
            if shaken:
                # Whoever kept the dump from before knows which answers are new: they hide among each other.
                shakes += 1
                batch = {n for _, n in given}
                mixed = [
                    r["n"] for r in await polling.town.sql("select (answers->>'n')::int n from answer order by ctid")
                ]
                anew = [(place, n) for place, n in enumerate(mixed) if n in batch]
                within += max(right(attack(issued, anew), c) for attack in (by_rank,) for c in (0, 1))
        with clock.at(BEGAN + timedelta(seconds=at_s)):
            await (fortnight.answer(number) if answers else fortnight.fetch(number))
        log[answers].append((round(at_s), number))
    assert shakes >= 8
    found = [max(right(attack(*log), careful) for attack in (*ATTACKS, within_minutes)) for careful in (0, 1)]
    by_log = [each / (ANSWERING / 2) for each in found]
    print(
        f"\nlinked by a whole archived log, commit times and all: {by_log[0]:.1%} of those who answer at once, "
        f"{by_log[1]:.1%} with careful apps"
    )
    assert by_log[1] < 0.1, "a careful app is no easier to link for who keeps the log"
    with clock.at(BEGAN + timedelta(days=DAYS + 1)):
        await polling.town.sql("update survey set shaken_on = null")
        async with work(polling.town.system) as unit:
            assert await shaking.shake(unit, fortnight.survey) == ANSWERING

    prompt, careful_rate = best[0] / unshaken[0], best[1] / unshaken[1]
    print(f"\nlinked before a shake: {prompt:.1%} of those who answer at once, {careful_rate:.1%} with careful apps")
    assert prompt > 0.2, "the attack is a real one"
    assert careful_rate < 0.1
    assert within <= shakes + 5 * math.sqrt(shakes), "within each shake no better than chance: one of each on average"

    # After the shake. Of N people matched at random with N answers one is matched rightly on average, whatever N: the
    # count is as good as Poisson(1), and 9 or more come once in a million.
    who = {participant(polling.keys, fortnight.survey, r): n for n, r in enumerate(fortnight.residents)}
    for by in ("ctid", "id", "xmin::text::bigint, ctid"):
        seen = [
            who[r["participant"]]
            for r in await polling.town.sql(f"select participant from participation order by {by}")
        ]
        taking_part = [n for n in seen if n < ANSWERING]
        for also_by in ("ctid", "id"):
            given_now = [
                r["n"] for r in await polling.town.sql(f"select (answers->>'n')::int n from answer order by {also_by}")
            ]
            assert sum(a == b for a, b in zip(taking_part, given_now, strict=True)) < 9
            # Nor is the order itself remembered: neighbours before are no nearer now than any two are.
            apart = sum(abs(a - b) for a, b in zip(taking_part, given_now, strict=True)) / ANSWERING
            assert abs(apart - ANSWERING / 3) < ANSWERING / 15
    [times] = await polling.town.sql("select count(distinct xmin::text) as n from answer")
    assert times["n"] == 1
