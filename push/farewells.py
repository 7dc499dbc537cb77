"""Warning those whose registration is about to go, because nobody has used it for long, that it will."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.sql import load
from municipality.directory import today
from municipality.lifetimes import lifetimes
from push.telling import tell

AT_ONCE: Final = 10_000
LATEST: Final = timedelta(days=7)
"""Who was marked longer ago than this and could not be told is not told any more."""

TITLE: Final = {
    "nb": "Registreringen din slettes snart",
    "nn": "Registreringa di blir snart sletta",
    "en": "Your registration will soon be deleted",
}
BODY: Final = {
    "nb": "Appen har ikke vært i bruk på lenge. Åpne den innen {days} dager for å beholde registreringen. "
    "Ellers slettes den, og alt som hører til.",
    "nn": "Appen har ikkje vore i bruk på lenge. Opne han innan {days} dagar for å behalde registreringa. "
    "Elles blir ho sletta, og alt som høyrer til.",
    "en": "The app has not been used for long. Open it within {days} days to keep your registration. "
    "Otherwise it is deleted, with all that belongs to it.",
}


async def warn_of_the_end(work: Work, most: int = AT_ONCE, untold: set[UUID] | None = None) -> int:
    """Tell up to `most` residents whose registration was marked to go, each once; how many were found, 0 where none is
    left. Those who do not consent to messages read it in the app alone.
    Who cannot be told is put in `untold`, and is not found again by whoever passes that on.
    """
    kept, on = await lifetimes(work), await today(work)
    untold = set() if untold is None else untold
    rows = await work.fetch(load(__file__, "about_to_go.sql"), on - LATEST, most, now(), list(untold))
    if rows:
        days = max(kept.warning_days - LATEST.days, 1)
        body = {language: text.format(days=days) for language, text in BODY.items()}
        over = now() + timedelta(days=kept.warning_days)
        await tell(work, [row["id"] for row in rows], TITLE, body, "registration_ends", over, untold=untold)
    return len(rows)
