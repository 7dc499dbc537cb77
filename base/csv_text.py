"""Tables as CSV (RFC 4180) that spreadsheets read right: the only writer of CSV in the house."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BYTE_ORDER_MARK = "\ufeff"


def csv_text(header: Sequence[str], rows: Iterable[Iterable[object]], delimiter: str = ",") -> str:
    """A header and rows, beginning with a byte order mark, by which spreadsheets know UTF-8.

    None becomes an empty cell. A text that a spreadsheet would take for a formula gets an apostrophe before it, also
    in the header; numbers stay numbers.
    """
    out = io.StringIO()
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(map(_harmless, header))
    writer.writerows(map(_harmless, row) for row in rows)
    return out.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
