"""The main job from an empty database to a published result, told as it happens."""

import json
import random
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from rehearsal.announcing import announce
from rehearsal.answering import answer
from rehearsal.audit import audit
from rehearsal.borders import import_borders, move_in, number_of
from rehearsal.counting import count, show
from rehearsal.scene import Scene
from rehearsal.stage import NUMBER, stage
from rehearsal.story import Story
from rehearsal.strolling import stroll

SEED = 3907
OWN = "four municipalities around Sandefjord (Kartverket, CC BY 4.0)"


class NotTheseBorders(ValueError):
    """This is not a GeoJSON FeatureCollection with the border of municipality 3907 (property kommunenummer)."""


@dataclass(frozen=True, slots=True)
class Borders:
    """Municipalities' borders, Sandefjord's among them, and where they are from."""

    collection: dict[str, Any]
    home: dict[str, Any]
    source: str


def borders(file: Path | None) -> Borders:
    """The borders in a GeoJSON file, or our own few. Raises OSError, and NotTheseBorders for another kind of file."""
    if file is None:
        with as_file(files("rehearsal") / "data" / "vestfold.geojson") as own:
            return replace(borders(own), source=OWN)
    try:
        collection = json.loads(file.read_text(encoding="utf-8"))
        home = next(f["geometry"] for f in collection["features"] if number_of(f) == NUMBER)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        raise NotTheseBorders from None
    return Borders(collection, home, f"{len(collection['features'])} borders from {file.name}")


async def play(given: Borders, story: Story) -> int:
    """Play the whole; 0 where every promise held, 1 where the audit found one broken."""
    story.tell(
        "Medvirk, from an empty database to a published result: with a PostgreSQL, a web process, a worker and a "
        "courier of this walkthrough's own. Everything goes over HTTP, as apps and consoles would."
    )
    async with stage(given.home) as built:
        scene = Scene(built, story, random.Random(SEED))  # noqa: S311 - the same people every time, no secrets
        await import_borders(scene, given.collection, given.source)
        await move_in(scene, scene.dice)
        await announce(scene)
        await stroll(scene)
        await answer(scene)
        releases = await count(scene)
        show(scene, releases[scene.centre])
        await audit(scene, releases)
    return story.end()
