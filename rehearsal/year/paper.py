"""A page of paper, as the documents of a hearing are: a PDF with a heading and a few paragraphs."""

import textwrap
from collections.abc import Sequence


def one_page(heading: str, paragraphs: Sequence[str]) -> bytes:
    """A PDF of one A4 page."""
    lines = [f"/F1 20 Tf 60 770 Td ({_escaped(heading)}) Tj", "/F1 12 Tf 0 -36 Td"]
    for paragraph in paragraphs:
        lines += [f"({_escaped(line)}) Tj 0 -18 Td" for line in textwrap.wrap(paragraph, 82)]
        lines.append("0 -12 Td")
    text = f"BT {' '.join(lines)} ET".encode("cp1252", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(nb)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, places = b"%PDF-1.4\n", list[int]()
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
        count,
        len(out),
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
