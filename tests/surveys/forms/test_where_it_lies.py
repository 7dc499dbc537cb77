"""A place that a resident points at lies in the municipality or near it; any other is refused and spends no ballot."""

import json
from typing import Any

import pytest

from geofence.territory import Territory, territory_of
from surveys.forms.answers import judge
from surveys.forms.document import SurveyDocument
from tests.surveys.polling import L, Polling

BORDER = {"type": "Polygon", "coordinates": [[[10.0, 59.0], [10.45, 59.0], [10.45, 59.3], [10.0, 59.3], [10.0, 59.0]]]}
HERE = territory_of(BORDER, 25832)
NOWHERE_KNOWN = territory_of(None, 25832)


def survey(geometry: str, **more: Any) -> dict[str, Any]:
    question = {"key": "p", "type": "map", "geometry": geometry, "label": L, **more}
    return {"title": L, "languages": ["nb", "en"], "questions": [question]}


def place(kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


def complaints(geometry: str, answer: Any, territory: Territory = HERE, **more: Any) -> list[tuple[str, str]]:
    document = SurveyDocument.model_validate(survey(geometry, **more))
    return [(c.pointer, c.about) for c in judge(document, {"p": answer}, 25832, territory=territory).complaints]


@pytest.mark.parametrize("border", [BORDER, None])
async def test_a_swapped_or_far_place_is_refused_and_its_ballot_still_counts(polling: Polling, border: Any) -> None:
    if border is not None:
        await polling.town.sql("update municipality set boundary = $1", json.dumps(border))
    await polling.launch(survey("point"))
    token = await polling.ballot()
    for wrong in ([59.13, 10.22], [-122, 37], [0, 0]):
        refused = await polling.hand_in(token, {"p": place("Point", wrong)})
        assert refused.status_code == 422
        assert [e["pointer"] for e in refused.json()["errors"]] == ["/answers/p"]
    assert (await polling.hand_in(token, {"p": place("Point", [10.22, 59.13])})).status_code == 201


def test_it_is_said_what_is_wrong_with_a_place() -> None:
    oslo = [10.75, 59.91]
    assert complaints("point", place("Point", oslo)) == [("/answers/p", "elsewhere")]
    assert complaints("point", place("Point", [59.13, 10.22])) == [("/answers/p", "swapped")]
    assert complaints("point", place("Point", [59.13, 10.22]), NOWHERE_KNOWN) == [("/answers/p", "swapped")]
    assert complaints("point", place("Point", oslo), NOWHERE_KNOWN) == []
    assert complaints("points", place("MultiPoint", [[10.2, 59.1], oslo])) == [("/answers/p", "elsewhere")]
    with_comment = {"geometry": place("Point", oslo), "comment": "her"}
    assert complaints("point", with_comment, comment=True) == [("/answers/p/geometry", "elsewhere")]
    for odd in ([180, 90], [-180, -90], [95, 10.2], [10.2, -59.1]):
        assert complaints("point", place("Point", odd))[0][0] == "/answers/p"


def test_what_lies_a_little_over_the_border_is_taken() -> None:
    assert complaints("point", place("Point", [10.5, 59.1])) == []
    assert complaints("point", place("Point", [10.2, 58.96])) == []
    assert complaints("point", place("Point", [10.6, 59.1])) == [("/answers/p", "elsewhere")]


def test_a_line_or_an_area_may_lead_over_the_border_but_begins_or_ends_here() -> None:
    to_next_town = [[10.3, 59.2], [10.5, 59.3], [10.6, 59.35]]
    assert complaints("line", place("LineString", to_next_town)) == []
    assert complaints("line", place("LineString", [[10.3, 59.2], [10.75, 59.91]])) == [("/answers/p", "elsewhere")]
    elsewhere = [[10.7, 59.4], [10.8, 59.4], [10.8, 59.5]]
    assert complaints("line", place("LineString", elsewhere)) == [("/answers/p", "elsewhere")]
    assert complaints("area", place("Polygon", [[*to_next_town, to_next_town[0]]])) == []
    assert complaints("area", place("Polygon", [[*elsewhere, elsewhere[0]]])) == [("/answers/p", "elsewhere")]
    swapped = [[lat, lon] for lon, lat in to_next_town]
    assert complaints("line", place("LineString", swapped)) == [("/answers/p", "swapped")]
    around = [[9.8, 58.9], [10.6, 58.9], [10.6, 59.4], [9.8, 59.4]]
    assert complaints("area", place("Polygon", [[*around, around[0]]])) == []
