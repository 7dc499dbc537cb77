"""Residents of the demo municipality who go on answering what is open, one every now and then."""

import asyncio
import random
from typing import Final

import structlog

from base.database import work
from base.errors import Problem
from base.keys import KeyStore
from base.rows import where
from rehearsal.year.answers import thrown
from rehearsal.year.house import House, told
from rehearsal.year.journal import Journal
from rehearsal.year.people import dwellers
from rehearsal.year.polling import hand_in
from surveys.models import Survey

log = structlog.get_logger(__name__)
EVERY_S: Final = 4.0


async def go_on(journal: Journal, keys: KeyStore, every_s: float = EVERY_S) -> None:
    """Answer one of the year's open surveys, again and again, until cancelled or nobody is left who has not."""
    house, dice = House(keys, journal), random.SystemRandom()
    ours = {journal.made[name]: name.removeprefix("survey ") for name in journal.made if name.startswith("survey ")}
    left = {name: dwellers() for name in ours}
    while True:
        async with work(house.system):
            asking = [one for one in await Survey.filter(state="open", kind="survey") if left.get(str(one.id))]
        if not asking:
            return
        asked = dice.choice(asking)
        waiting = left[str(asked.id)]
        who = waiting.pop(dice.randrange(len(waiting)))
        likely = told(f"survey-{ours[str(asked.id)]}")["answers"]
        try:
            if await hand_in(house, asked, who, thrown(asked.document, likely, dice)):
                await asyncio.sleep(every_s * dice.uniform(0.5, 1.5))
        except Problem as refused:  # It was closed just now, or its words have changed.
            log.info("an answer was refused", why=type(refused).__name__, where=where(refused))
            await asyncio.sleep(every_s)
