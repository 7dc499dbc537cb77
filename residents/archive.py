"""Everything held of a resident as one file to keep: an index to read, the whole as JSON, each table as CSV."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from base.csv_text import csv_text
from base.wording import said
from residents.export import Held

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "nb": {
        "title": "Alt {town} har om deg i Medvirk, {day}",
        "about": "everything.json har alt. For hver del finnes det også en tabell (CSV) som regneark kan åpne.",
        "row": "{rows} rader",
        "none": "ingenting",
        "not": "Hvor du er eller har vært, og hva du har svart i undersøkelser, lagres ikke om deg.",
    },
    "nn": {
        "title": "Alt {town} har om deg i Medvirk, {day}",
        "about": "everything.json har alt. For kvar del finst det òg ein tabell (CSV) som rekneark kan opne.",
        "row": "{rows} rader",
        "none": "ingenting",
        "not": "Kvar du er eller har vore, og kva du har svart i undersøkingar, blir ikkje lagra om deg.",
    },
    "en": {
        "title": "Everything {town} holds about you in Medvirk, {day}",
        "about": "everything.json has all of it. For each part there is also a table (CSV) that spreadsheets open.",
        "row": "{rows} rows",
        "none": "nothing",
        "not": "Where you are or have been, and what you answered in surveys, is not kept about you.",
    },
}


def archive(parts: Sequence[Held], town: str, day: date, language: str) -> bytes:
    """A zip file: index.txt in the resident's language, everything.json, and a CSV for each part that is not empty."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("index.txt", index(parts, town, day, language))
        whole = {part.table: {"what": said(part.what, [language]), "rows": part.rows} for part in parts}
        file.writestr("everything.json", json.dumps(whole, ensure_ascii=False, indent=2))
        for part in parts:
            if part.rows:
                file.writestr(f"{part.table}.csv", as_csv(part.rows))
    return out.getvalue()


def index(parts: Sequence[Held], town: str, day: date, language: str) -> str:
    """What is in the file, to be read."""
    words = WORDS.get(language, WORDS["en"])
    lines = [words["title"].format(town=town, day=day.isoformat()), "", words["about"], ""]
    for part in parts:
        count = words["row"].format(rows=len(part.rows)) if part.rows else words["none"]
        lines += [f"{part.table}: {count}", f"    {said(part.what, [language])}", ""]
    return "\n".join([*lines, words["not"], ""])


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of one table as CSV."""
    header = list(rows[0])
    return csv_text(header, ([_plain(row[name]) for name in header] for row in rows))


def _plain(value: Any) -> Any:
    """A value as a cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
