"""Who lives in the rehearsal's Sandefjord: what they have consented to, where they walk, what they think."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rehearsal.places import STAYS_AT_MONUMENT, WALKS

HOW_MANY = 260
ELSEWHERE = 12
WITHDRAW, NO_DEVICE, UNINSTALLED, BURDENED, ASLEEP = 7, 6, 3, 4, 5
BOATS = 3

Platform = Literal["android", "ios", "web"]


@dataclass(slots=True)
class Person:
    """One resident. Nothing here is told to the service but what an app would tell."""

    number: int
    platform: Platform
    language: str
    consents: tuple[str, ...]
    follows: Literal["home", "next town", "nothing"]
    walk: str | None
    willing: bool
    answers: dict[str, Any]
    withdraws: bool = False
    has_device: bool = True
    uninstalled: bool = False
    burdened: bool = False
    asleep: bool = False

    @property
    def pushable(self) -> bool:
        """Whether a message for the district may reach them, as it stands when it is launched."""
        return self.follows == "home" and "push_messages" in self.consents

    @property
    def lingers(self) -> bool:
        """Whether they will be asked at the monument."""
        return "location_zones" in self.consents and self.walk in STAYS_AT_MONUMENT


def residents(dice: random.Random) -> list[Person]:
    """Some hundred residents with mixed consents, always the same ones for the same dice."""
    people = [_person(number, dice) for number in range(HOW_MANY)]
    for person in [p for p in people if p.follows == "home"][:ELSEWHERE]:
        person.follows = "next town"
    _mark(people)
    for person in [p for p in people if p.follows == "home" and p.willing][:BOATS]:
        person.answers["way"] = "boat"
    return people


def _person(number: int, dice: random.Random) -> Person:
    consents = [
        purpose
        for purpose, share in (("personal_feed", 0.88), ("push_messages", 0.68), ("location_zones", 0.62))
        if dice.random() < share
    ]
    return Person(
        number,
        platform=dice.choice(("android", "android", "ios", "web")),
        language=dice.choices(("nb", "nn", "en"), (80, 8, 12))[0],
        consents=tuple(consents),
        follows="home" if "personal_feed" in consents else "nothing",
        walk=dice.choice(tuple(WALKS)) if dice.random() < 0.7 else None,
        willing=dice.random() < 0.72,
        answers=_opinion(dice),
    )


def _mark(people: Sequence[Person]) -> None:
    """What befalls some of those whom a message will be for, each of them once."""
    reached = iter([person for person in people if person.pushable])
    for befalls, how_many in (
        ("withdraws", WITHDRAW),
        ("uninstalled", UNINSTALLED),
        ("burdened", BURDENED),
        ("asleep", ASLEEP),
    ):
        for _ in range(how_many):
            setattr(next(reached), befalls, True)
    for _ in range(NO_DEVICE):
        next(reached).has_device = False


def _opinion(dice: random.Random) -> dict[str, Any]:
    """What somebody would answer to the survey about the town centre."""
    answers: dict[str, Any] = {
        "age": dice.choices(("young", "middle", "old"), (30, 45, 25))[0],
        "way": dice.choices(("foot", "bike", "bus", "car"), (38, 17, 15, 30))[0],
        "wishes": dice.sample(("trees", "benches", "playground", "parking"), dice.choice((1, 2, 2))),
    }
    if dice.random() < 0.93:
        answers["evening"] = dice.choices((1, 2, 3, 4, 5), (8, 17, 30, 28, 17))[0]
        if answers["evening"] <= 2 and dice.random() < 0.5:
            answers["why"] = dice.choice(("For mørkt ved brygga", "Lite folk ute", "Too dark by the water"))
    return answers
