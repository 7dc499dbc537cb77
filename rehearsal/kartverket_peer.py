"""Kartverket's address and place-name services for rehearsals: what they take and answer, over real HTTP. Its map tiles
stand beside them, as the settings know one Kartverket.

Addresses and names are made up, around Sandefjord. What a parameter may be follows the services' own documentation;
what is wrong is answered with 400 and a JSON object. Only tests start one.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from rehearsal.map_tiles_peer import MapTilesPeer
from rehearsal.plain_http import Reply, Request, listening

_ADDRESSES: Final = (
    ("Prøvetorvet", 1, "", "3210", "SANDEFJORD", "3907", 59.1312, 10.2231),
    ("Prøvetorvet", 2, "", "3210", "SANDEFJORD", "3907", 59.1314, 10.2236),
    ("Prøvetorvet", 12, "B", "3210", "SANDEFJORD", "3907", 59.1317, 10.2240),
    ("Øvingsveien", 7, "", "3215", "SANDEFJORD", "3907", 59.1402, 10.2012),
    ("Prøvetorvet", 1, "", "3111", "TØNSBERG", "3905", 59.2676, 10.4076),
)
_NAMES: Final = (
    ("Prøvevika", "Vik i sjø", 900001, "3907", "Sandefjord", 59.1105, 10.2301),
    ("Prøveåsen", "Ås", 900002, "3907", "Sandefjord", 59.1502, 10.1809),
    ("Prøveås", "Ås", 900002, "3907", "Sandefjord", 59.1502, 10.1809),
    ("Prøvevika", "Vik i sjø", 900003, "3905", "Tønsberg", 59.2401, 10.4502),
)
_TOWNS: Final = {"3907": "SANDEFJORD", "3905": "TØNSBERG"}
_SYSTEMS: Final = ("4258", "4326", "25832", "25833", "25835")
_TAKEN: Final = {
    "/adresser/v1/sok": {"sok", "fuzzy", "kommunenummer", "treffPerSide", "side", "asciiKompatibel", "utkoordsys"},
    "/stedsnavn/v1/navn": {"sok", "fuzzy", "knr", "treffPerSide", "side", "utkoordsys", "filtrer"},
}


@dataclass(slots=True)
class KartverketPeer:
    """What it was asked, and what it answers instead, by the first part of the path, where that was arranged."""

    url: str = ""
    tiles: MapTilesPeer = field(default_factory=MapTilesPeer)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    instead: dict[str, Reply] = field(default_factory=dict)

    def reply(self, request: Request) -> Reply:
        """One answer."""
        parts = urlsplit(request.path)
        if parts.path.startswith("/v1/wmts/"):
            return self.tiles.reply(request)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.asked.append((parts.path, query))
        if (arranged := self.instead.get(parts.path.split("/")[1])) is not None:
            return arranged
        if parts.path not in _TAKEN:
            return _json(404, {"message": "The requested URL was not found on the server."})
        is_address = parts.path.startswith("/adresser")
        if (wrong := _wrong(parts.path, query, first=0 if is_address else 1)) is not None:
            return _json(400, {"message": wrong})
        return _json(200, _addresses(query, parts.query) if is_address else _names(query, parts.query))


def _json(status: int, document: Mapping[str, Any]) -> Reply:
    return Reply(status, json.dumps(document, ensure_ascii=False).encode())


def _wrong(path: str, query: Mapping[str, str], *, first: int) -> str | None:
    """What is wrong with the parameters, by name."""
    rules = {
        "fuzzy": "true|false",
        "asciiKompatibel": "true|false",
        "kommunenummer": "[0-9]{4}",
        "knr": "[0-9]{4}",
        "treffPerSide": "[1-9][0-9]{0,2}",
        "side": f"[{first}-9][0-9]*",
        "utkoordsys": "|".join(_SYSTEMS),
    }
    for name, value in query.items():
        if name not in _TAKEN[path] or not re.fullmatch(rules.get(name, ".*"), value):
            return f"Ugyldig verdi for parameter: {name}"
    return None


def _fits(query: Mapping[str, str], text: str) -> bool:
    """Whether every word of `sok` stands in a text, `*` for any letters, in small letters or capitals."""
    if query.get("fuzzy") == "true":
        return SequenceMatcher(None, query.get("sok", "").lower(), text.lower()).ratio() > 0.75
    words = text.lower().replace(",", " ").split()
    patterns = [re.escape(word).replace(r"\*", ".*") for word in query.get("sok", "").lower().split()]
    return all(any(re.fullmatch(pattern, word) for word in words) for pattern in patterns)


def _page(query: Mapping[str, str], found: Sequence[Any], *, first: int) -> tuple[Sequence[Any], dict[str, Any]]:
    most, side = int(query.get("treffPerSide", "10")), int(query.get("side", str(first))) - first
    about = {"totaltAntallTreff": len(found), "side": side + first, "treffPerSide": most}
    return found[side * most : (side + 1) * most], {**about, "viserFra": side * most, "viserTil": (side + 1) * most}


def _addresses(query: Mapping[str, str], said: str) -> dict[str, Any]:
    found = []
    for street, number, letter, postcode, post, town, lat, lon in _ADDRESSES:
        text = f"{street} {number}{letter}"
        if query.get("kommunenummer", town) != town or not _fits(query, text):
            continue
        found.append(
            {
                "adressenavn": street,
                "adressetekst": text,
                "adressetilleggsnavn": None,
                "adressekode": 1000,
                "nummer": number,
                "bokstav": letter,
                "kommunenummer": town,
                "kommunenavn": _TOWNS[town],
                "objtype": "Vegadresse",
                "poststed": post,
                "postnummer": postcode,
                "stedfestingverifisert": True,
                "representasjonspunkt": {"epsg": f"EPSG:{query.get('utkoordsys', '4258')}", "lat": lat, "lon": lon},
                "oppdateringsdato": "2026-01-01T00:00:00",
            }
        )
    shown, about = _page(query, found, first=0)
    return {"metadata": {**about, "asciiKompatibel": True, "sokeStreng": said}, "adresser": shown}


def _names(query: Mapping[str, str], said: str) -> dict[str, Any]:
    found = []
    for spelling, kind, place, town, town_name, lat, lon in _NAMES:
        if query.get("knr", town) != town or not _fits(query, spelling):
            continue
        found.append(
            {
                "skrivemåte": spelling,
                "skrivemåtestatus": "godkjent og prioritert",
                "navnestatus": "hovednavn",
                "språk": "Norsk",
                "navneobjekttype": kind,
                "stedsnummer": place,
                "stedstatus": "aktiv",
                "representasjonspunkt": {"øst": lon, "nord": lat, "koordsys": int(query.get("utkoordsys", "4258"))},
                "fylker": [{"fylkesnavn": "Vestfold", "fylkesnummer": "39"}],
                "kommuner": [{"kommunenummer": town, "kommunenavn": town_name}],
            }
        )
    shown, about = _page(query, found, first=1)
    return {"metadata": {**about, "sokeStreng": said}, "navn": shown}


@asynccontextmanager
async def kartverket_peer() -> AsyncIterator[KartverketPeer]:
    """Run a peer in this event loop for as long as the block lasts."""
    peer = KartverketPeer()
    async with listening(peer.reply) as peer.url:
        yield peer
