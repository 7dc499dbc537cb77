"""A draft as residents would see it, for whoever has a link to it: to be read, not answered, and not to be found."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from api.http import plain_pages
from api.http.authentication import OPEN
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.schemas.surveys import SurveyInWords, in_words
from base import tokens
from base.tenant import open_to_all
from base.translation import house_language, translate
from municipality.directory import smallest_group
from surveys import previews
from surveys.forms.types import ANSWERABLE_BY_NAME
from surveys.models import Survey

_ROBOTS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


class SurveyPreviewed(SurveyInWords):
    """A survey that cannot be answered here; its page is the same under `/preview/`."""

    state: Literal["draft", "open", "closed", "counted", "published"]
    preview: Literal[True] = True


async def _opened(call: Call[Any, Any]) -> Survey:
    token = call.text("token")
    municipality = tokens.municipality_in(token, previews.KIND)
    if municipality is None:
        raise previews.NoSuchPreview()
    await call.work.bind(open_to_all(municipality))
    return await previews.open_link(token)


async def read_preview(call: Call[None, None]) -> SurveyPreviewed:
    """A draft as residents would read it, by a link that staff gave."""
    words = in_words(await _opened(call), call.languages)
    k = await smallest_group(call.work, words["smallest_group"])
    found = SurveyPreviewed.model_validate({**words, "smallest_group": k})
    call.set_content_language(found.language)
    call.answer_headers.update(_ROBOTS)
    return found


async def show_preview(call: Call[None, None]) -> RawResponse:
    """The same as a page, without scripts; 410 where the link leads nowhere."""
    try:
        survey = in_words(await _opened(call), call.languages)
    except previews.NoSuchPreview:
        read = call.languages
        text = translate("Its time is over, or it was taken back. Ask whoever sent it for a new one.", read)
        title, language = translate("This link leads nowhere", read), house_language(read)
        return plain_pages.page("note.html", title, language, status=410, headers=_ROBOTS, text=text, button=None)
    return plain_pages.page(
        "preview.html", survey["title"], survey["language"], headers=_ROBOTS, survey=survey, lines_of=_lines
    )


def _lines(question: Mapping[str, Any]) -> Sequence[str]:
    """What there is to choose from."""
    return ANSWERABLE_BY_NAME[question["type"]].lines(question)


ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/previews/{token}", read_preview, OPEN, refuses=(404,)),
    get("/preview/{token}", show_preview, OPEN, gives_media="text/html", also={410: "The link leads nowhere"}),
]
