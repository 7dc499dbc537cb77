"""The walkthrough plays the whole in a database of its own, and says so where a promise is broken."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.story import Story


def walkthrough(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "commands.main", "walkthrough", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_the_main_job_from_an_empty_database_to_a_published_result_keeps_every_promise() -> None:
    played = walkthrough()
    assert played.returncode == 0, played.stdout + played.stderr
    told = re.sub(r"\s+", " ", played.stdout)
    for line in (
        "4 districts imported",
        "260 residents registered",
        "withdrew",
        "withheld",
        "invitations",
        "ballots issued",
        "answers accepted",
        "409 refused: a ballot spent twice",
        "410 refused: an answer that came after the close",
        "422 refused: an invalid answer",
        "suppressed",
        "✓ no position at rest",
        "✓ nobody was written to without consent",
        "counted once",
        "Every promise held",
    ):
        assert line in told, line
    assert "✗" not in told


@pytest.mark.parametrize("content", ["{}", "not json", '{"type": "FeatureCollection", "features": []}'])
def test_a_file_that_holds_no_borders_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "borders.geojson"
    file.write_text(content)
    played = walkthrough("--boundaries", str(file))
    assert played.returncode == 1
    assert "Traceback" not in played.stderr
    assert "borders.geojson" in played.stderr


def test_a_broken_promise_ends_with_an_error() -> None:
    out = io.StringIO()
    story = Story(out)
    story.check(True, "nobody was written to without consent", "3 messages")
    assert story.end() == 0
    story.check(False, "no position at rest", "1 row")
    assert story.end() == 1
    assert "✗ no position at rest (1 row)" in out.getvalue()


def test_something_that_should_be_refused_and_is_not_is_a_broken_promise() -> None:
    story = Story(io.StringIO())
    story.refusal(409, 409, "refused: a ballot spent twice")
    assert not story.broken
    story.refusal(201, 409, "refused: a ballot spent twice")
    assert story.broken == ["refused: a ballot spent twice"]
