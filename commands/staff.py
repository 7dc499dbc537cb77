"""`medvirk staff`: those who work for a municipality, and their way into the console."""

import argparse
import asyncio
from uuid import UUID

from base.database import work
from base.jobs import system
from base.settings import Settings
from commands.process import at_hand, origin_of
from municipality import access, directory, members
from municipality.roles import ROLES


def arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `list` and `link`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|link")
    add = acts.add_parser("add", help="take somebody on; prints a sign-in link")
    add.add_argument("--name", required=True)
    add.add_argument("--roles", required=True, help=f"with commas, of {', '.join(ROLES)}")
    add.add_argument("--unit", help="the only unit they work for")
    listing = acts.add_parser("list", help="everybody and their roles")
    link = acts.add_parser("link", help="a fresh sign-in link; for the first member where none is named")
    link.add_argument("id", type=UUID, nargs="?")
    for act in (add, listing, link):
        act.add_argument("--municipality", metavar="NUMBER", default="3907", help="3907 where not given")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Do it, and print what came of it."""
    return asyncio.run(_run(options, settings))


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    async with at_hand(settings):
        municipality = await directory.municipality_by_number(options.municipality)
        async with work(system(municipality)) as unit:
            if options.act == "list":
                for member in await members.list_members():
                    print(f"{member.id}  {', '.join(member.roles):30}  {member.name}")
                return 0
            if options.act == "add":
                member = await members.add_member(options.name, options.roles.split(","), options.unit)
            elif options.id is not None:
                member = await members.get_member(options.id)
            else:
                member = (await members.list_members())[0]
            print(f"{origin_of(settings)}/sign-in/{await access.sign_in_link(unit, member.id)}")
    return 0
