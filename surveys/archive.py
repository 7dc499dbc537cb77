"""A hearing as a package for the archive: readable without any of our software, with checksums."""

import hashlib
import html
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from base.database import Work
from surveys import hearing_documents, hearings, statements

_MOMENT = (2026, 1, 1, 0, 0, 0)


async def package(work: Work, hearing_id: UUID) -> bytes:
    """A ZIP: hearing.json, hearing.html, documents/, SHA256SUMS. Names that are withheld stay in hearing.json, which
    is for the archive alone. The same hearing gives the same bytes. Raises NoSuchHearing.
    """
    hearing = await hearings.read(work, hearing_id)
    said = await statements.listed(work, hearing_id, published=False)
    opinions = await hearings.opinions(work, hearing_id)
    whole: dict[str, Any] = {
        "id": str(hearing.id),
        "state": hearing.state,
        "published_at": str(hearing.published_at),
        "deadline": str(hearing.deadline),
        **hearing.written,
        "outcome": hearing.outcome,
        "statements": [{name: getattr(one, name) for name in one.__dataclass_fields__} for one in said],
        "opinions": opinions,
    }
    files: dict[str, bytes] = {
        "hearing.json": json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True, default=str).encode(),
        "hearing.html": _page(whole).encode(),
    }
    for number, document in enumerate(await hearing_documents.listed(work, hearing_id), 1):
        _, content = await hearing_documents.content(work, hearing_id, document.id)
        files[f"documents/{number:02d}-{_plain(document.name)}"] = content
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**files, "SHA256SUMS": sums.encode()}.items()):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in ".-_" else "_" for sign in name)[-100:]


def _page(whole: Mapping[str, Any]) -> str:
    def text(given: Mapping[str, str] | None) -> str:
        return "".join(f'<p lang="{html.escape(tag)}">{html.escape(said)}</p>' for tag, said in (given or {}).items())

    said = "".join(
        f"<li><b>{html.escape(one['name'] if not one['name_withheld'] else '—')}</b> {html.escape(one['body'])}</li>"
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
