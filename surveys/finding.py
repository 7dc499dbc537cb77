"""Finding surveys among a thousand: by words of their title, by state, in an order, so many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from base.database import Work
from base.queries import load_queries
from base.waiting import Waiting
from municipality.directory import town
from surveys.lines import SurveyLine, line

sql = load_queries(__file__)
Shown = Literal["all", "open", "draft", "closed", "counted", "untranslated"]
"""In which state; `counted` whether or not its answers were enough, `untranslated`: open, and lacking a language of the
municipality's."""
Order = Literal["open", "newest", "ending", "title"]
STATES: Final[tuple[Shown, ...]] = get_args(Shown)
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
_MOST_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class SurveySearch:
    """What is looked for: each of the `words` stands in the title, in some language; `language` orders the titles."""

    words: str = ""
    state: Shown = "all"
    by: Order = "open"
    language: str = "nb"

    @property
    def patterns(self) -> list[str]:
        """The words as patterns of SQL."""
        return [f"%{_plain(word)}%" for word in self.words.split()[:_MOST_WORDS]]


@dataclass(frozen=True, slots=True)
class SurveysFound:
    """Those of one page, and how many there are in each state."""

    lines: Sequence[SurveyLine]
    counts: Mapping[Shown, int]


async def find(work: Work, search: SurveySearch, limit: int, offset: int) -> SurveysFound:
    """At most `limit` surveys, after the first `offset`."""
    languages = list((await town(work)).languages)
    rows = await work.fetch(
        sql.lines_found,
        state=search.state,
        words=search.patterns,
        by=search.by,
        language=search.language,
        languages=languages,
        limit=limit,
        offset=offset,
    )
    counted = await work.fetch(sql.counts_found, words=search.patterns, languages=languages)
    counts: dict[Shown, int] = dict.fromkeys(STATES, 0)
    for row in counted:
        counts[row["state"]] = row["n"]
        counts["untranslated"] += row["untranslated"]
        counts["all"] += row["n"]
    return SurveysFound([line(row, 0) for row in rows], counts)


async def untranslated(work: Work) -> Waiting:
    """Open surveys that lack one of the municipality's languages."""
    return Waiting.of(await work.fetchrow(sql.untranslated, languages=list((await town(work)).languages)))


def _plain(word: str) -> str:
    """A word in which nothing is a wildcard."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
