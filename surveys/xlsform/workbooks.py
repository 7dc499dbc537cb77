"""Opening a workbook that somebody sent: an XLSForm (xlsform.org) and nothing that could do harm."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyxform import constants
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import DefinitionData

from surveys.xlsform.notes import NotAnXlsform
from surveys.xlsform.sheets import Row, Sheet, read_sheets

MOST_ROWS = 3_000
_MOST_CELLS = 100_000
_MOST_BYTES = 40 << 20
_MOST_PARTS = 500
_OLE = b"\xd0\xcf\x11\xe0"
_PREFIX = rb"<(?:[^\s<>/:]+:)?"
_FORMULA = re.compile(_PREFIX + rb"f[\s>/]")
_ROW = re.compile(_PREFIX + rb"row[\s>/]")
_CELL = re.compile(_PREFIX + rb"c[\s>/]")
_A_SHEET = re.compile(_PREFIX + rb"(?:worksheet|sheetData)[\s>/]")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_OTHER_LETTERS = re.compile(
    rb"<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8|us-ascii|iso-8859-1|windows-1252)", re.IGNORECASE
)
"""UTF-16, UTF-7 and their like would hide what is looked for here."""
_EBCDIC = b"\x4c\x6f\xa7\x94"
_SPACE: Final = "\ue000"
"""Stands for a space in the names of options while pyxform looks at them: it refuses spaces, we make a key of them."""
_DEEPEST: Final = 100


@dataclass(frozen=True, slots=True)
class Workbook:
    """A form that pyxform takes, with the rows as they stand in the sheets (the first row under the header is 2)."""

    survey: Sheet
    choices: Sheet
    settings: Sheet
    others: Sequence[Sheet]
    warnings: Sequence[str]


def open_workbook(raw: bytes) -> Workbook:
    """Read an .xlsx XLSForm. Takes a while for large ones: call it off the event loop.

    Raises NotAnXlsform, saying why: other files, formulas, macros, links to other workbooks, too many rows or cells,
    archives that unpack to more than they should, and forms that pyxform refuses (with the row it names).
    """
    _refuse_hostile(raw)
    warnings: list[str] = []
    try:
        sheets = read_sheets(raw)
        workbook_to_json(_definition(sheets), form_name="survey", warnings=warnings)
    except NotAnXlsform:
        raise
    except PyXFormError as error:
        said = str(error).replace(_SPACE, " ")[:500]
        place = re.search(r"\[row : (\d+)\]", said)
        pointer = f"/survey/{place[1]}" if place else ""
        raise NotAnXlsform("This does not follow the XLSForm standard: {reason}", pointer, reason=said) from None
    except Exception:
        # A parser of files from anywhere can fail in any way; what it says may hold what was in the file.
        raise NotAnXlsform("The workbook could not be read; save it again as .xlsx.") from None
    parts = _by_name(sheets)
    form = Workbook(
        parts.pop(constants.SURVEY),
        parts.pop(constants.CHOICES, Sheet(constants.CHOICES)),
        parts.pop(constants.SETTINGS, Sheet(constants.SETTINGS)),
        list(parts.values()),
        [warning.replace(_SPACE, " ") for warning in warnings],
    )
    return form


def _by_name(sheets: Sequence[Sheet]) -> dict[str, Sheet]:
    """The sheets by the names that XLSForms give them; the only sheet of a workbook is the survey, however called."""
    if len(sheets) == 1 and sheets[0].known not in constants.SUPPORTED_SHEET_NAMES:
        return {constants.SURVEY: sheets[0]}
    return {sheet.known: sheet for sheet in sheets}


def _definition(sheets: Sequence[Sheet]) -> DefinitionData:
    parts: dict[str, Any] = {}
    for known, sheet in _by_name(sheets).items():
        if known not in constants.SUPPORTED_SHEET_NAMES:
            continue
        named = [header for header in sheet.headers if header]
        if len(set(named)) < len(named):
            twice = next(header for header in named if named.count(header) > 1)
            raise NotAnXlsform("The sheet {sheet} has the column {column} twice.", sheet=sheet.name, column=twice)
        parts[known] = _as_pyxform(sheet, set(named))
        parts[f"{known}_header"] = [dict.fromkeys(named)] if named else []
    return DefinitionData(sheet_names=[sheet.name for sheet in sheets], **parts)


def _as_pyxform(sheet: Sheet, named: set[str]) -> list[Mapping[str, str]]:
    """The rows as pyxform wants them: empty ones too, since it counts."""
    filled = {row.number: row for row in sheet.rows}
    return [_cells(filled.get(number), named) for number in range(2, max(filled, default=1) + 1)]


def _cells(row: Row | None, named: set[str]) -> dict[str, str]:
    return {
        cell.column: cell.value.replace(" ", _SPACE)
        if cell.path == (constants.NAME,) and row.sheet == constants.CHOICES
        else cell.value
        for cell in (row.cells if row else ())
        if row and cell.column in named and cell.path
    }


def _is_xml(part: bytes) -> bool:
    """Whether a part could be read as XML, by what it holds: which part is a sheet is said inside, not by names."""
    head = part[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith((b"<", _EBCDIC))


def _refuse_hostile(raw: bytes) -> None:
    if raw.startswith(_OLE):
        raise NotAnXlsform("This is an old or a protected workbook; save it as .xlsx without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
                raise NotAnXlsform("The workbook unpacks to more than a form needs.")
            names = [part.filename.lower() for part in parts]
            if "xl/workbook.xml" not in names:
                raise NotAnXlsform("This is not an .xlsx workbook.")
            if any("vbaproject" in name or "/macrosheets/" in name for name in names):
                raise NotAnXlsform("The workbook has macros; save it without them.")
            if any(name.startswith(("xl/externallinks/", "xl/embeddings/")) for name in names):
                raise NotAnXlsform("The workbook reaches into other files; remove the links.")
            rows = cells = 0
            for part in parts:
                text = archive.read(part)
                if not _is_xml(text):  # A picture, or what a printer was told.
                    continue
                if _DECLARATION.search(text) or _OTHER_LETTERS.search(text[:200]) or b"\0" in text:
                    raise NotAnXlsform("The workbook declares entities of its own.")
                if _A_SHEET.search(text) and _FORMULA.search(text):
                    raise NotAnXlsform("The workbook has cells with formulas; paste them as values.")
                rows += len(_ROW.findall(text))
                cells += len(_CELL.findall(text))
            if rows > MOST_ROWS or cells > _MOST_CELLS:
                raise NotAnXlsform(
                    "The workbook has more than {rows} rows or {cells} cells.", rows=MOST_ROWS, cells=_MOST_CELLS
                )
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise NotAnXlsform("This is not an .xlsx workbook, or it is damaged or locked.") from None
