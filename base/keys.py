"""Secrets that must not lie in the database: kept in files of mode 0600, the place for a KMS later."""

import os
import re
import secrets
from pathlib import Path
from typing import Protocol

_NAME = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)*")


class KeyStore(Protocol):
    """Keeps named secrets outside the database and its backups."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None where there is none (or no longer)."""

    def put(self, name: str, secret: bytes, *, replace: bool = False) -> bool:
        """Keep a secret durably; False where the name is taken and may not be replaced."""

    def destroy(self, name: str) -> None:
        """Forget a secret for good; quiet where there is none."""

    def names(self, prefix: str) -> list[str]:
        """The names below a prefix."""


def make(keys: KeyStore, name: str, n_bytes: int = 32) -> bytes:
    """The secret of that name; a fresh random one where there was none. Two who ask at once get the same."""
    if (found := keys.get(name)) is not None:
        return found
    fresh = secrets.token_bytes(n_bytes)
    if keys.put(name, fresh):
        return fresh
    found = keys.get(name)
    assert found is not None
    return found


class FileKeyStore:
    """A folder of mode 0700 with a file of mode 0600 for each secret; what is there survives a crash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for inner in folder.rglob("*/"):  # An earlier version left these as the mask had them.
            if inner.stat().st_mode & 0o077 and inner.stat().st_uid == os.geteuid():
                inner.chmod(0o700)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("a key's name is made of a-z, 0-9, _, - and /")
        return self._folder / name

    def get(self, name: str) -> bytes | None:
        """See KeyStore."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, name: str, secret: bytes, *, replace: bool = False) -> bool:
        """See KeyStore. Written beside and linked into place, so that nobody reads half a key."""
        path = self._path(name)
        for inner in reversed(path.relative_to(self._folder).parents):  # mkdir's mode is for the last of them alone.
            (self._folder / inner).mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(secret)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                os.replace(draft, path)
            else:
                os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        _sync(path.parent)
        return True

    def destroy(self, name: str) -> None:
        """See KeyStore. Overwritten before it is unlinked, for file systems where that helps."""
        path = self._path(name)
        try:
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return
        _sync(path.parent)

    def names(self, prefix: str) -> list[str]:
        """See KeyStore."""
        base = self._path(prefix)
        return sorted(
            str(path.relative_to(self._folder))
            for path in base.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        )


class MemoryKeyStore:
    """Secrets that go with the process; for tests."""

    def __init__(self) -> None:
        self._secrets: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        """See KeyStore."""
        return self._secrets.get(name)

    def put(self, name: str, secret: bytes, *, replace: bool = False) -> bool:
        """See KeyStore."""
        if name in self._secrets and not replace:
            return False
        self._secrets[name] = secret
        return True

    def destroy(self, name: str) -> None:
        """See KeyStore."""
        self._secrets.pop(name, None)

    def names(self, prefix: str) -> list[str]:
        """See KeyStore."""
        return sorted(name for name in self._secrets if name.startswith(prefix + "/"))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
