"""Published results as open data: a catalogue that data portals harvest (DCAT-AP-NO 2, on W3C's DCAT 2).

Mandatory there, and here for each: of the catalogue title, description, publisher, contact point; of a dataset title,
description, publisher, contact point, theme; of a distribution where it is found.
"""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cachetools import LRUCache

from base.database import Work
from base.queries import load_queries
from base.translation import LANGUAGES, translate
from insights import listings
from insights.listings import PublishedResult
from municipality.models import Municipality

sql = load_queries(__file__)

PREFIXES: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_EU = "http://publications.europa.eu/resource/authority"
_LANGUAGES = {"nb": "NOB", "nn": "NNO", "en": "ENG", "se": "SME", "pl": "POL", "uk": "UKR"}
_FORMATS = {
    "json": ("JSON", "application/json"),
    "csv": ("CSV", "text/csv"),
    "json-stat": ("JSON", "application/vnd.json-stat+json"),
}
_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_DESCRIBED = "What residents answered in a survey of the municipality. Small groups are left out."


@dataclass(frozen=True, slots=True)
class RdfLiteral:
    """A literal: words in a language, or a value of a type of XML Schema."""

    value: str
    language: str | None = None
    kind: str | None = None


Iri = str
Triple = tuple[Iri, str, "Iri | RdfLiteral"]
"""Subject, predicate (with a prefix), object."""


async def written(work: Work, town: Municipality, root: str, *, turtle: bool) -> bytes:
    """The catalogue as JSON-LD or Turtle, worked out once for as long as it says the same.

    Releases never change: which ones there are, and what the municipality is called, is all that has to be asked.
    """
    there = await work.fetch(sql.last_releases)
    key = (work.municipality, root, turtle)
    about = (repr((town.name, town.contact)), *(row["id"] for row in there))
    kept = _kept.get(key)
    if kept is None or kept[0] != about:
        results = await listings.results(work)
        text = await asyncio.to_thread(_write, town, results, root, turtle=turtle)
        kept = _kept[key] = (about, text)
    return kept[1]


def _write(town: Municipality, results: Sequence[PublishedResult], root: str, *, turtle: bool) -> bytes:
    triples = catalogue(town, results, root)
    return as_turtle(triples) if turtle else as_json_ld(triples)


_kept: LRUCache[tuple[object, ...], tuple[tuple[object, ...], bytes]] = LRUCache(20)


def catalogue(town: Municipality, results: Sequence[PublishedResult], root: str) -> list[Triple]:
    """The catalogue of a municipality's results. `root` is where the municipality is found over HTTP."""
    here = f"{root}/open-data/catalog"
    return [*_catalogue(town, results, root, here), *(t for one in results for t in _dataset(one, root, here))]


def _catalogue(town: Municipality, results: Sequence[PublishedResult], root: str, here: Iri) -> Iterator[Triple]:
    publisher, contact = f"{here}#publisher", f"{here}#contact"
    yield here, _A, PREFIXES["dcat"] + "Catalog"
    yield here, "dct:identifier", RdfLiteral(here)
    for language in LANGUAGES:
        name = town.name.get(language) or next(iter(town.name.values()))
        yield here, "dct:title", RdfLiteral(translate("Results of surveys in {town}", [language], town=name), language)
        yield here, "dct:description", RdfLiteral(translate(_DESCRIBED, [language]), language)
    yield from _held_by(here, here)
    yield publisher, _A, PREFIXES["foaf"] + "Agent"
    yield contact, _A, PREFIXES["vcard"] + "Organization"
    for language, name in town.name.items():
        yield publisher, "foaf:name", RdfLiteral(name, language)
        yield contact, "vcard:fn", RdfLiteral(name, language)
    email = town.contact.get("email")
    if isinstance(email, str) and _EMAIL.fullmatch(email):
        yield contact, "vcard:hasEmail", f"mailto:{email}"
    else:
        yield contact, "vcard:hasURL", root
    for release in results:
        yield here, "dcat:dataset", _of(release, root)


def _held_by(what: Iri, here: Iri) -> Iterator[Triple]:
    yield what, "dct:publisher", f"{here}#publisher"
    yield what, "dcat:contactPoint", f"{here}#contact"


def _of(release: PublishedResult, root: str) -> Iri:
    return f"{root}/results/{release.survey}"


def _dataset(release: PublishedResult, root: str, here: Iri) -> Iterator[Triple]:
    this = _of(release, root)
    yield this, _A, PREFIXES["dcat"] + "Dataset"
    for language, title in release.title.items():
        yield this, "dct:title", RdfLiteral(title, language)
    for language in LANGUAGES:
        yield this, "dct:description", RdfLiteral(translate(_DESCRIBED, [language]), language)
    for language in release.languages:
        if language in _LANGUAGES:
            yield this, "dct:language", f"{_EU}/language/{_LANGUAGES[language]}"
    yield from _held_by(this, here)
    yield this, "dcat:theme", f"{_EU}/data-theme/GOVE"
    yield this, "dct:accessRights", f"{_EU}/access-right/PUBLIC"
    yield this, "dct:identifier", RdfLiteral(str(release.survey))
    yield this, "dct:issued", _day(release.released_on)
    for form, (file_type, media) in _FORMATS.items():
        part = f"{this}#{form}"
        yield this, "dcat:distribution", part
        yield part, _A, PREFIXES["dcat"] + "Distribution"
        yield part, "dcat:accessURL", this
        yield part, "dcat:downloadURL", this if form == "json" else f"{this}?format={form}"
        yield part, "dct:format", f"{_EU}/file-type/{file_type}"
        yield part, "dcat:mediaType", f"https://www.iana.org/assignments/media-types/{media}"
        yield part, "dct:license", f"{_EU}/licence/CC_BY_4_0"


def _day(day: date) -> RdfLiteral:
    return RdfLiteral(day.isoformat(), kind="xsd:date")


def as_json_ld(triples: Sequence[Triple]) -> bytes:
    """The triples as JSON-LD 1.1, with nothing to fetch."""
    nodes: dict[Iri, dict[str, Any]] = {}
    for subject, predicate, thing in triples:
        node = nodes.setdefault(subject, {"@id": subject})
        if predicate == _A:
            node.setdefault("@type", []).append(thing)
        elif isinstance(thing, RdfLiteral):
            value = {"@value": thing.value, "@language": thing.language, "@type": thing.kind}
            node.setdefault(predicate, []).append({k: v for k, v in value.items() if v is not None})
        else:
            node.setdefault(predicate, []).append({"@id": thing})
    return json.dumps({"@context": dict(PREFIXES), "@graph": list(nodes.values())}, ensure_ascii=False).encode()


def as_turtle(triples: Sequence[Triple]) -> bytes:
    """The triples as RDF 1.1 Turtle, one a line."""
    heads = [f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()]
    lines = [f"<{s}> {'a' if p == _A else p} {_written(o)} .\n" for s, p, o in triples]
    return "".join([*heads, *lines]).encode()


def _written(thing: "Iri | RdfLiteral") -> str:
    if not isinstance(thing, RdfLiteral):
        return f"<{thing}>"
    text = json.dumps(thing.value, ensure_ascii=False)  # A JSON string is one of Turtle's (§6.4).
    return f"{text}@{thing.language}" if thing.language else f"{text}^^{thing.kind}" if thing.kind else text
