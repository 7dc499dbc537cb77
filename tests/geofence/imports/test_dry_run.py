"""Staff see what a file would do before anything is kept."""

import httpx

from tests.geofence.imports.test_brought_along import collection, feature
from tests.geofence.imports.test_import_over_http import moved, sent, zones_of
from tests.town import Town


async def test_a_dry_run_says_what_would_become_of_each_feature_and_keeps_nothing(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("communications")
    file = collection(feature({"nr": 1, "navn": "Nord"}), feature({"nr": 2, "navn": "Sør"}, moved(0.01)))
    await sent(client, staff, file, "?id=nr")
    before = await zones_of(town)
    file["features"][1] = feature({"nr": 2, "navn": "Søndre"}, moved(0.01))
    file["features"] += [feature({"nr": 3, "navn": "Øst"}, moved(0.02)), feature({"nr": 4}, moved(0.03))]
    told = await sent(client, staff, file, "?id=nr&dry_run=true")
    assert [(one["number"], one["outcome"], (one["name"] or {}).get("nb")) for one in told["features"]] == [
        (1, "same", "Nord"),
        (2, "changed", "Søndre"),
        (3, "new", "Øst"),
        (4, "refused", None),
    ]
    assert [one["zone_id"] for one in told["features"]] == [*told["zones"], None, None]
    assert "needs a name" in told["features"][3]["said"][0]
    assert await zones_of(town) == before
    assert [one["outcome"] for one in (await sent(client, staff, file, "?id=nr"))["features"]] == [
        one["outcome"] for one in told["features"]
    ]
    assert len(await zones_of(town)) == 3
