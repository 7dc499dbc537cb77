"""What is said of drawings and tracks is said in Norwegian too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import geofence
from base.translation import translations
from geofence.drawing.repair import FAULTS
from geofence.imports.features import NOT_GEOJSON, UNFORESEEN
from geofence.imports.file_reading import TOO_LONG

SAYS = {"GeometryRefused": 0, "_EnclosesNothing": 0, "finding": 1, "refused": 1}
FOLDER = Path(geofence.__file__).parent


def sentences() -> Iterator[str]:
    yield from (*NOT_GEOJSON, *FAULTS, TOO_LONG, UNFORESEEN)
    for path in FOLDER.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SAYS:
                place = SAYS[call.func.id]
                for said in ast.walk(call.args[place]) if len(call.args) > place else ():
                    if isinstance(said, ast.Constant) and isinstance(said.value, str) and " " in said.value.strip():
                        yield said.value


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_reason_and_note_is_said_in_norwegian(language: str) -> None:
    found = set(sentences()) - {"this is "}
    assert len(found) > 70
    assert not [sentence for sentence in sorted(found) if sentence not in translations(language)]
