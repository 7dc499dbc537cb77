"""Those who work for the municipality, and what they may do."""

from collections.abc import Collection, Mapping
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict, NotFound
from base.queries import load_queries
from municipality.models import StaffKey, StaffMember, StaffSession
from municipality.roles import check_roles

sql = load_queries(__file__)


class LastAdministrator(Conflict):
    """Somebody must be left who is an administrator: make another one first."""


class NotOneself(Conflict):
    """Nobody removes themselves; ask another administrator."""


async def add_member(
    name: str, roles: Collection[str], unit: str | None = None, email: str | None = None
) -> StaffMember:
    """Take somebody on, with their roles."""
    return await StaffMember.create(name=name, roles=check_roles(roles), unit=unit, email=email)


async def list_members() -> list[StaffMember]:
    """Everybody but those who were removed, those who have left last."""
    return await StaffMember.filter(removed_at=None).order_by("-active", "name", "id")


async def names_of_all() -> dict[UUID, str]:
    """What everybody is called who works or has worked here, by id."""
    return {member.id: member.name for member in await StaffMember.all().only("id", "name")}


async def get_member(member_id: UUID) -> StaffMember:
    """One of them; NotFound where it is nobody of this municipality."""
    member = await StaffMember.get_or_none(id=member_id, removed_at=None)
    if member is None:
        raise NotFound()
    return member


async def change_member(
    work: Work,
    member_id: UUID,
    *,
    name: str,
    roles: Collection[str],
    unit: str | None = None,
    active: bool = True,
    email: str | None = None,
) -> StaffMember:
    """Change what somebody may do; whoever leaves is signed out at once. Raises LastAdministrator."""
    member = await get_member(member_id)
    if "admin" in member.roles and member.active and not (active and "admin" in roles):
        await _another_admin(work, member_id)
    member.update_from_dict({"name": name, "roles": check_roles(roles), "unit": unit, "active": active, "email": email})
    await member.save()
    if not active:
        await StaffSession.filter(member_id=member_id).delete()
    return member


async def names_of(callers: Collection[UUID | None]) -> Mapping[UUID | None, str]:
    """What members of staff and keys are called, by their ids."""
    wanted = [caller for caller in callers if caller is not None]
    found: dict[UUID | None, str] = {}
    for kind in (StaffMember, StaffKey):
        found.update(await kind.filter(id__in=wanted).values_list("id", "name") if wanted else ())
    return found


async def remove_member(work: Work, member_id: UUID) -> None:
    """Take somebody off the list and sign them out; what they did keeps their name. Raises NotOneself,
    LastAdministrator.
    """
    member = await get_member(member_id)
    if work.tenant is not None and work.tenant.id == member_id:
        raise NotOneself()
    if "admin" in member.roles and member.active:
        await _another_admin(work, member_id)
    member.active, member.email, member.removed_at = False, None, now()
    await member.save(update_fields=["active", "email", "removed_at"])
    await StaffSession.filter(member_id=member_id).delete()


async def _another_admin(work: Work, member_id: UUID) -> None:
    if not await work.fetchval(sql.other_admins, member=member_id):
        raise LastAdministrator()
