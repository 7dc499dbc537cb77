"""MEDVIRK_BASEMAP is looked at when a process starts: what the pages could not draw is refused with a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from base.pmtiles import NoMapArchive, check
from base.settings import Settings
from commands.main import main
from tests.archives import archive, town_archive


def test_an_archive_of_the_towns_own_is_taken(tmp_path: Path) -> None:
    check(town_archive(tmp_path / "town.pmtiles"))


def _with(position: int, value: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:position] + bytes([value]) + data[position + 1 :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda data: b"", "no PMTiles archive"),
        (lambda data: b"SQLite format 3\x00" + data, "no PMTiles archive"),
        (lambda data: data[:100], "no PMTiles archive"),
        (lambda data: data[:-1], "cut off"),
        (_with(7, 2), "version 2"),
        (_with(99, 2), "pictures"),
        (_with(98, 3), "compressed"),
        (_with(97, 4), "compressed"),
        (_with(24, 255), "does not say which layers"),
        (_with(31, 255), "cut off"),
    ],
)
def test_what_is_no_such_archive_is_refused_with_the_reason(
    tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    path = town_archive(tmp_path / "town.pmtiles")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(NoMapArchive, match=said):
        check(path)


def test_an_archive_of_another_schema_would_stay_blank_and_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoMapArchive, match="layers"):
        check(archive(tmp_path / "other.pmtiles", {(0, 0, 0): b""}, layers=["transportation", "landcover"]))


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoMapArchive, match="no such file"):
        check(tmp_path / "nothing.pmtiles")
    with pytest.raises(NoMapArchive, match="cannot be read"):
        check(tmp_path)


def test_every_command_says_which_setting_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDVIRK_BASEMAP", str(tmp_path / "nothing.pmtiles"))
    assert main(["ledger", "verify"]) == 2
    said = capsys.readouterr().err
    assert "MEDVIRK_BASEMAP" in said
    assert "there is no such file" in said


@pytest.mark.parametrize(("said", "asks"), [(None, True), ("true", True), ("false", False), ("", True)])
def test_kartverket_is_asked_unless_somebody_said_no(
    monkeypatch: pytest.MonkeyPatch, said: str | None, asks: bool
) -> None:
    monkeypatch.delenv("MEDVIRK_KARTVERKET", raising=False)
    if said is not None:
        monkeypatch.setenv("MEDVIRK_KARTVERKET", said)
    assert Settings(_env_file=None).asks_kartverket is asks  # type: ignore[call-arg]  # _env_file is pydantic-settings' own
