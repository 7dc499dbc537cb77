"""PostGIS as a peer and judge: Debian's packages, installed where root runs the measurements, on a cluster in a
temporary folder. It is asked by pgbench, PostgreSQL's own client in C, so that PostGIS is measured and not the asker.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from base.embedded import die_with_parent

CONNECTIONS, SECONDS = 8, 6
PACKAGE = "postgresql-{version}-postgis-3"
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")


@dataclass(frozen=True, slots=True)
class Judge:
    """A PostGIS that runs for the measurement."""

    url: str
    programs: Path

    async def lay_out(self, areas: Sequence[tuple[UUID, bytes]], srid: int = 25832) -> None:
        """A table `zone` of these areas (WKB), with a GiST index, as freshly analysed as can be."""
        connection = await asyncpg.connect(self.url)
        await connection.execute(
            "create extension if not exists postgis; drop table if exists zone; drop table if exists drawn; "
            "create table drawn (id uuid, wkb bytea)"
        )
        await connection.copy_records_to_table("drawn", records=areas)
        await connection.execute(
            f"create table zone as select id, st_setsrid(st_geomfromwkb(wkb), {srid}) as area from drawn; "
            "create index on zone using gist (area)"
        )
        await connection.execute("vacuum analyze zone")
        await connection.close()

    def questions_per_s(self, west: float, south: float, east: float, north: float) -> float:
        """How often a second it says which zones hold a point somewhere in a box (metres): prepared statements over
        eight connections for some seconds, the best of three runs.
        """
        across, along = round((east - west) * 100), round((north - south) * 100)
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(
                f"\\set x {west:.2f} + random(0, {across}) / 100.0\n\\set y {south:.2f} + random(0, {along}) / 100.0\n"
                "select id from zone where st_covers(area, st_setsrid(st_makepoint(:x, :y), 25832));\n"
            )
            script.flush()
            command = [
                str(self.programs / "pgbench"),
                "-n",
                "-M",
                "prepared",
                "-c",
                str(CONNECTIONS),
                "-j",
                "2",
                "-T",
                str(SECONDS),
                "-f",
                script.name,
                self.url,
            ]
            runs = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(3)]
        return max(_tps(run.stdout) for run in runs)


def _tps(printed: str) -> float:
    found = re.search(r"^tps = ([0-9.]+)", printed, re.MULTILINE)
    if found is None:
        raise RuntimeError("pgbench said nothing of its rate")
    return float(found[1])


@contextlib.contextmanager
def judge() -> Iterator[Judge | None]:
    """A PostGIS; None where there is none and none can be installed."""
    binaries = _installed() or _install()
    if binaries is None:
        yield None
        return
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="medvirk-postgis-") as folder:
        if user is not None:
            record = pwd.getpwnam(user)
            os.chown(folder, record.pw_uid, record.pw_gid)
        data = Path(folder) / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
        )
        settings = ("fsync=off", "synchronous_commit=off", "listen_addresses=", f"unix_socket_directories={folder}")
        command = [str(binaries / "postgres"), "-D", str(data), *(part for s in settings for part in ("-c", s))]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, user=user, preexec_fn=die_with_parent) as running:
            try:
                _wait_for(Path(folder) / ".s.PGSQL.5432")
                yield Judge(f"postgresql://postgres@/postgres?host={folder}", binaries)
            finally:
                running.terminate()


def _installed() -> Path | None:
    for control in sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"), reverse=True):
        binaries = Path("/usr/lib/postgresql") / control.parts[-3] / "bin"
        if (binaries / "initdb").exists():
            return binaries
    return None


def _install() -> Path | None:
    """From Debian, without the cluster that its package would start."""
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        return None
    print("installing PostGIS from Debian …", file=sys.stderr, flush=True)
    _NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
    if not _NO_CLUSTER.exists():
        _NO_CLUSTER.write_text("create_main_cluster = false\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet, stdout=subprocess.DEVNULL)
    for version in ("18", "17", "16", "15"):
        wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE.format(version=version)]
        if subprocess.run(wanted, check=False, env=quiet, capture_output=True).returncode == 0:
            return _installed()
    return None


def _wait_for(socket: Path) -> None:
    for _ in range(200):
        if socket.exists():
            time.sleep(0.3)
            return
        time.sleep(0.05)
    raise RuntimeError("PostGIS did not start")
