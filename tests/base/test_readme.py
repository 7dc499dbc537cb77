"""What the README says of the settings is what they are."""

import re
from pathlib import Path

from base.settings import Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_stands_in_the_readme_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        assert field.description, name
        assert f"| `MEDVIRK_{name.upper()}` | {default} | {field.description} |" in readme


def test_every_file_that_the_readme_names_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in (
        "docs/APP.md",
        "docs/ARCHITECTURE.md",
        "docs/PRIVACY.md",
        "docs/decisions",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "docs/images/overview.png",
        "docs/images/result.png",
        "docs/images/map.png",
        "docs/images/phone.png",
        "Procfile",
    ):
        assert name in readme
        assert (ROOT / name).exists(), name


def test_every_file_that_the_recipes_name_is_there() -> None:
    recipes = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"[`(\s]((?:\w+/)+(?:[\w.-]+\.\w+)?)[`)\s]", recipes))
    imagined = {name for name in named if any(made_up in name for made_up in ("benches", "event_reminders", "slider"))}
    assert len(named) > 20
    assert not {name for name in named - imagined if not (ROOT / name).exists()}
