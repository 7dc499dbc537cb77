"""Signing in: links by e-mail, who is signed in, what takes a fresh sign-in."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from api.http.authentication import SESSION_COOKIE, staff
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import PageQuery, RequestModel, Whole
from base import tokens
from base.errors import Forbidden, invalid
from base.mail import post_of
from municipality import access, members, sign_in_letters, step_up
from municipality.directory import town
from municipality.models import StaffMember
from municipality.roles import ADMINS, READERS

LETTERS_A_MINUTE = 5
CONSOLE_PATH = r"^/console(/[A-Za-z0-9_-]+)*$"


class LetterWanted(RequestModel):
    """Where the link goes on to: a page of the console."""

    next: Annotated[str, Field(max_length=200, pattern=CONSOLE_PATH)] | None = None


class LetterSent(BaseModel):
    """Where the letter went: the address, most of it hidden."""

    to: str


class SessionShown(BaseModel, title="Session"):
    """Somebody is signed in to the console; `current`: that is whoever asks."""

    id: UUID
    member: UUID
    since: AwareDatetime
    until: AwareDatetime
    current: bool


class Sessions(BaseModel):
    """Who is signed in, the latest first."""

    items: list[SessionShown]
    next: str | None


class SignInRules(RequestModel):
    """From how many residents on a message takes a fresh sign-in (15 minutes) of whoever sends it; an emergency always
    does.
    """

    fresh_from: Annotated[Whole, Field(ge=1, le=1_000_000)]


async def _letter(call: Call[Any, Any], member: StaffMember, going_to: str | None) -> LetterSent:
    post_office = post_of(call.services.settings)
    if post_office is None:
        raise sign_in_letters.NoMailHere()
    if not member.active:
        raise invalid("/active", "this member has left")
    call.services.limits.count("sign-in letters", str(member.id), LETTERS_A_MINUTE)
    link = f"{call.services.settings.origin}/sign-in/{await access.letter_link(call.work, member.id)}"
    letter = sign_in_letters.written(member, await town(call.work), link, going_to)
    call.work.then.append(partial(sign_in_letters.send, post_office, letter))
    name, _, domain = letter.to.partition("@")
    return LetterSent(to=f"{name[:1]}…@{domain}")


async def mail_sign_in_link(call: Call) -> LetterSent:
    """Send a member a link that signs them in, by e-mail."""
    return await _letter(call, await members.get_member(call.id()), None)


async def mail_own_link(call: Call[LetterWanted]) -> LetterSent:
    """Send oneself a link by e-mail, to sign in again."""
    if call.tenant.caller != "staff" or call.tenant.id is None:
        raise Forbidden()
    return await _letter(call, await members.get_member(call.tenant.id), call.body.next)


async def staff_sessions(call: Call[None, PageQuery]) -> Sessions:
    """Who is signed in to the console."""
    found = await access.list_sessions()
    part, after = call.query.of(found, lambda session: (session.made_at, session.id), newest_first=True)
    own = tokens.digest(call.request.cookies.get(SESSION_COOKIE, ""))
    items = [
        SessionShown(
            id=session.id,
            member=session.member_id,
            since=session.made_at,
            until=session.expires_at,
            current=bytes(session.hash) == own,
        )
        for session in part
    ]
    return Sessions(items=items, next=after)


async def end_session(call: Call) -> None:
    """Sign somebody out of one session."""
    await access.end_session(call.id())


async def sign_in_rules(call: Call) -> SignInRules:
    """What takes a fresh sign-in."""
    return SignInRules(fresh_from=await step_up.many(call.work))


async def change_sign_in_rules(call: Call[SignInRules]) -> SignInRules:
    """Change what takes a fresh sign-in; this does too."""
    await step_up.set_many(call.work, call.body.fresh_from)
    return call.body


ENDPOINTS: list[AnyEndpoint] = [
    post("/v1/staff/members/{id:uuid}/letters", mail_sign_in_link, staff(ADMINS), refuses=(409, 422), status=202),
    post("/v1/staff/me/letters", mail_own_link, staff(READERS), refuses=(409, 422), status=202, example={}),
    get("/v1/staff/sessions", staff_sessions, staff(ADMINS)),
    delete("/v1/staff/sessions/{id:uuid}", end_session, staff(ADMINS), status=204),
    get("/v1/staff/sign-in-rules", sign_in_rules, staff(ADMINS)),
    put("/v1/staff/sign-in-rules", change_sign_in_rules, staff(ADMINS), example={"fresh_from": 1000}),
]
