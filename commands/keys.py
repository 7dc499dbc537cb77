"""`medvirk keys`: API keys of a municipality, and the key that receipts and zone packs are signed with."""

import argparse
import asyncio
from uuid import UUID

from base import jws
from base.database import work
from base.jobs import system
from base.settings import Settings
from commands.process import at_hand, key_store
from municipality import access, directory
from municipality.roles import ROLES


def arguments(parser: argparse.ArgumentParser) -> None:
    """`create`, `list`, `revoke` and `rotate`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="create|list|revoke|rotate")
    create = acts.add_parser("create", help="a new key; the key is the last line printed, and is never shown again")
    create.add_argument("--roles", required=True, help=f"with commas, of {', '.join(ROLES)}")
    create.add_argument("--name", required=True, help="what the key is for")
    listing = acts.add_parser("list", help="all keys, never their secrets")
    revoke = acts.add_parser("revoke", help="a key opens nothing from now on")
    revoke.add_argument("id", type=UUID)
    acts.add_parser("rotate", help="sign receipts and zone packs with a fresh key; what older ones signed still holds")
    for act in (create, listing, revoke):
        act.add_argument("--municipality", required=True, metavar="NUMBER", help="such as 3907")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do it, and print what came of it."""
    if options.act == "rotate":
        keys = key_store(settings)
        jws.rotate(keys)
        print(f"signing with a fresh key; {len(jws.jwks(keys)['keys'])} are published at /.well-known/jwks.json")
        return 0
    return asyncio.run(_run(options, settings))


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    async with at_hand(settings):
        municipality = await directory.municipality_by_number(options.municipality)
        async with work(system(municipality)) as unit:
            if options.act == "create":
                key, token = await access.create_key(unit, options.name, options.roles.split(","))
                lines = [f"key {key.id} ({', '.join(key.roles)})", token]
            elif options.act == "revoke":
                await access.revoke_key(options.id)
                lines = [f"key {options.id} is revoked"]
            else:
                lines = [
                    f"{key.id}  {', '.join(key.roles):30}  {'revoked' if key.revoked_at else 'valid':8} {key.name}"
                    for key in await access.list_keys()
                ]
    print("\n".join(lines))
    return 0
