"""Who moved in during the year: what they agreed to, what they follow, how they think. Nobody of them is anybody."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from base.database import Work
from base.errors import Unauthorized
from base.tenant import Tenant
from consent import ledger, profile_data
from consent.gate import require_permit
from consent.profile_data import BANDS
from consent.purposes import PersonalFeed, ProfileStatistics, PushMessages
from push import devices
from push.models import PushAddress
from rehearsal.year.house import House, Step, told
from residents import credentials, profile, registration

HOW_MANY: Final = 400
AT_ONCE: Final = 20
"""So many move in in one transaction."""
_AGES: Final = dict(zip(BANDS[1:], (2, 6, 11, 14, 16, 17, 17, 13, 4), strict=True))


@dataclass(frozen=True, slots=True)
class Dweller:
    """A resident of the demo municipality, always the same one. `day` is when they joined."""

    number: int
    day: float
    language: str
    platform: str
    consents: tuple[str, ...]
    interests: tuple[str, ...]
    areas: tuple[str, ...]
    born: str
    digest: profile.Digest
    quiet: tuple[str, str] | None
    withdraws: bool


def dwellers() -> list[Dweller]:
    """Everybody, in the order in which they joined: more of them as the word spread."""
    dice = random.Random(SEED_OF_PEOPLE)  # noqa: S311 - the same people every time, no secrets
    days = sorted(-345 * dice.random() ** 1.3 - 2 for _ in range(HOW_MANY))
    return [_dweller(number, day, dice) for number, day in enumerate(days)]


SEED_OF_PEOPLE: Final = 3907
_DIGESTS: Final[tuple[profile.Digest, ...]] = ("off", "daily", "weekly")
_SHARES: Final = (
    ("personal_feed", 0.86),
    ("push_messages", 0.7),
    ("location_zones", 0.55),
    ("location_beacons", 0.35),
    ("profile_statistics", 0.6),
)


def _dweller(number: int, day: float, dice: random.Random) -> Dweller:
    town = told("places")
    interests: Mapping[str, int] = told("people")["interests"]
    consents = tuple(purpose for purpose, share in _SHARES if dice.random() < share)
    follows = "personal_feed" in consents
    liked = dict.fromkeys(dice.choices(list(interests), list(interests.values()), k=dice.choice((1, 2, 2, 3))))
    homes = town["homes"]
    leaves = "push_messages" in consents and dice.random() < 0.06
    return Dweller(
        number,
        day=day,
        language=dice.choices(("nb", "nn", "en"), (84, 7, 9))[0],
        platform=dice.choices(("android", "ios", "web"), (46, 42, 12))[0],
        consents=consents,
        interests=tuple(liked) if follows else (),
        areas=(dice.choices(list(homes), list(homes.values()))[0],) if follows else (),
        born=dice.choices(list(_AGES), list(_AGES.values()))[0],
        digest="off" if leaves else dice.choices(_DIGESTS, (80, 14, 6))[0],
        quiet=dice.choices((None, ("21:00", "07:00"), ("22:30", "06:30")), (70, 20, 10))[0],
        withdraws=leaves,
    )


def steps() -> list[Step]:
    """They move in a few at a time; some change their minds half a month later."""
    everybody = dwellers()
    groups = [everybody[first : first + AT_ONCE] for first in range(0, len(everybody), AT_ONCE)]
    found = [_moving(number, group) for number, group in enumerate(groups)]
    return [*found, *(_leaving(each, group[-1].day) for group in groups for each in group if each.withdraws)]


def _moving(number: int, group: Sequence[Dweller]) -> Step:
    async def run(house: House) -> None:
        last = group[-1]
        if str(last.number) in house.journal.tokens and await _known(house, last):
            return
        async with house.by_anybody(house.moment(last.day, "17:00")) as unit:
            for each in group:
                house.journal.tokens[str(each.number)] = await _move_in(house, unit, each)
            house.journal.save()

    return Step(f"people {number}", group[-1].day, run)


async def _known(house: House, who: Dweller) -> bool:
    async with house.by_anybody(house.journal.founded) as unit:
        try:
            await credentials.authenticate(unit, house.journal.tokens[str(who.number)])
        except Unauthorized:
            return False
        return True


async def _move_in(house: House, unit: Work, who: Dweller) -> str:
    joined = await registration.register(unit, who.language, who.platform, "1.4.0")
    tenant = await credentials.authenticate(unit, joined.token)
    for purpose in who.consents:
        await ledger.grant(
            unit, house.keys, tenant, purpose, notice_version=1, language=who.language, of_age=True, channel="app"
        )
    await profile.set_digest(tenant, who.digest)
    await profile.set_quiet_hours(tenant, who.quiet)
    await _tell(house, unit, tenant, who, joined.token)
    return joined.token


async def _tell(house: House, unit: Work, tenant: Tenant, who: Dweller, token: str) -> None:
    if "personal_feed" in who.consents:
        permit = await require_permit(unit, tenant, PersonalFeed)
        await profile_data.follow_interests(permit, who.interests)
        await profile_data.follow_areas(unit, permit, house.many(who.areas))
    if "profile_statistics" in who.consents:
        await profile_data.set_birth_years(await require_permit(unit, tenant, ProfileStatistics), who.born)
    if "push_messages" in who.consents:
        wakes = await require_permit(unit, tenant, PushMessages)
        await devices.register(unit, wakes, await credentials.device_of_token(token), _device(who))


def _device(who: Dweller) -> PushAddress:
    """Where their phone is woken: nowhere outside this machine."""
    given: dict[str, Any] = {"kind": "log", "address": f"demo-{uuid4()}", "locale": who.language}
    return PushAddress(**given, timezone="Europe/Oslo", app_version="1.4.0")


def _leaving(who: Dweller, joined: float) -> Step:
    day = min(joined + 15, -0.1)

    async def run(house: House) -> None:
        at = house.moment(day, "20:15")
        async with house.by_resident(house.journal.tokens[str(who.number)], at) as (unit, tenant):
            await ledger.withdraw(unit, house.keys, tenant, "push_messages", language=who.language)

    return Step(f"no messages for {who.number}", day, run)
