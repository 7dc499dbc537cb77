"""The key store: what is kept outside the database, and what is gone for good."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from base.keys import FileKeyStore, KeyStore, MemoryKeyStore, make


@pytest.fixture(params=["files", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    return FileKeyStore(tmp_path / "keys") if request.param == "files" else MemoryKeyStore()


def test_a_key_is_kept_once_and_destroyed_for_good(store: KeyStore) -> None:
    assert store.get("survey/a/issuer") is None
    assert store.put("survey/a/issuer", b"one")
    assert not store.put("survey/a/issuer", b"two")
    assert store.get("survey/a/issuer") == b"one"
    assert store.put("survey/a/issuer", b"three", replace=True)
    assert store.names("survey/a") == ["survey/a/issuer"]
    store.destroy("survey/a/issuer")
    store.destroy("survey/a/issuer")
    assert store.get("survey/a/issuer") is None


def test_only_its_owner_may_read_a_key(tmp_path: Path) -> None:
    FileKeyStore(tmp_path / "keys").put("presence/seal", b"secret")
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "keys").rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_all_who_make_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    with ThreadPoolExecutor(16) as threads:
        made = set(threads.map(lambda _: make(store, "presence/seal"), range(200)))
    assert len(made) == 1
    assert len(made.pop()) == 32


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a//b", "", "A", "a/../b", ".hidden"])
def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        FileKeyStore(tmp_path / "keys").get(name)


def test_every_folder_of_keys_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys")
    store.put("a/b/c/key", b"1")
    (tmp_path / "keys" / "old").mkdir(mode=0o755)
    for _ in range(2):
        open_to_others = [p for p in (tmp_path / "keys").rglob("*") if p.stat().st_mode & 0o077]
        store = FileKeyStore(tmp_path / "keys")
    assert open_to_others == []
    assert store.get("a/b/c/key") == b"1"
