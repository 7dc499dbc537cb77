"""Roots of the ledger, published daily: whoever kept one, or a receipt, finds out if the past is rewritten."""

import json
from dataclasses import dataclass
from uuid import UUID

import structlog

from base.database import Work
from base.errors import NotFound
from base.keys import KeyStore
from base.queries import load_queries
from consent import merkle
from consent.models import ConsentEvent, LedgerRoot
from municipality.directory import today

sql = load_queries(__file__)
log = structlog.get_logger(__name__)


class NotInALedger(NotFound):
    """No line of this ledger has that hash, or no root has been published since it was written."""


@dataclass(frozen=True, slots=True)
class AuditPath:
    """That a line is under a published root: its place (from 0) and its neighbours in the tree, from below."""

    place: int
    root: LedgerRoot
    path: tuple[bytes, ...]


async def leaves(work: Work, upto: int | None = None) -> list[bytes]:
    """The hashes of the ledger's lines, in order; of the first so many."""
    rows = await work.fetch(sql.lines, upto=upto)
    return [merkle.leaf(ConsentEvent(**dict(row)).canonical()) for row in rows]


async def roots() -> list[LedgerRoot]:
    """Every root that was published, newest first."""
    return await LedgerRoot.all().order_by("-published_on")


async def publish_root(work: Work, keys: KeyStore) -> LedgerRoot | None:
    """Publish the root of the day, once a day and where anything was added, and let the key store bear witness."""
    found = await leaves(work)
    await _bear_witness(work, keys, found)
    last = await LedgerRoot.all().order_by("-published_on").first()
    day = await today(work)
    if not found or (last is not None and (last.published_on >= day or last.events == len(found))):
        return None
    values = {"events": len(found), "root": merkle.root(found)}
    root, added = await LedgerRoot.get_or_create(published_on=day, defaults=values)
    return root if added else None


async def prove(work: Work, content_leaf: bytes) -> AuditPath:
    """That a line with this hash is under the newest root; NotInALedger where it is not."""
    published = await roots()
    found = await leaves(work, published[0].events) if published else []
    if content_leaf not in found:
        raise NotInALedger()
    place = found.index(content_leaf)
    return AuditPath(place, published[0], tuple(merkle.path(found, place)))


def witness_name(municipality: UUID) -> str:
    """Where the key store keeps what it last saw of a municipality's ledger."""
    return f"ledger/{municipality}/witness"


def witness(keys: KeyStore, municipality: UUID) -> tuple[int, bytes] | None:
    """How many lines the key store has seen, and the root over them: what no database superuser can turn back."""
    seen = keys.get(witness_name(municipality))
    if seen is None:
        return None
    said = json.loads(seen)
    return int(said["events"]), bytes.fromhex(said["root"])


async def _bear_witness(work: Work, keys: KeyStore, found: list[bytes]) -> None:
    before = witness(keys, work.municipality)
    if before is not None and (len(found) < before[0] or merkle.root(found[: before[0]]) != before[1]):
        log.error("the consent ledger is not what it was; run `medvirk ledger verify`")
        return
    said = json.dumps({"events": len(found), "root": merkle.root(found).hex()})
    keys.put(witness_name(work.municipality), said.encode(), replace=True)
