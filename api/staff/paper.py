"""Answers on paper, entered by staff."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, post
from api.schemas.common import RequestModel
from municipality.roles import WRITERS
from surveys.box import paper


class SheetEntered(RequestModel):
    """What stands on a sheet: the code of its letter, and the answers by question key."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    answers: Annotated[dict[str, Any], Field(max_length=1000)]


class SheetTaken(BaseModel):
    """The sheet's answers lie in the box, and nowhere else."""

    accepted: bool = True


async def enter_sheet(call: Call[SheetEntered, None]) -> SheetTaken:
    """Enter an answer that came on paper, once for each code; the same sheet may be entered again after an error.

    Noted is that a sheet was entered and by whom, never what stood on it or which code it bore.
    """
    await paper.enter(
        call.work, call.id(), call.body.code, call.body.answers, keys=call.services.keys, languages=call.languages
    )
    return SheetTaken()


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/surveys/{id:uuid}/sheets",
        enter_sheet,
        staff(WRITERS),
        example={"code": "ABCD-EFGH-JKMN", "answers": {"bike": "yes", "safe": 4}},
        refuses=(403, 404, 409, 410, 422),
        not_idempotent="an answer is taken once for each code, and nothing is kept of what was sent",
    ),
]
