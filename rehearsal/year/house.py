"""The municipality whose year is filled in, at the times at which things happened there."""

import random
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from base import clock
from base.database import Work, work
from base.jobs import system
from base.keys import KeyStore
from base.tenant import Tenant, open_to_all
from base.tenant_model import TenantModel
from municipality import access, audit
from municipality.models import StaffMember
from rehearsal.year.journal import Journal
from residents import credentials

ZONE = ZoneInfo("Europe/Oslo")
SEED = 3907


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: on which day, counted from the founding of the demo (0, the past is below), and what.

    `run` may be called again after it was cut off in the middle.
    """

    name: str
    day: float
    run: Callable[["House"], Awaitable[None]]


@cache
def told(name: str) -> dict[str, Any]:
    """What `rehearsal/data/year/NAME.toml` says."""
    text = (files("rehearsal") / "data" / "year" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(slots=True)
class House:
    """The municipality, its keys, and what is filled in of its year."""

    keys: KeyStore
    journal: Journal
    staff_ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def municipality(self) -> UUID:
        """Its id."""
        return self.journal.municipality

    @property
    def system(self) -> Tenant:
        """The municipality itself."""
        return system(self.municipality)

    def dice(self, name: str) -> random.Random:
        """Dice that fall the same way for a step, whatever was done before it."""
        return random.Random(f"{SEED} {name}")  # noqa: S311 - the same year every time, no secrets

    def moment(self, day: float, at: str = "10:00") -> datetime:
        """A time by the town's clock, so many days from the founding of the demo; never later than that was."""
        on = self.journal.founded.astimezone(ZONE).date() + timedelta(days=int(day // 1))
        there = datetime.combine(on, time.fromisoformat(at), ZONE) + timedelta(days=day % 1)
        return min(there.astimezone(UTC), self.journal.founded) if day <= 0 else there.astimezone(UTC)

    @asynccontextmanager
    async def by_staff(
        self, who: str, at: datetime, act: str, kind: audit.Kind = "done", about: UUID | None = None
    ) -> AsyncIterator[Work]:
        """What a member of staff did: signed in, in one transaction, and audited as their call of the API is."""
        with clock.at(at):
            async with work(open_to_all(self.municipality)) as unit:
                session, _ = await access.open_session(unit, await access.sign_in_link(unit, await self._member(who)))
                unit.tenant = await access.authenticate_session(unit, session)
                yield unit
                await audit.record(unit, act, kind, about)
                await access.close_session(session)

    @asynccontextmanager
    async def by_resident(self, token: str, at: datetime) -> AsyncIterator[tuple[Work, Tenant]]:
        """What a resident did, known by the token of their phone."""
        with clock.at(at):
            async with work(open_to_all(self.municipality)) as unit:
                tenant = await credentials.authenticate(unit, token)
                unit.tenant = tenant
                yield unit, tenant

    @asynccontextmanager
    async def by_anybody(self, at: datetime) -> AsyncIterator[Work]:
        """What anybody did, without a credential."""
        with clock.at(at):
            async with work(open_to_all(self.municipality)) as unit:
                yield unit

    async def _member(self, name: str) -> UUID:
        if name not in self.staff_ids:
            member = await StaffMember.get(name=told("staff")[name]["name"])
            self.staff_ids[name] = member.id
        return self.staff_ids[name]

    async def there(self, key: str, model: type[TenantModel]) -> UUID | None:
        """What was made under this key; None where it was not, or was cut off before it was kept."""
        if key not in self.journal.made:
            return None
        made = UUID(self.journal.made[key])
        async with work(self.system):
            return made if await model.exists(id=made) else None

    def note(self, key: str, made: UUID) -> UUID:
        """Note what is made, within the transaction that makes it."""
        self.journal.made[key] = str(made)
        self.journal.save()
        return made

    def made(self, key: str) -> UUID:
        """What an earlier step made."""
        return UUID(self.journal.made[key])

    def many(self, keys: Sequence[str]) -> list[UUID]:
        """What earlier steps made."""
        return [self.made(key) for key in keys]
