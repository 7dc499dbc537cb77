"""Results are open data: whoever harvests catalogues finds them, described as DCAT-AP-NO asks."""

import re
from typing import Any
from uuid import UUID

from pyld import jsonld

from base.database import work
from insights.releases import publish
from tests.surveys.polling import SURVEY, Polling

PATH = "/v1/municipalities/3907/open-data/catalog"
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
MANDATORY = {
    f"{DCAT}Catalog": {
        f"{DCT}identifier",
        f"{DCT}title",
        f"{DCT}description",
        f"{DCT}publisher",
        f"{DCAT}contactPoint",
    },
    f"{DCAT}Dataset": {f"{DCT}title", f"{DCT}description", f"{DCT}publisher", f"{DCAT}contactPoint", f"{DCAT}theme"},
    f"{DCAT}Distribution": {f"{DCAT}accessURL"},
    "http://xmlns.com/foaf/0.1/Agent": {"http://xmlns.com/foaf/0.1/name"},
    "http://www.w3.org/2006/vcard/ns#Organization": {"http://www.w3.org/2006/vcard/ns#fn"},
}


async def published(polling: Polling) -> None:
    await polling.launch({**SURVEY, "title": {"nb": 'Trygg "skolevei"\\', "en": "Safe way"}})
    for number in range(6):
        assert (await polling.hand_in(await polling.ballot(), {"bike": "no"}, number)).status_code == 201
    await polling.close()
    await polling.count()
    async with work(polling.town.system) as unit:
        await publish(unit, UUID(polling.survey))


async def test_a_portal_finds_every_result_with_all_that_is_mandatory(polling: Polling) -> None:
    await published(polling)
    answer = await polling.client.get(PATH)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/ld+json")
    nodes: list[dict[str, Any]] = jsonld.expand(answer.json())
    kinds = [kind for node in nodes for kind in node["@type"]]
    assert (kinds.count(f"{DCAT}Catalog"), kinds.count(f"{DCAT}Dataset"), kinds.count(f"{DCAT}Distribution")) == (
        1,
        1,
        3,
    )
    for node in nodes:
        for kind in node["@type"]:
            assert MANDATORY[kind] <= node.keys(), kind
    known = {node["@id"] for node in nodes}
    (catalog,) = (node for node in nodes if f"{DCAT}Catalog" in node["@type"])
    for link in (f"{DCT}publisher", f"{DCAT}contactPoint", f"{DCAT}dataset"):
        assert {one["@id"] for one in catalog[link]} <= known
    # What is described is there, without being registered.
    for node in nodes:
        for url in node.get(f"{DCAT}downloadURL", []):
            path = url["@id"].split("8765", 1)[1]
            assert (await polling.client.get(path)).status_code == 200, path


async def test_turtle_says_the_same(polling: Polling) -> None:
    await published(polling)
    quads = jsonld.to_rdf((await polling.client.get(PATH)).json(), {"format": "application/n-quads"})
    answer = await polling.client.get(PATH, headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert answer.content == (await polling.client.get(f"{PATH}?format=turtle")).content
    prefixes = dict(re.findall(r"@prefix (\w+): <(.+)> \.", answer.text))
    lines = set()
    for line in answer.text.splitlines():
        if not line.startswith("@prefix"):
            subject, predicate, thing = line.removesuffix(" .").split(" ", 2)
            full = (
                "http://www.w3.org/1999/02/22-rdf-syntax-ns#type" if predicate == "a" else _whole(predicate, prefixes)
            )
            thing = re.sub(r'"\^\^(\w+:\w+)$', lambda found: f'"^^<{_whole(found[1], prefixes)}>', thing)
            lines.add(f"{subject} <{full}> {thing} .")
    assert lines == set(quads.splitlines())


def _whole(name: str, prefixes: dict[str, str]) -> str:
    prefix, _, rest = name.partition(":")
    return prefixes[prefix] + rest


async def test_a_municipality_without_results_has_a_catalogue_too(polling: Polling) -> None:
    nodes: list[dict[str, Any]] = jsonld.expand((await polling.client.get(PATH)).json())
    assert {kind for node in nodes for kind in node["@type"]} == MANDATORY.keys() - {
        f"{DCAT}Dataset",
        f"{DCAT}Distribution",
    }
    assert (await polling.client.get("/v1/municipalities/9999/open-data/catalog")).status_code == 404


async def test_all_that_is_open_is_read_without_being_registered(polling: Polling) -> None:
    await published(polling)
    town, survey = "/v1/municipalities/3907", polling.survey
    for path in (
        "",
        "/hearings",
        "/surveys",
        "/results",
        f"/results/{survey}",
        f"/results/{survey}/comments",
        "/feed.atom",
        "/open-data/catalog",
        "/ledger/roots",
        "/survey-keys",
        "/districts",
        "/interests",
    ):
        found = await polling.client.get(town + path)
        assert found.status_code == 200, path
        assert "set-cookie" not in found.headers
    for path in (
        f"/v1/surveys/{survey}/issuer",
        f"/v1/surveys/{survey}/box",
        f"/v1/surveys/{survey}/wording",
        "/embed/3907",
    ):
        assert (await polling.client.get(path)).status_code == 200, path
