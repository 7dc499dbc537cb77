"""`medvirk migrate`: bring the schema up to date as the tables' owner."""

import argparse
import asyncio

import asyncpg

from base.migrating import migrate, role_of
from base.settings import Settings
from commands.process import database_url
from commands.refusal import CannotRun


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Migrate the database of MEDVIRK_OWNER_DATABASE_URL for the role of MEDVIRK_DATABASE_URL."""
    if settings.owner_database_url is None:
        raise CannotRun("MEDVIRK_OWNER_DATABASE_URL is not set: migrations run as the role that owns the tables")
    try:
        asyncio.run(migrate(settings.owner_database_url.get_secret_value(), role_of(database_url(settings))))
    except OSError as away:
        raise CannotRun(f"the database cannot be reached ({type(away).__name__})") from None
    except asyncpg.InvalidAuthorizationSpecificationError as refused:
        raise CannotRun(f"the database refuses to be connected to: {refused}") from None
    print("medvirk: the schema is current")
    return 0
