"""What is told of a form is told in the reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import surveys.forms.types
import surveys.xlsform
from base.translation import Sentence, translations
from tests.surveys.polling import Polling
from tests.surveys.xlsform.test_xlsform import XLSX, YES_NO, form, q

NOT_SAID = {"add calculate prompt", "add acknowledge prompt", r"\[row : (\d+)\]"}


def sentences() -> Iterator[str]:
    """Every text of three words or more in the code that reads and writes forms, but for its own documentation."""
    folders = (*surveys.xlsform.__path__, *surveys.forms.types.__path__)
    for path in sorted(path for folder in folders for path in Path(folder).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        refused = (node for node in ast.walk(tree) if isinstance(node, ast.Raise) and "ValueError" in ast.unparse(node))
        apart |= {id(part) for node in refused for part in ast.walk(node)}  # Said of a document, not of a form.
        apart |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in apart)
        said = (str(node.value) for node in texts if isinstance(node.value, str))
        yield from (text for text in said if len(text.split()) > 2 and text not in NOT_SAID and "?P<" not in text)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_everything_that_is_told_of_a_form_is_said_in_norwegian(language: str) -> None:
    found = set(sentences())
    assert len(found) > 70, "the sentences are found"
    assert found <= set(translations(language)), f"add these to base/locale/{language}.po"


def test_a_sentence_within_a_sentence_is_said_in_the_same_language() -> None:
    inside = Sentence("it uses {word}", (("word", "today"),))
    whole = Sentence("Its constraint cannot be carried over: {reason}.", (("reason", inside),))
    assert str(whole) == "Its constraint cannot be carried over: it uses today."
    assert whole.in_language(["nb"]) == "Begrensningen kan ikke tas med: det bruker today."


@pytest.mark.parametrize(
    ("language", "note", "refusal"),
    [
        ("nb", "Svar av typen image kan ikke gis her.", "Dette er ikke en .xlsx-arbeidsbok"),
        ("nn-NO", "Svar av typen image kan ikkje givast her.", "Dette er ikkje ei .xlsx-arbeidsbok"),
        ("no", "Svar av typen image kan ikke gis her.", "Dette er ikke en .xlsx-arbeidsbok"),
        ("en", "Answers of the type image cannot be given here.", "This is not an .xlsx workbook"),
    ],
)
async def test_notes_and_refusals_come_in_the_readers_language(
    language: str, note: str, refusal: str, polling: Polling
) -> None:
    headers = {**polling.staff, "Content-Type": XLSX, "Accept-Language": language}
    raw = form([q("select_one yn", "bike"), q("image", "photo")], YES_NO)
    made = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=raw)
    assert made.status_code == 201, made.text
    assert made.json()["notes"] == [
        {"sheet": "survey", "row": 3, "column": None, "name": "photo", "kind": "left_out", "detail": note}
    ]
    refused = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=b"x")
    assert refused.json()["errors"][0]["detail"].startswith(refusal)
