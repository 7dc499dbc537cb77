"""A hearing as a package for the archive: readable without any of our software, with checksums."""

import asyncio
import hashlib
import hmac
import html
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import Conflict
from base.keys import KeyStore
from surveys.box.issuing import issuer_key
from surveys.eligibility import participation_key
from surveys.hearings import corrections, hearings, statements
from surveys.hearings import documents as hearing_documents
from surveys.hearings.models import Hearing, HearingDocument, Statement
from surveys.hearings.unread import refuse_unread
from surveys.models import Survey

STATED = (
    "id",
    "kind",
    "name",
    "body",
    "received_at",
    "late",
    "state",
    "name_withheld",
    "refused_because",
    "email_confirmed",
)
"""What the package says of a statement."""
_MOMENT = (2026, 1, 1, 0, 0, 0)


async def package(work: Work, hearing_id: UUID) -> bytes:
    """A ZIP: hearing.json, hearing.html, documents/, SHA256SUMS. Names that are withheld stay in hearing.json, which
    is for the archive alone. The same hearing gives the same bytes. Raises NoSuchHearing.
    """
    hearing = await hearings.read(hearing_id)
    said = await statements.listed(hearing_id, published=False)
    opinions = await hearings.opinions(work, hearing_id)
    whole: dict[str, Any] = {
        "id": str(hearing.id),
        "state": hearing.state_now,
        "published_at": str(hearing.published_at),
        "deadline": str(hearing.deadline),
        **hearing.written,
        "outcome": hearing.outcome,
        "statements": [_stated(one) for one in said],
        "opinions": opinions,
        "corrections": [
            {"what": c.what, "parts": list(c.parts), "reason": c.reason, "corrected_at": c.corrected_at}
            for c in await corrections.listed(hearing_id)
        ],
    }
    return await asyncio.to_thread(_zipped, whole, await hearing_documents.contents(hearing_id))


def _stated(statement: Statement) -> dict[str, Any]:
    """A statement as the archive has it; with what everybody reads where that is something else."""
    stated = {name: getattr(statement, name) for name in STATED}
    return {**stated, "published_body": statements.body_for_all(statement)} if statement.blotted else stated


def _zipped(whole: Mapping[str, Any], documents: Sequence[tuple[HearingDocument, bytes]]) -> bytes:
    files: dict[str, bytes] = {
        "hearing.json": json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True, default=str).encode(),
        "hearing.html": _page(whole).encode(),
    }
    for number, (document, content) in enumerate(documents, 1):
        folder = "documents" if document.replaced_by is None else "documents/replaced"
        files[f"{folder}/{number:02d}-{_plain(document.name)}"] = content
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


class HearingIsNotDecided(Conflict):
    """A hearing goes into the archive once it has been decided."""


class AnotherPackage(Conflict):
    """The receipt is for another package than this hearing gives now; fetch it again and hand that over."""


class HearingIsNotArchived(Conflict):
    """A hearing that was published is deleted once the archive has acknowledged it as it is now, not before."""


async def acknowledge(work: Work, hearing_id: UUID, receipt: str, sha256: bytes) -> None:
    """Note the archivist's receipt for the package with that SHA-256 (32 bytes); again for a later package.

    Raises NoSuchHearing, HearingIsNotDecided, StatementsUnread, AnotherPackage.
    """
    if (await hearings.read(hearing_id)).state != "decided":
        raise HearingIsNotDecided()
    await refuse_unread(hearing_id)
    if not hmac.compare_digest(hashlib.sha256(await package(work, hearing_id)).digest(), sha256):
        raise AnotherPackage()
    acknowledged = {"archive_receipt": receipt, "archive_sha256": sha256, "archived_at": now()}
    await Hearing.filter(id=hearing_id).update(**acknowledged)


async def delete(work: Work, hearing_id: UUID, keys: KeyStore) -> None:
    """Throw a draft away, or delete a hearing that the archive has, with its documents, statements and box.

    Raises NoSuchHearing, HearingIsNotArchived. The database holds the receipt as a condition of its own.
    """
    hearing = await hearings.read(hearing_id)
    if hearing.state != "draft":
        if hearing.archive_sha256 is None:
            raise HearingIsNotArchived()
        if hashlib.sha256(await package(work, hearing_id)).digest() != hearing.archive_sha256:
            raise HearingIsNotArchived()
    await hearing.delete()
    await Survey.filter(id=hearing_id, kind="hearing").delete()
    for name in (issuer_key(hearing_id), participation_key(hearing_id)):
        keys.destroy(name)


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in ".-_" else "_" for sign in name)[-100:]


def _page(whole: Mapping[str, Any]) -> str:
    def text(given: Mapping[str, str] | None) -> str:
        return "".join(f'<p lang="{html.escape(tag)}">{html.escape(said)}</p>' for tag, said in (given or {}).items())

    said = "".join(
        f"<li><b>{html.escape(one['name'] if not one['name_withheld'] else '—')}</b> "
        f"{html.escape(one.get('published_body', one['body']))}</li>"
        for one in whole["statements"]
        if one["state"] == "published"
    )
    opinions = "".join(f"<li>{html.escape(one)}</li>" for one in whole["opinions"])
    outcome = whole["outcome"] or {}
    return (
        "<!doctype html><meta charset=utf-8>"
        f"<h1>{html.escape(next(iter(whole['title'].values())))}</h1>{text(whole.get('summary'))}"
        f"<p>{html.escape(whole.get('case_reference') or '')}</p><ol>{said}</ol><ul>{opinions}</ul>"
        f"{text(outcome.get('decision'))}{text(outcome.get('response'))}"
    )
