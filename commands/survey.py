"""`medvirk survey`: surveys of a municipality, from files."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from api.http.body import sent_as, validated, without_mark
from base.database import work
from base.jobs import system
from base.settings import Settings
from commands.process import at_hand
from commands.refusal import CannotRun
from municipality import directory
from surveys import drafts
from surveys.forms.document import SurveyDocument
from surveys.forms.proofreading import proofread
from surveys.xlsform.notes import Note
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import Workbook, open_workbook

LARGEST: Final = 20 << 20
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def arguments(parser: argparse.ArgumentParser) -> None:
    """`import`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="import")
    bring = acts.add_parser("import", help="make a draft of an XLSForm (.xlsx) or of a survey document (JSON)")
    bring.add_argument("file", type=Path)
    bring.add_argument("--municipality", required=True, metavar="NUMBER", help="such as 3907")
    bring.add_argument("--dry-run", action="store_true", help="tell what would come of it, and keep nothing")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Import, print what did not come along as it was, and last the id of the draft; Invalid where it is no survey."""
    form = _read(options.file)
    document, notes, kept = asyncio.run(_import(options, settings, form))
    for note in notes:
        print(_line(note))
    for error in proofread(document).errors:
        print(f"to be mended before a launch: {error.pointer}: {error.detail}")
    count = len(document.questions)
    print(f"{count} questions, {len(notes)} notes; " + ("a draft was made" if kept else "nothing was kept"))
    if kept:
        print(kept)
    return 0


def _read(file: Path) -> Workbook | SurveyDocument:
    try:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as unreadable:
        raise CannotRun(f"{file}: {unreadable.strerror or type(unreadable).__name__}") from None
    if len(raw) > LARGEST:
        raise CannotRun(f"{file}: larger than 20 MiB")
    if raw.startswith(_WORKBOOKS) or file.suffix.lower() in (".xlsx", ".xls"):
        return open_workbook(raw)
    return validated(lambda: SurveyDocument.model_validate_json(without_mark(raw)), "body", sent_as(raw))


async def _import(
    options: argparse.Namespace, settings: Settings, form: Workbook | SurveyDocument
) -> tuple[SurveyDocument, Sequence[Note], str]:
    async with at_hand(settings):
        tenant = system(await directory.municipality_by_number(options.municipality))
        async with work(tenant) as unit:
            house = (await directory.town(unit)).languages[0]
        document, notes = form, list[Note]()
        if isinstance(document, Workbook):
            imported = import_form(document, house)
            document, notes = imported.document, list(imported.notes)
        if options.dry_run:
            return document, notes, ""
        async with work(tenant) as unit:
            return document, notes, str(await drafts.write(unit, document))


def _line(note: Note) -> str:
    """Where the note is about, and what it says: `survey row 3 (why), column hint: …`."""
    place = f"{note.sheet} row {note.row}" if note.row else note.sheet
    name = f" ({note.name})" if note.name else ""
    column = f", column {note.column}" if note.column else ""
    return f"{place}{name}{column}: {note.detail}"
