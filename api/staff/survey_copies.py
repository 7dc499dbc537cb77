"""Surveys begun from others, and read by others before they are launched."""

from typing import Annotated
from uuid import UUID

import segno
from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, post
from api.schemas.common import Line, PageQuery, RequestModel, Whole
from api.staff.surveys import SurveyInFull, full
from municipality.directory import town
from municipality.roles import READERS, WRITERS
from surveys import previews, templates
from surveys.models import SurveyTemplate
from surveys.survey import read_survey


def qr_code(address: str) -> str:
    """An address as a QR code: SVG that stands by itself."""
    return (
        segno.make(address, error="m")
        .svg_inline(scale=4, light="#fff")
        .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


class TemplateKept(RequestModel):
    """Which survey to keep as a template, and what the template is called."""

    survey_id: UUID
    name: Line


class TemplateShown(BaseModel):
    """A template."""

    id: UUID
    name: str
    title: dict[str, str]
    questions: int = Field(description="How many")
    created_at: AwareDatetime


class TemplatesShown(BaseModel):
    """Templates, the youngest first."""

    items: list[TemplateShown]
    next: str | None


class PreviewWanted(RequestModel):
    """For how many days the link is good."""

    days: Annotated[Whole, Field(ge=1, le=previews.LONGEST_DAYS)] = 7


class PreviewLink(BaseModel):
    """A link to a draft, shown this once: whoever has it can read the survey, and nobody can answer by it."""

    url: str
    app_url: str = Field(description="The same to be tried out, as residents will answer it; nothing of it is kept")
    qr: str = Field(description="`app_url` as a QR code (SVG)")
    token: str
    expires_at: AwareDatetime


def _shown(template: SurveyTemplate) -> TemplateShown:
    return TemplateShown(
        id=template.id,
        name=template.name,
        title=template.definition["title"],
        questions=len(template.definition["questions"]),
        created_at=template.created_at,
    )


async def duplicate_survey(call: Call[None, None]) -> SurveyInFull:
    """Begin a draft with the words and questions of a survey in any state; its times do not come along."""
    return full(await read_survey(await templates.duplicate(call.work, call.id())))


async def keep_template(call: Call[TemplateKept, None]) -> TemplateShown:
    """Keep a survey as a template."""
    return _shown(await templates.keep(call.body.survey_id, call.body.name))


async def list_templates(call: Call[None, PageQuery]) -> TemplatesShown:
    """Every template, the youngest first."""
    found = await templates.page(call.query.after_time(), call.query.one_more)
    part, after = call.query.cut(found, lambda template: (template.created_at, template.id))
    return TemplatesShown(items=[_shown(template) for template in part], next=after)


async def begin_from_template(call: Call[None, None]) -> SurveyInFull:
    """Begin a draft from a template."""
    return full(await read_survey(await templates.begin(call.work, call.id())))


async def remove_template(call: Call[None, None]) -> None:
    """Throw a template away; the surveys that began from it stay."""
    await templates.remove(call.id())


async def make_preview_link(call: Call[PreviewWanted, None]) -> PreviewLink:
    """Make a link by which a draft is read and tried as residents will have it, by whoever has it, for some days."""
    days = call.body.days if call.body else PreviewWanted().days
    token, until = await previews.link(call.work, call.id(), days)
    origin, number = call.services.settings.origin, (await town(call.work)).number
    app_url = f"{origin}/app/preview?m={number}#{token}"
    return PreviewLink(
        url=f"{origin}/preview/{token}", app_url=app_url, qr=qr_code(app_url), token=token, expires_at=until
    )


async def take_preview_links_back(call: Call[None, None]) -> None:
    """Let every link to a survey lead nowhere from now on."""
    await previews.take_back(call.id())


_ONE = "/v1/staff/surveys/{id:uuid}"
_TEMPLATES = "/v1/staff/survey-templates"
ENDPOINTS: list[AnyEndpoint] = [
    post(_ONE + "/duplicate", duplicate_survey, staff(WRITERS), status=201, refuses=(403, 404)),
    post(
        _ONE + "/preview",
        make_preview_link,
        staff(WRITERS),
        example={"days": 7},
        optional_body=True,
        status=201,
        refuses=(403, 404, 409, 413, 422),
        secret=True,
    ),
    delete(_ONE + "/preview", take_preview_links_back, staff(WRITERS), status=204, refuses=(403, 404)),
    post(
        _TEMPLATES,
        keep_template,
        staff(WRITERS),
        status=201,
        example={"survey_id": "00000000-0000-4000-8000-000000000000", "name": "Skolevei"},
        refuses=(403, 404, 413, 422),
    ),
    get(_TEMPLATES, list_templates, staff(READERS), refuses=(403,)),
    delete(_TEMPLATES + "/{id:uuid}", remove_template, staff(WRITERS), status=204, refuses=(403, 404)),
    post(_TEMPLATES + "/{id:uuid}/surveys", begin_from_template, staff(WRITERS), status=201, refuses=(403, 404)),
]
