"""Letters and posters: a page to be printed, with a code for each who may answer, to type or to photograph."""

from html import escape
from typing import Annotated

import segno
from pydantic import Field

from api.callers import staff
from api.endpoint import Call, Endpoint, Raw
from api.open import plain
from api.shapes import Sent, Whole
from base.localized import pick
from base.wording import said
from municipality.directory import town
from surveys.box import codes
from surveys.survey import read_survey


class LettersWanted(Sent):
    """How many codes, each on a strip of its own."""

    count: Annotated[Whole, Field(ge=1, le=500)]


async def print_letters(call: Call[LettersWanted, None]) -> Raw:
    """Make single-use codes and a page to be printed: for each its QR code, the code in letters, and where it leads.

    The page is shown this once; of the codes the house keeps only how it knows them again.
    """
    work, house = call.work, call.house
    made = await codes.print_codes(work, call.id(), call.body.count, house.keys)
    survey, here = await read_survey(work, call.id()), await town(work)
    title, language = pick(survey.document.title, [*call.languages, *here.languages])
    where = f"{house.settings.origin}/app?m={here.number}#/survey/{survey.id}"
    spoken = plain.language_of([language])
    about = said("Photograph the square, or open {address} and type the code. It is good for one answer.", [spoken],
                 address=f"{house.settings.origin}/app?m={here.number}")  # fmt: skip
    strips = "".join(
        f"<fieldset><legend>{escape(code)}</legend>{_square(f'{where}/{code}')}<small>{escape(about)}</small></fieldset>"
        for code in made
    )
    return plain.page(title, f"<h1>{escape(title)}</h1>{strips}", spoken, headers={"Cache-Control": "no-store"})


def _square(address: str) -> str:
    return segno.make(address, error="m").svg_inline(scale=4, light="#fff")


ENDPOINTS = [
    Endpoint(
        "POST", "/v1/staff/surveys/{id:uuid}/letters", print_letters, staff("communications"), body=LettersWanted,
        example={"count": 20}, gives_media="text/html", status=200, refuses=(403, 404, 409, 410, 413, 422),
        secret=True,
    ),
]  # fmt: skip
