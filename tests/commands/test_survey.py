"""`medvirk survey import`: a form or a survey document becomes a draft, and what is wrong is said in plain words."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from base.embedded import Server
from commands.main import main
from tests.serving import environment
from tests.surveys.polling import SURVEY
from tests.surveys.xlsform.test_xlsform import YES_NO, form, q
from tests.town import Town

FORM = form([q("select_one yn", "bike", hint="Any bike", appearance="w1"), q("image", "photo")], YES_NO)


@pytest.fixture
def said(town: Town, server: Server, tmp_path: Path) -> Any:
    """Runs the command on a file's content: how it ended, what it printed, what it complained of."""

    def run(content: bytes, *more: str, name: str = "form.xlsx") -> tuple[int, Sequence[str], Sequence[str]]:
        file = tmp_path / name
        file.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "commands.main", "survey", "import", str(file), "--municipality", "3907", *more],
            env=dict(environment(server, tmp_path / "keys")),
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    return run


async def test_a_form_becomes_a_draft_and_its_notes_say_the_row_and_column(said: Any, town: Town) -> None:
    ended, out, wrong = said(FORM)
    assert (ended, wrong) == (0, [])
    assert out[:3] == [
        "survey row 2 (bike), column appearance: The cell appearance is left out: w1",
        "survey row 3 (photo): Answers of the type image cannot be given here.",
        "1 questions, 2 notes; a draft was made",
    ]
    [(state, definition)] = await town.sql(f"select state, definition from survey where id = '{out[-1]}'")
    assert state == "draft"
    assert [question["key"] for question in json.loads(definition)["questions"]] == ["bike"]


async def test_a_dry_run_keeps_nothing(said: Any, town: Town) -> None:
    ended, out, _ = said(FORM, "--dry-run")
    assert (ended, out[-1]) == (0, "1 questions, 2 notes; nothing was kept")
    assert await town.sql("select 1 from survey") == []


async def test_a_survey_document_becomes_a_draft(said: Any, town: Town) -> None:
    ended, out, _ = said(b"\xef\xbb\xbf" + json.dumps(SURVEY).encode(), name="survey.json")
    assert (ended, out[0]) == (0, "3 questions, 0 notes; a draft was made")
    assert len(await town.sql(f"select 1 from survey where id = '{out[-1]}'")) == 1


async def test_a_form_that_asks_nothing_is_refused_with_its_rows(said: Any, town: Town) -> None:
    ended, out, wrong = said(form([q("image", "photo")]))
    assert (ended, out) == (1, [])
    assert wrong == ["medvirk: /survey/2: photo: Answers of the type image cannot be given here."]
    assert await town.sql("select 1 from survey") == []


@pytest.mark.parametrize(
    ("content", "name", "complaint"),
    [
        (b"nothing", "form.xlsx", "medvirk: This is not an .xlsx workbook, or it is damaged or locked."),
        (form([q("text", "a"), q("text", "a")]), "form.xlsx", "medvirk: /survey/3: This does not follow the XLSForm"),
        (b"{", "survey.json", "medvirk: Invalid JSON"),
        (json.dumps({**SURVEY, "languages": []}).encode(), "survey.json", "medvirk: /languages: This must have"),
        (None, "missing.xlsx", "medvirk: {file}: No such file or directory"),
    ],
    ids=["not a workbook", "a name twice", "not JSON", "no language", "no file"],
)
@pytest.mark.usefixtures("logs_as_before")
def test_what_is_no_survey_is_refused_with_the_place(
    content: bytes | None, name: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    assert main(["survey", "import", str(file), "--municipality", "3907"]) == 1
    out, wrong = capsys.readouterr()
    assert out == ""
    assert wrong.startswith(complaint.format(file=file)), wrong
