"""A draft as residents would see it, for whoever has a link to it: to be read, not answered, and not to be found."""

from html import escape
from typing import Any, Literal

from api.callers import OPEN
from api.endpoint import Call, Endpoint, Raw
from api.open import plain
from api.open.surveys import SurveyInWords, in_words
from base import tokens
from base.tenant import Tenant
from base.wording import said
from municipality.directory import smallest_group
from surveys import previews
from surveys.survey import Survey

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
    await call.work.bind(Tenant(municipality, "open"))
    return await previews.open_link(call.work, token)


async def read_preview(call: Call[None, None]) -> SurveyPreviewed:
    """A draft as residents would read it, by a link that staff gave."""
    words = in_words(await _opened(call), call.languages)
    k = await smallest_group(call.work, words["smallest_group"])
    found = SurveyPreviewed.model_validate({**words, "smallest_group": k})
    call.spoken(found.language)
    call.answer_headers.update(_ROBOTS)
    return found


async def show_preview(call: Call[None, None]) -> Raw:
    """The same as a page, without scripts; 410 where the link leads nowhere."""
    try:
        survey = in_words(await _opened(call), call.languages)
    except previews.NoSuchPreview:
        title = said("This link leads nowhere", call.languages)
        text = said("Its time is over, or it was taken back. Ask whoever sent it for a new one.", call.languages)
        body = f"<h1>{escape(title)}</h1><p>{escape(text)}</p>"
        return plain.page(title, body, plain.language_of(call.languages), status=410, headers=_ROBOTS)
    language = survey["language"]
    note = said("A preview: this is how residents will see it. Nothing can be answered here.", [language])
    asked = "".join(_question(question, [language]) for question in survey["questions"])
    time = said("About {minutes} minutes", [language], minutes=survey["minutes"])
    body = (
        f'<p class="note" role="note">{escape(note)}</p><h1>{escape(survey["title"])}</h1>'
        f"<p>{escape(survey.get('intro') or '')}</p><p>{escape(time)}</p>{asked}"
    )
    return plain.page(survey["title"], body, language, headers=_ROBOTS)


def _question(question: dict[str, Any], wanted: list[str]) -> str:
    label, help_ = escape(question["label"]), escape(question.get("help") or "")
    told = f"<small>{help_}</small>" if help_ else ""
    if question["type"] in ("section", "info"):
        return f"<h2>{label}</h2><p>{help_}</p>"
    if question.get("required"):
        told += f"<small>{escape(said('Must be answered', wanted))}</small>"
    if question.get("show_if"):
        told += f"<small>{escape(said('Shown only to some, by what they answered before', wanted))}</small>"
    lines = [option["label"] for option in question.get("options", [])]
    lines += [
        f"{row['label']}: {' / '.join(c['label'] for c in question['columns'])}" for row in question.get("rows", [])
    ]
    if question["type"] in ("scale", "rating"):
        ends = question.get("labels") or {}
        lines = [f"{question['min']} {ends.get('min') or ''} – {question['max']} {ends.get('max') or ''}"]
    shown = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<fieldset><legend>{label}</legend>{told}{f'<ul>{shown}</ul>' if shown else ''}</fieldset>"


ENDPOINTS = [
    Endpoint("GET", "/v1/previews/{token}", read_preview, OPEN, gives=SurveyPreviewed, refuses=(404,)),
    Endpoint("GET", "/preview/{token}", show_preview, OPEN, gives_media="text/html",
             also={410: "The link leads nowhere"}),
]  # fmt: skip
