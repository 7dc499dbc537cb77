"""Letters and posters: a page to be printed, with a code for each who may answer, to type or to photograph."""

from typing import Annotated

import segno
from pydantic import Field

from api.http import plain_pages
from api.http.authentication import staff
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, post
from api.schemas.common import RequestModel, Whole
from base.localized import pick
from base.translation import house_language, translate
from municipality.directory import town
from municipality.roles import WRITERS
from surveys.addresses import address_of
from surveys.box import codes
from surveys.survey import read_survey


class LettersWanted(RequestModel):
    """How many codes, each on a strip of its own."""

    count: Annotated[Whole, Field(ge=1, le=500)]


async def print_letters(call: Call[LettersWanted, None]) -> RawResponse:
    """Make single-use codes and a page to be printed: for each its QR code, the code in letters, and where it leads.

    The page is shown this once; of the codes the house keeps only how it knows them again.
    """
    work, services = call.work, call.services
    made = await codes.print_codes(call.id(), call.body.count, services.keys)
    survey, here = await read_survey(call.id()), await town(work)
    title, language = pick(survey.document.title, [*call.languages, *here.languages])
    where = address_of(services.settings.origin, here.number, survey.id)
    spoken_language = house_language([language])
    about = translate(
        "Photograph the square, or open {address} and type the code. It is good for one answer.",
        [spoken_language],
        address=f"{services.settings.origin}/app?m={here.number}",
    )
    return plain_pages.page(
        "letters.html",
        title,
        spoken_language,
        headers={"Cache-Control": "no-store"},
        codes=made,
        about=about,
        square=lambda code: _square(f"{where}/{code}"),
    )


def _square(address: str) -> str:
    """A QR code as SVG."""
    return segno.make(address, error="m").svg_inline(scale=4, light="#fff")


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/surveys/{id:uuid}/letters",
        print_letters,
        staff(WRITERS),
        example={"count": 20},
        gives_media="text/html",
        status=200,
        refuses=(403, 404, 409, 410, 413, 422),
        secret=True,
    ),
]
