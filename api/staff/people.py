"""The municipality's own: topics that residents can follow, those who work there, and their keys."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.shapes import Key, Line, Page, Sent, Yes
from base.errors import invalid
from base.localized import Localized
from municipality import access, interests, members

Role = Literal["communications", "planner", "privacy_officer", "admin"]
Roles = Annotated[list[Role], Field(min_length=1, max_length=4)]


class InterestBody(Sent):
    """A topic that residents can follow; its key stays for good."""

    key: Key
    label: Localized


class Renaming(Sent):
    """A topic under another name."""

    label: Localized


class Interest(BaseModel):
    """A topic that residents can follow."""

    id: UUID
    key: str
    label: dict[str, str]


class Interests(BaseModel):
    """Topics, by key."""

    items: list[Interest]
    next: str | None


class MemberBody(Sent):
    """Somebody who works for the municipality, perhaps for one unit of it alone."""

    name: Line
    roles: Roles
    unit: Line | None = None
    active: Yes = True


class Member(BaseModel):
    """Somebody who works for the municipality."""

    id: UUID
    name: str
    roles: list[Role]
    unit: str | None
    active: bool


class Members(BaseModel):
    """Those who work for the municipality, who have left last."""

    items: list[Member]
    next: str | None


class SignInLink(BaseModel):
    """A link that signs a member in to the console, once, within 15 minutes."""

    id: UUID
    url: str


class KeyBody(Sent):
    """An API key: what it is called and what it may do."""

    name: Line
    roles: Roles


class StaffKey(BaseModel):
    """An API key, without its secret."""

    id: UUID
    name: str
    roles: list[str]
    created_at: AwareDatetime
    revoked_at: AwareDatetime | None


class NewStaffKey(StaffKey):
    """An API key and its token, which is shown this once."""

    token: str


class StaffKeys(BaseModel):
    """API keys, newest first."""

    items: list[StaffKey]
    next: str | None


def _interest(topic: interests.Topic) -> Interest:
    return Interest(id=topic.id, key=topic.key, label=dict(topic.label))


def _member(member: members.Member) -> Member:
    return Member.model_validate(member, from_attributes=True)


async def staff_interests(call: Call[None, Page]) -> Interests:
    """The topics that residents can follow."""
    part, after = call.query.of(await interests.list_interests(call.work), lambda topic: (topic.key,))
    return Interests(items=[_interest(topic) for topic in part], next=after)


async def add_interest(call: Call[InterestBody]) -> Interest:
    """Offer a new topic."""
    return _interest(await interests.add_interest(call.work, call.body.key, call.body.label))


async def rename_interest(call: Call[Renaming]) -> Interest:
    """Call a topic something else; those who follow it go on following it."""
    return _interest(await interests.rename_interest(call.work, call.id(), call.body.label))


async def remove_interest(call: Call) -> None:
    """Remove a topic, and that anybody followed it."""
    await interests.remove_interest(call.work, call.id())


async def staff_members(call: Call[None, Page]) -> Members:
    """Those who work for the municipality."""
    everybody = await members.list_members(call.work)
    part, after = call.query.of(everybody, lambda member: (int(not member.active), member.name, member.id))
    return Members(items=[_member(member) for member in part], next=after)


async def add_member(call: Call[MemberBody]) -> Member:
    """Take somebody on."""
    sent = call.body
    if not sent.active:
        raise invalid("/active", "whoever is taken on is active")
    return _member(await members.add_member(call.work, sent.name, sent.roles, sent.unit))


async def get_member(call: Call) -> Member:
    """Somebody who works for the municipality."""
    return _member(await members.get_member(call.work, call.id()))


async def change_member(call: Call[MemberBody]) -> Member:
    """Change what somebody may do; whoever is no longer active is signed out at once."""
    sent = call.body
    return _member(await members.change_member(call.work, call.id(), sent.name, sent.roles, sent.unit, sent.active))


async def sign_in_link(call: Call) -> SignInLink:
    """A link that signs this member in to the console, once, within 15 minutes."""
    member = await members.get_member(call.work, call.id())
    if not member.active:
        raise invalid("/active", "this member has left")
    token = await access.sign_in_link(call.work, member.id)
    return SignInLink(id=member.id, url=f"{call.house.settings.origin}/sign-in/{token}")


async def staff_keys(call: Call[None, Page]) -> StaffKeys:
    """The municipality's API keys, revoked ones too."""
    found = await access.list_keys(call.work)
    part, after = call.query.of(found, lambda key: (key.created_at, key.id), newest_first=True)
    return StaffKeys(items=[StaffKey.model_validate(key, from_attributes=True) for key in part], next=after)


async def create_staff_key(call: Call[KeyBody]) -> NewStaffKey:
    """Create an API key. The answer's token is shown this once."""
    key, token = await access.create_key(call.work, call.body.name, call.body.roles)
    return NewStaffKey(
        id=key.id, name=key.name, roles=list(key.roles), created_at=key.created_at, revoked_at=None, token=token
    )


async def revoke_staff_key(call: Call) -> None:
    """Revoke an API key; it opens nothing from now on."""
    await access.revoke_key(call.work, call.id())


_TOPIC = {"key": "library", "label": {"nb": "Bibliotek", "nn": "Bibliotek", "en": "Library"}}
_SOMEBODY = {"name": "Kari Nordmann", "roles": ["communications"], "unit": "Kultur"}

ENDPOINTS = [
    Endpoint("GET", "/v1/staff/interests", staff_interests, staff("communications", "planner", "privacy_officer"),
             query=Page, gives=Interests),
    Endpoint("POST", "/v1/staff/interests", add_interest, staff("communications"), body=InterestBody, gives=Interest,
             status=201, refuses=(409,), example=_TOPIC),
    Endpoint("PUT", "/v1/staff/interests/{id:uuid}", rename_interest, staff("communications"), body=Renaming,
             gives=Interest, example={"label": _TOPIC["label"]}),
    Endpoint("DELETE", "/v1/staff/interests/{id:uuid}", remove_interest, staff("communications"), status=204),
    Endpoint("GET", "/v1/staff/members", staff_members, staff("admin"), query=Page, gives=Members),
    Endpoint("POST", "/v1/staff/members", add_member, staff("admin"), body=MemberBody, gives=Member, status=201,
             example=_SOMEBODY),
    Endpoint("GET", "/v1/staff/members/{id:uuid}", get_member, staff("admin"), gives=Member),
    Endpoint("PUT", "/v1/staff/members/{id:uuid}", change_member, staff("admin"), body=MemberBody, gives=Member,
             example=_SOMEBODY),
    Endpoint("POST", "/v1/staff/members/{id:uuid}/links", sign_in_link, staff("admin"), gives=SignInLink,
             refuses=(422,), secret=True),
    Endpoint("GET", "/v1/staff/keys", staff_keys, staff("admin"), query=Page, gives=StaffKeys),
    Endpoint("POST", "/v1/staff/keys", create_staff_key, staff("admin"), body=KeyBody, gives=NewStaffKey, status=201,
             secret=True, example={"name": "GIS", "roles": ["planner"]}),
    Endpoint("DELETE", "/v1/staff/keys/{id:uuid}", revoke_staff_key, staff("admin"), status=204),
]  # fmt: skip
