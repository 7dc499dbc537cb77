"""Two people for a message: who asked for it first, whether whoever calls may send it out, and who else may."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from base.clock import now
from base.database import Work
from base.tenant import Tenant
from municipality.models import StaffMember
from municipality.roles import WRITERS
from push.delivery.policy import read_policy
from push.models import Campaign

NAMED: Final = 5
"""So many of those who may approve are named."""
_MOST_WAITING: Final = 100


@dataclass(frozen=True, slots=True)
class Approval:
    """Whether a message needs two people, who the first of them is, whether whoever calls may send it out, alone or as
    the second, and the names of others who may. Whoever was signed in by the first is no second.
    """

    needs_two: bool
    first: UUID | None
    asked_by: str | None
    may_launch: bool
    vouched_for_by_first: bool = False
    approvers: tuple[str, ...] = ()


async def approval_of(work: Work, campaign: Campaign) -> Approval:
    """What sending a message out takes of whoever calls."""
    return (await approval_of_each(work, [campaign]))[campaign.id]


async def approval_of_each(work: Work, campaigns: Sequence[Campaign]) -> dict[UUID, Approval]:
    """The same for several messages, in as many statements as for one.

    The first person is whoever wrote a message, or asked for it first where it was written with a key.
    """
    all_need_two = (await read_policy(work))[0].second_person
    members = {member.id: member for member in await StaffMember.all().order_by("name", "id")}
    found = {}
    for one in campaigns:
        needs_two = one.importance == "emergency" or all_need_two
        first = one.written_by if one.written_by in members else one.launched_by
        asked_by = members.get(first) if first is not None else None
        others = [each.name for each in members.values() if each.id != first and _approves(each)]
        second = needs_two and _is_second_person(work.tenant, first)
        vouched = second and work.tenant is not None and first is not None and work.tenant.vouched_by == first
        found[one.id] = Approval(
            needs_two=needs_two,
            first=first,
            asked_by=None if asked_by is None else asked_by.name,
            may_launch=not needs_two or (second and not vouched),
            vouched_for_by_first=vouched,
            approvers=tuple(others[:NAMED]) if needs_two else (),
        )
    return found


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """A message that waits for whoever calls to say yes, and who asked for it."""

    campaign: Campaign
    asked_by: str | None


async def waiting_approvals(work: Work, tenant: Tenant) -> list[WaitingApproval]:
    """The messages that wait for this member's yes, the oldest first; none for whoever may send nothing out."""
    if not tenant.has(WRITERS):
        return []
    waiting = Campaign.filter(state="draft", waits_for_approval=True, expires_at__gt=now())
    found = await waiting.order_by("created_at", "id").limit(_MOST_WAITING)
    if not found:
        return []
    approvals = await approval_of_each(work, found)
    return [WaitingApproval(one, approvals[one.id].asked_by) for one in found if approvals[one.id].may_launch]


def member_who_calls(tenant: Tenant | None) -> UUID | None:
    """The member of staff who calls; None for a key, which is nobody's."""
    return tenant.id if tenant is not None and tenant.caller == "staff" else None


def _approves(member: StaffMember) -> bool:
    return member.active and not WRITERS.isdisjoint(member.roles)


def _is_second_person(tenant: Tenant | None, first: UUID | None) -> bool:
    """Whether whoever calls is another member than the first; the system asks nobody."""
    if tenant is not None and tenant.caller == "system":
        return True
    member = member_who_calls(tenant)
    return first is not None and member is not None and member != first
