"""What a message or a trigger leads to: it is there, and it is this municipality's."""

from collections.abc import Sequence
from uuid import UUID

from base.errors import NotFound, invalid
from push.audiences.audience import Audience
from surveys import drafting, information, survey
from surveys.hearings import hearings

NONE_SUCH = {
    "survey": "There is no such survey.",
    "hearing": "There is no such hearing.",
    "info": "There is no such item.",
}


async def must_be_there(kind: str, subject: UUID, pointer: str) -> None:
    """Raise Invalid at `pointer` where the municipality has no survey, hearing or information (`info`) of that id.

    Another municipality's is as little there as one that never was.
    """
    try:
        if kind == "survey":
            if not await drafting.is_draft(subject):
                await survey.read_survey(subject)
        elif kind == "hearing":
            await hearings.read(subject)
        else:
            await information.read(subject)
    except NotFound:
        raise invalid(pointer, NONE_SUCH[kind]) from None


async def whom_it_is_for(areas: Sequence[UUID], interests: Sequence[str]) -> None:
    """Raise Invalid, naming them, for districts (/areas) and interests (/interests) that the municipality lacks."""
    await Audience(areas=tuple(areas), interests=tuple(interests)).check()
