"""What takes a fresh sign-in: whoever finds a console open, or a cookie, cannot reach a whole town with it."""

from datetime import timedelta
from typing import Final

from base.clock import now
from base.database import Work
from base.errors import SignInAgain, invalid
from municipality.directory import town

FRESH: Final = timedelta(minutes=15)
"""For so long a sign-in is fresh."""
MANY: Final = 1_000
"""So many are many, where the municipality has said nothing else."""
_SETTING: Final = "fresh_from"


def require_fresh(work: Work) -> None:
    """Raise SignInAgain where whoever calls signed in a while ago. Keys and the municipality itself do not sign in."""
    tenant = work.tenant
    if tenant is None or tenant.caller != "staff":
        return
    if tenant.signed_in_at is None or tenant.signed_in_at + FRESH <= now():
        raise SignInAgain()


async def many(work: Work) -> int:
    """From how many residents on a message takes a fresh sign-in of whoever sends it."""
    return int((await town(work)).settings.get(_SETTING, MANY))


async def set_many(work: Work, number: int) -> None:
    """Change it; this takes a fresh sign-in too."""
    require_fresh(work)
    if not 1 <= number <= 1_000_000:
        raise invalid("/fresh_from", "This must be at least {ge}.", ge=1)
    here = await town(work)
    here.settings = {**here.settings, _SETTING: number}
    await here.save(update_fields=["settings"])
