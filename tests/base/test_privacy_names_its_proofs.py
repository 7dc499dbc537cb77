"""What the page about privacy says holds a promise, is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "PRIVACY.md").read_text(encoding="utf-8")


def test_every_proof_that_is_named_exists() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 50
    missing = {name for name in named if not re.search(rf"def {name}\b", tests)}
    assert not missing
    files = set(re.findall(r"`((?:\w+/)+\w+\.(?:py|sql|md|toml))`", TEXT))
    assert not {name for name in files if not (ROOT / name).is_file()}


def test_every_article_that_a_regulator_asks_about_has_a_line() -> None:
    table = TEXT[TEXT.index("| Article |") :]
    named = " ".join(re.findall(r"^\| ([^|]+) \|", table, re.M))
    said = {int(number) for number in re.findall(r"\b(\d+)\b(?!\))", named)}
    assert said >= {5, 6, 7, 8, *range(12, 23), 25, 30, *range(32, 36)}
