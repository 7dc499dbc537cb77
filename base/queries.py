"""Named queries: the SQL of a room stands in the `queries.sql` beside it, and is called by its name.

    -- name: due_deliveries
    -- Deliveries whose time has come, locked for this worker.
    select id, starts from delivery where municipality_id = :municipality and due_at <= :at for update skip locked

    sql = load_queries(__file__)
    rows = await work.fetch(sql.due_deliveries, at=now())

The form is that of Procrastinate and aiosql. Parameters are written `:name`; each becomes one of PostgreSQL's numbered
parameters, however often it stands in the query. `:municipality` is filled by the unit of work and by nobody else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"^-- name: *(\S+) *$", re.MULTILINE)
_TOKEN: Final = re.compile(
    r"'(?:[^']|'')*'"  # a string
    r'|"[^"]*"'  # a quoted name
    r"|\$(\w*)\$.*?\$\1\$"  # a dollar-quoted string
    r"|--[^\n]*"  # a comment
    r"|::"  # a cast
    r"|:([a-z_][a-z0-9_]*)",
    re.DOTALL,
)
MUNICIPALITY: Final = "municipality"


class NotAQuery(ValueError):
    """A file of named queries is not written as it has to be, or a query was called with other parameters than its."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement: its text as PostgreSQL takes it, and the names of `$1`, `$2`, … in their order."""

    name: str
    text: str
    parameters: tuple[str, ...]
    comment: str = ""

    def values(self, municipality: object, given: Mapping[str, object]) -> list[object]:
        """The values of its parameters in their order; NotAQuery where one is missing or unknown."""
        try:
            values = [municipality if name == MUNICIPALITY else given[name] for name in self.parameters]
        except KeyError as missing:
            raise NotAQuery(f"{self.name}: no value for :{missing.args[0]}") from None
        if len(given) != len(self.parameters) - (MUNICIPALITY in self.parameters) or MUNICIPALITY in given:
            raise NotAQuery(f"{self.name} does not take {', '.join(sorted(given.keys() - set(self.parameters)))}")
        return values


class Queries:
    """The queries of one file, as attributes."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self.all = dict(queries)

    def __getattr__(self, name: str) -> Query:
        try:
            return self.__dict__["all"][name]  # type: ignore[no-any-return]  # a dict of queries
        except KeyError:
            raise AttributeError(f"no query is named {name}") from None


def load_queries(module: str, name: str = "queries.sql") -> Queries:
    """The queries that stand beside a module, which hands in its `__file__`. NotAQuery where the file is malformed."""
    return _read(Path(module).parent / name)


@cache
def _read(path: Path) -> Queries:
    return Queries(parsed(path.read_text(encoding="utf-8")))


def parsed(text: str) -> dict[str, Query]:
    """The queries of a file by name; NotAQuery where two bear one name, or one lacks its comment."""
    before, *parts = _NAME.split(text)
    if any(line.strip() and not line.startswith("--") for line in before.splitlines()):
        raise NotAQuery("a statement before the first name")
    queries: dict[str, Query] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if not name.isidentifier() or name in queries or name == "all":
            raise NotAQuery(f"{name} is no name, or stands twice")
        lines = body.strip().splitlines()
        comments = [line for line in lines if line.startswith("--")]
        if not lines or not lines[0].startswith("--"):
            raise NotAQuery(f"{name} has no comment")
        statement = "\n".join(line for line in lines if not line.startswith("--")).strip().removesuffix(";")
        queries[name] = numbered(name, statement, " ".join(line.removeprefix("--").strip() for line in comments))
    return queries


def numbered(name: str, text: str, comment: str = "") -> Query:
    """A statement with `:name` as one with `$1`."""
    parameters: list[str] = []

    def place(found: re.Match[str]) -> str:
        parameter = found[2]
        if parameter is None:
            return found[0]
        if parameter not in parameters:
            parameters.append(parameter)
        return f"${parameters.index(parameter) + 1}"

    return Query(name, _TOKEN.sub(place, text), tuple(parameters), comment)
