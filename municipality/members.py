"""Those who work for the municipality, and what they may do."""

from collections.abc import Collection, Mapping
from uuid import UUID

from base.errors import NotFound
from municipality.models import StaffKey, StaffMember, StaffSession
from municipality.roles import check_roles


async def add_member(name: str, roles: Collection[str], unit: str | None = None) -> StaffMember:
    """Take somebody on, with their roles."""
    return await StaffMember.create(name=name, roles=check_roles(roles), unit=unit)


async def list_members() -> list[StaffMember]:
    """Everybody, those who have left last."""
    return await StaffMember.all().order_by("-active", "name", "id")


async def get_member(member_id: UUID) -> StaffMember:
    """One of them; NotFound where it is nobody of this municipality."""
    member = await StaffMember.get_or_none(id=member_id)
    if member is None:
        raise NotFound()
    return member


async def change_member(
    member_id: UUID, *, name: str, roles: Collection[str], unit: str | None, active: bool
) -> StaffMember:
    """Change what somebody may do; whoever leaves is signed out at once."""
    member = await get_member(member_id)
    member.update_from_dict({"name": name, "roles": check_roles(roles), "unit": unit, "active": active})
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
