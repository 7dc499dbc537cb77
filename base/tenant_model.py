"""The base of every entity that belongs to a municipality."""

from typing import Any
from uuid import UUID, uuid4

from tortoise import fields
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.manager import Manager
from tortoise.models import Model
from tortoise.queryset import QuerySet

from base.transaction import current_transaction


def current_municipality() -> UUID:
    """The municipality of the unit of work that one is in; RuntimeError outside, or where it has none."""
    municipality = current_transaction().municipality
    if municipality is None:
        raise RuntimeError("this unit of work has no municipality")
    return municipality


class TenantManager(Manager):
    """Rows of the municipality of the unit of work, and no others."""

    def get_queryset(self) -> "QuerySet[Any]":
        """A query that names the municipality already."""
        return super().get_queryset().filter(municipality_id=current_municipality())


class TenantModel(Model):
    """An entity of a municipality: read, created, changed and deleted in a unit of work of that municipality alone.

    Every statement that Tortoise makes of it names the municipality, besides row-level security. The primary key is
    `(municipality_id, id)`; Tortoise, which knows keys of one column, is told of `id`.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    municipality_id = fields.UUIDField(default=current_municipality)

    class Meta:
        """Its tables are those of the entities."""

        abstract = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._meta.manager = TenantManager()  # Tortoise hands down an abstract base's fields, not its manager.

    async def save(
        self,
        using_db: Any = None,
        update_fields: Any = None,
        force_create: bool = False,
        force_update: bool = False,
    ) -> None:
        """Create it, or change those fields of it (all of them where none are named).

        Raises IntegrityError where there is no such row any more.
        """
        if force_create or not (self._saved_in_db or force_update):
            return await super().save(using_db=using_db, force_create=True)
        names = set(update_fields) if update_fields is not None else self._meta.db_fields - {"id", "municipality_id"}
        if not names:
            return None
        changed = await type(self).filter(id=self.id).update(**{name: getattr(self, name) for name in names})
        if changed == 0:
            raise IntegrityError(f"{type(self).__name__} {self.id} is not there")

    async def delete(self, using_db: Any = None) -> None:
        """Delete it; nothing happens where it is gone already. OperationalError where it was never saved."""
        if not self._saved_in_db:
            raise OperationalError("what was never saved cannot be deleted")
        await type(self).filter(id=self.id).delete()

    async def refresh_from_db(self, fields: Any = None, using_db: Any = None) -> None:
        """Read it, or those fields of it, anew. DoesNotExist where it is gone."""
        names = list(fields) if fields is not None else list(self._meta.db_fields)
        fresh = await type(self).get(id=self.id)
        for name in names:
            setattr(self, name, getattr(fresh, name))

    @classmethod
    def bulk_update(cls, *arguments: Any, **options: Any) -> Any:
        """Not offered: Tortoise would name the rows by their ids alone. A named query changes many rows."""
        raise NotImplementedError("change many rows by a named query, or by filter(…).update(…)")
