"""`medvirk keys rotate`: a fresh key signs, and what older ones signed still holds."""

from pathlib import Path

import pytest

from base import jws
from base.keys import FileKeyStore
from commands.main import main


@pytest.mark.usefixtures("logs_as_before")
def test_what_was_signed_before_a_rotation_still_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDVIRK_KEYS_FOLDER", str(tmp_path / "keys"))
    keys = FileKeyStore(tmp_path / "keys")
    before = jws.sign(keys, b"{}", "receipt+jwt")
    assert main(["keys", "rotate"]) == 0
    assert "2 are published" in capsys.readouterr().out
    after = jws.sign(keys, b"{}", "receipt+jwt")
    published = jws.jwks(keys)
    assert jws.verify(before, published, "receipt+jwt") == jws.verify(after, published, "receipt+jwt") == b"{}"
    assert before.split(".")[0] != after.split(".")[0]
