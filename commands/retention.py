"""What is cleared daily, of every room."""

from typing import Final

from base import retention as base
from base.retention import Clearing
from consent import retention as consent
from municipality import retention as municipality
from push import retention as push
from residents import retention as residents
from surveys import retention as surveys

CLEARINGS: Final[tuple[Clearing, ...]] = tuple(
    clearing for room in (base, municipality, residents, consent, push, surveys) for clearing in room.CLEARINGS
)
