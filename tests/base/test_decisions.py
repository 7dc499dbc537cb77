"""Decision records have a header that is all there, and the index lists each with what its header says."""

import re
from datetime import date
from pathlib import Path

from tests.base.test_named_queries import FLOORS

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
HEADER = re.compile(r"# (\d+)\. (.+)\n\n\* Date: (\S+)\n\* Status: (.+)\n\* Area: (.+)\n\n\S")
STATUS = re.compile(r"proposed|withdrawn|accepted|(?:accepted, )?(?:extended|amended|superseded)(?: in part)? by (\d+)")
AREAS = {*FLOORS, "national", "console", "rehearsal", "commands", "all rooms"}


def test_the_index_lists_each_record_as_its_header_says() -> None:
    records = {path: HEADER.match(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("0*.md"))}
    numbers = {int(path.name[:4]) for path in records}
    lines = []
    for path, header in records.items():
        assert header, f"{path.name} has no header as README.md says"
        number, title, day, status, area = header.groups()
        assert int(number) == int(path.name[:4])
        assert date.fromisoformat(day)
        found = STATUS.fullmatch(status)
        assert found, f"{path.name}: {status}"
        assert found[1] is None or int(found[1]) in numbers - {int(number)}, f"{path.name}: {status}"
        assert set(area.split(", ")) <= AREAS, f"{path.name}: {area}"
        lines.append(f"| {number} | [{title}]({path.name}) | {day} | {status} | {area} |")
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [line for line in index.splitlines() if re.match(r"\| \d", line)] == lines


def test_a_decision_that_others_speak_of_is_there() -> None:
    numbers = {int(path.name[:4]) for path in FOLDER.glob("0*.md")}
    for path in [*FOLDER.glob("0*.md"), *FOLDER.parent.glob("*.md"), FOLDER.parents[1] / "README.md"]:
        for named in re.findall(r"\bdecisions? (\d+)(?: and (\d+))?", path.read_text(encoding="utf-8")):
            assert {int(number) for number in named if number} <= numbers, path.name
