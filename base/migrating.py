"""Bring the schema up to date, and give the application's role exactly what it needs."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from tortoise import Tortoise
from tortoise.migrations.api import migrate as tortoise_migrate

from base.connecting import connect
from base.database import tortoise_config
from base.sql import load

_ONE_AT_A_TIME = 0x6D656476


async def migrate(owner_url: str, app_role: str) -> None:
    """Migrate as the owner, one at a time, then set the application's privileges anew."""
    lock = await connect(owner_url)
    try:
        await lock.execute("select pg_advisory_lock($1)", _ONE_AT_A_TIME)
        try:
            await tortoise_migrate(config=tortoise_config(owner_url, 1))
        finally:
            await Tortoise.close_connections()
        quoted = await lock.fetchval("select quote_ident($1)", app_role)
        await lock.execute(load(__file__, "privileges.sql").replace(":app", quoted))
    finally:
        await lock.close()


def newest_migration() -> str:
    """The name of the newest migration that this program knows."""
    return max(path.stem for path in (Path(__file__).parent / "migrations").glob("[0-9]*.py"))


def role_of(url: str) -> str:
    """The role that a database URL signs in as."""
    role = urlsplit(url).username
    if not role:
        raise ValueError("the database URL names no role")
    return unquote(role)


class UnsafeRole(Exception):
    """The application's database role can do more than it may; nothing is started as one."""


async def check_role(url: str) -> list[str]:
    """Refuse a role that row-level security does not hold; and what of the server's settings deserves a warning."""
    connection = await connect(url)
    try:
        async with connection.transaction():  # Behind a pooler, a statement is prepared and run on one server then.
            row = await connection.fetchrow(load(__file__, "role.sql"))
    finally:
        await connection.close()
    assert row is not None
    if row["superuser"] or row["bypasses"] or row["owns"]:
        raise UnsafeRole(
            "MEDVIRK_DATABASE_URL signs in as a superuser, a role with BYPASSRLS, or the owner of the tables; "
            "use a role of its own, without those rights."
        )
    warnings = []
    if row["verbosity"] != "terse":
        warnings.append("log_error_verbosity is not terse: PostgreSQL's log can show a row on a constraint error")
    if row["parameters"] != "0":
        warnings.append("log_parameter_max_length is not 0: PostgreSQL's log can show statement parameters")
    if row["commit_times"] != "off":
        warnings.append("track_commit_timestamp is on: it tells when a ballot was handed in")
    return warnings
