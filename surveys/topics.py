"""Where the municipality uses the topics that residents can follow."""

from collections.abc import Mapping

from base.database import Work
from base.queries import load_queries

sql = load_queries(__file__)


async def used(work: Work) -> Mapping[str, Mapping[str, int]]:
    """By a topic's key: how many surveys, hearings, news and messages are for those who follow it."""
    found: dict[str, dict[str, int]] = {}
    for row in await work.fetch(sql.topics_used):
        found.setdefault(row["key"], {})[row["kind"]] = row["count"]
    return found
