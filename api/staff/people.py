"""The municipality's own: topics that residents can follow, those who work there, and their keys."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import EmailGiven, Key, Line, PageQuery, RequestModel, Yes
from base.errors import invalid
from base.localized import Localized
from municipality import access, interests, members
from municipality.models import Interest, StaffMember
from municipality.roles import ADMINS, READERS, WRITERS, Role
from residents.profile import unfollow_topic

Roles = Annotated[list[Role], Field(min_length=1, max_length=4)]


class InterestBody(RequestModel):
    """A topic that residents can follow; its key stays for good."""

    key: Key
    label: Localized


class Renaming(RequestModel):
    """A topic under another name."""

    label: Localized


class InterestResponse(BaseModel, title="Interest"):
    """A topic that residents can follow."""

    id: UUID
    key: str
    label: dict[str, str]


class Interests(BaseModel):
    """Topics, by key."""

    items: list[InterestResponse]
    next: str | None


class MemberBody(RequestModel):
    """Somebody who works for the municipality, perhaps for one unit of it alone."""

    name: Line
    roles: Roles
    unit: Line | None = None
    active: Yes = True
    email: EmailGiven | None = None


class MemberResponse(BaseModel, title="Member"):
    """Somebody who works for the municipality."""

    id: UUID
    name: str
    roles: list[Role]
    unit: str | None
    active: bool
    email: str | None = Field(description="Where sign-in links are sent, where a mail server is set up")
    last_seen_on: date | None = Field(description="The day of the last sign-in")


class Members(BaseModel):
    """Those who work for the municipality, who have left last."""

    items: list[MemberResponse]
    next: str | None


class SignInLink(BaseModel):
    """A link that signs a member in to the console, once, within 15 minutes."""

    id: UUID
    url: str


class KeyBody(RequestModel):
    """An API key: what it is called and what it may do."""

    name: Line
    roles: Roles


class StaffKeyResponse(BaseModel, title="StaffKey"):
    """An API key, without its secret."""

    id: UUID
    name: str
    roles: list[str]
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class NewStaffKey(StaffKeyResponse, title="NewStaffKey"):
    """An API key and its token, which is shown this once."""

    token: str


class StaffKeys(BaseModel):
    """API keys, newest first."""

    items: list[StaffKeyResponse]
    next: str | None


def _interest(topic: Interest) -> InterestResponse:
    return InterestResponse(id=topic.id, key=topic.key, label=dict(topic.label))


def _member(member: StaffMember) -> MemberResponse:
    return MemberResponse.model_validate(member, from_attributes=True)


async def staff_interests(call: Call[None, PageQuery]) -> Interests:
    """The topics that residents can follow."""
    part, after = call.query.of(await interests.list_interests(), lambda topic: (topic.key,))
    return Interests(items=[_interest(topic) for topic in part], next=after)


async def add_interest(call: Call[InterestBody]) -> InterestResponse:
    """Offer a new topic."""
    return _interest(await interests.add_interest(call.body.key, call.body.label))


async def rename_interest(call: Call[Renaming]) -> InterestResponse:
    """Call a topic something else; those who follow it go on following it."""
    return _interest(await interests.rename_interest(call.id(), call.body.label))


async def remove_interest(call: Call) -> None:
    """Remove a topic, and that anybody followed it."""
    await unfollow_topic(await interests.remove_interest(call.id()))


async def staff_members(call: Call[None, PageQuery]) -> Members:
    """Those who work for the municipality."""
    everybody = await members.list_members()
    part, after = call.query.of(everybody, lambda member: (int(not member.active), member.name, member.id))
    return Members(items=[_member(member) for member in part], next=after)


async def add_member(call: Call[MemberBody]) -> MemberResponse:
    """Take somebody on."""
    sent = call.body
    if not sent.active:
        raise invalid("/active", "whoever is taken on is active")
    return _member(await members.add_member(sent.name, sent.roles, sent.unit, sent.email))


async def get_member(call: Call) -> MemberResponse:
    """Somebody who works for the municipality."""
    return _member(await members.get_member(call.id()))


async def change_member(call: Call[MemberBody]) -> MemberResponse:
    """Change what somebody may do; whoever is no longer active is signed out at once."""
    return _member(await members.change_member(call.work, call.id(), **call.body.model_dump()))


async def remove_member(call: Call) -> None:
    """Take somebody off the list and sign them out at once; what they did keeps their name."""
    await members.remove_member(call.work, call.id())


async def sign_in_link(call: Call) -> SignInLink:
    """A link that signs this member in to the console, once, within 15 minutes."""
    member = await members.get_member(call.id())
    if not member.active:
        raise invalid("/active", "this member has left")
    token = await access.sign_in_link(call.work, member.id)
    return SignInLink(id=member.id, url=f"{call.services.settings.origin}/sign-in/{token}")


async def staff_keys(call: Call[None, PageQuery]) -> StaffKeys:
    """The municipality's API keys, revoked ones too."""
    found = await access.list_keys()
    part, after = call.query.of(found, lambda key: (key.created_at, key.id), newest_first=True)
    return StaffKeys(items=[StaffKeyResponse.model_validate(key, from_attributes=True) for key in part], next=after)


async def create_staff_key(call: Call[KeyBody]) -> NewStaffKey:
    """Create an API key. The answer's token is shown this once."""
    key, token = await access.create_key(call.work, call.body.name, call.body.roles)
    return NewStaffKey(
        id=key.id, name=key.name, roles=list(key.roles), created_at=key.created_at, revoked_at=None, token=token
    )


async def revoke_staff_key(call: Call) -> None:
    """Revoke an API key; it opens nothing from now on."""
    await access.revoke_key(call.id())


_TOPIC = {"key": "library", "label": {"nb": "Bibliotek", "nn": "Bibliotek", "en": "Library"}}
_SOMEBODY = {"name": "Kari Nordmann", "roles": ["communications"], "unit": "Kultur"}

ENDPOINTS: list[AnyEndpoint] = [
    get("/v1/staff/interests", staff_interests, staff(READERS)),
    post("/v1/staff/interests", add_interest, staff(WRITERS), status=201, refuses=(409,), example=_TOPIC),
    put("/v1/staff/interests/{id:uuid}", rename_interest, staff(WRITERS), example={"label": _TOPIC["label"]}),
    delete("/v1/staff/interests/{id:uuid}", remove_interest, staff(WRITERS), status=204),
    get("/v1/staff/members", staff_members, staff(ADMINS)),
    post("/v1/staff/members", add_member, staff(ADMINS), status=201, example=_SOMEBODY),
    get("/v1/staff/members/{id:uuid}", get_member, staff(ADMINS)),
    put("/v1/staff/members/{id:uuid}", change_member, staff(ADMINS), refuses=(409,), example=_SOMEBODY),
    delete("/v1/staff/members/{id:uuid}", remove_member, staff(ADMINS), status=204, refuses=(409,)),
    post("/v1/staff/members/{id:uuid}/links", sign_in_link, staff(ADMINS), refuses=(422,), secret=True),
    get("/v1/staff/keys", staff_keys, staff(ADMINS)),
    post(
        "/v1/staff/keys",
        create_staff_key,
        staff(ADMINS),
        status=201,
        secret=True,
        example={"name": "GIS", "roles": ["planner"]},
    ),
    delete("/v1/staff/keys/{id:uuid}", revoke_staff_key, staff(ADMINS), status=204),
]
