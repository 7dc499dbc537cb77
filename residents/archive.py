"""Everything held of a resident as one file to keep: an index to read, the whole as JSON, each table as CSV."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from base.csv_text import csv_text
from base.translation import translate
from residents.export import ExportedTable


def archive(parts: Sequence[ExportedTable], town: str, day: date, language: str) -> bytes:
    """A zip file: index.txt in the resident's language, everything.json, and a CSV for each part that is not empty."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("index.txt", index(parts, town, day, language))
        whole = {part.table: {"what": translate(part.what, [language]), "rows": part.rows} for part in parts}
        file.writestr("everything.json", json.dumps(whole, ensure_ascii=False, indent=2))
        for part in parts:
            if part.rows:
                file.writestr(f"{part.table}.csv", as_csv(part.rows))
    return out.getvalue()


def index(parts: Sequence[ExportedTable], town: str, day: date, language: str) -> str:
    """What is in the file, to be read."""
    read = [language]
    title = translate("Everything {town} holds about you in Medvirk, {day}", read, town=town, day=day.isoformat())
    about = translate(
        "everything.json has all of it. For each part there is also a table (CSV) that spreadsheets open.", read
    )
    lines = [title, "", about, ""]
    for part in parts:
        rows = len(part.rows)
        count = translate("{rows} rows", read, rows=rows) if rows else translate("nothing", read)
        lines += [f"{part.table}: {count}", f"    {translate(part.what, read)}", ""]
    not_kept = "Where you are or have been, and what you answered in surveys, is not kept about you."
    return "\n".join([*lines, translate(not_kept, read), ""])


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of one table as CSV."""
    header = list(rows[0])
    return csv_text(header, ([_plain(row[name]) for name in header] for row in rows))


def _plain(value: Any) -> Any:
    """A value as a cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
