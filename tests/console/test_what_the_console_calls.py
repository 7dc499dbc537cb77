"""Whether staff reach from the console all that the API lets them do; what they do not reach is named, with why."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pytest

from api.routes import endpoints
from console.pages import PAGES
from console.rendering import FOLDER

SCRIPTS = FOLDER / "static" / "app"
STAFF = {endpoint.name: endpoint for endpoint in endpoints() if endpoint.who.kind == "staff"}

SHOWN_BY = {
    "audit_entries": "/console/oversight",
    "breaches_told": "/console/oversight",
    "list_drafts": "/console",
    "list_breach_drafts": "/console/oversight",
    "list_information": "/console/news",
    "list_releases": "/console/surveys/{id}",
    "list_staff_corrections": "/console/surveys/{id}",
    "list_staff_hearings": "/console/hearings",
    "list_staff_surveys": "/console",
    "list_surveys_to_read": "/console",
    "read_ages": "/console/ages",
    "read_comments": "/console/surveys/{id}",
    "read_breach_draft": "/console/oversight/breaches/{id}",
    "read_release": "/console/surveys/{id}",
    "sign_in_rules": "/console/people",
    "staff_purposes": "/console/notices/{purpose}",
}
"""What a page shows by itself: its context reads the same from the same functions."""

MISSING = {
    "create_survey": "The editor begins a draft, which becomes a survey as soon as it is one.",
    "replace_survey": "The editor saves its draft, and the survey follows.",
    "audit_reach": "No page says yet what can still be asked of tonight's count.",
    "describe_answers": "A schema of answers is for whoever writes a client, not for staff.",
    "get_member": "The list of members says all that there is of one.",
    "list_export_notes": "The page hands out the workbook; what it could not hold is not told yet.",
    "moderate_comment": "The page decides about all that are chosen at once; other systems may go one by one.",
    "scan_beacon": "A phone that stands beside the beacon sends what it hears of it, not a page.",
    "tell_of_breach": "A page tells of a breach that was kept as a draft first; other systems may do it at once.",
}
"""What staff do not reach in the console, and why."""

CALL = re.compile(r"""(?:\b(get|all|post|put|remove)\(|\bask\(["'](\w+)["'],)\s*$""")
METHODS = {"get": "GET", "all": "GET", "post": "POST", "put": "PUT", "remove": "DELETE"}
HREF = re.compile(r'href="(/v1/[^"?]*)')
SHORT = re.compile(r"""\b(get|all|post|put|remove)\((\w+)\b(?!\$)""")


Named = Mapping[str, Sequence[str]]
"""The addresses that a script has names for."""


def addresses(source: str, named: Named) -> Iterator[tuple[int, str]]:
    """Every string of a script that may be an address: where it begins and what it says, its values as `{}`."""
    for found in re.finditer(r"""["'`](?=/v1/|\$\{)""", source):
        for parts in product(*_parts(source, found.end(), found[0], named)):
            yield found.start(), re.split(r"\?|(?<!/)\{\}", "".join(parts))[0]


def _parts(source: str, at: int, quote: str, named: Named) -> Iterator[Sequence[str]]:
    """What a string is made of; of each value what it can be."""
    while source[at] != quote:
        if quote == "`" and source.startswith("${", at):
            begins, depth = at + 2, 1
            at = begins
            while depth:
                depth += {"{": 1, "}": -1}.get(source[at], 0)
                at += 1
            yield named.get(source[begins : at - 1]) or _values(source, source[begins : at - 1])
        else:
            yield source[at]
            at += 1


def _values(source: str, expression: str) -> Sequence[str]:
    """The words that a value can be, where the script names them; else `{}`."""
    if table := re.fullmatch(r"([A-Z]+)\[\w+\]", expression):
        named = re.search(rf"const {table[1]} = \{{.*?\}}", source)
        expression = named[0] if named else ""
    return re.findall(r'"([a-z-]+)"', expression) or ["{}"]


def names() -> dict[str, dict[str, Sequence[str]]]:
    """The addresses that each script has names for; `base` is also its who is handed it."""
    sources = {path.name: path.read_text() for path in SCRIPTS.glob("*.js")}
    own: dict[str, dict[str, Sequence[str]]] = {name: {} for name in sources}
    for name, source in sources.items():
        for found in re.finditer(r"const (\w+) = ([`\"'])(?=/v1/)", source):
            own[name][found[1]] = ["".join(parts) for parts in product(*_parts(source, found.end(), found[2], {}))]
    for name, source in sources.items():
        for other in re.findall(r'from "\./([\w-]+\.js)"', source):
            if "base" in own[name] and "base" not in own[other] and "${base}" in sources[other]:
                own[other]["base"] = own[name]["base"]
    return own


def called() -> Iterator[tuple[str, str]]:
    """Method and address of all that scripts and templates ask of the API."""
    known = names()
    for path in SCRIPTS.rglob("*.js"):
        source, named = path.read_text(), known.get(path.name, {})
        for at, said in addresses(source, named):
            if act := CALL.search(source, max(0, at - 40), at):
                yield act[2] or METHODS[act[1]], said
        for act in SHORT.finditer(source):
            yield from ((METHODS[act[1]], one) for one in named.get(act[2], ()))
    for path in (FOLDER / "templates").glob("*.html"):
        for address in HREF.findall(path.read_text()):
            yield "GET", re.sub(r"\{\{.*?\}\}", "{}", address)


def blank(address: str) -> str:
    """The address with its values left open."""
    return re.sub(r"\{[^{}]*\}", "{}", address)


def reached() -> set[str]:
    """The endpoints for staff that the console asks for."""
    asked = set(called())
    return {name for name, endpoint in STAFF.items() if (endpoint.method, blank(endpoint.path)) in asked}


REACHED = reached()


@pytest.mark.parametrize("name", sorted(STAFF))
def test_staff_reach_it_from_the_console_or_it_is_said_why_not(name: str) -> None:
    listed = name in SHOWN_BY or name in MISSING
    assert (name in REACHED) != listed, "named here, and called" if listed else "neither called nor named here"


def test_what_is_named_is_there() -> None:
    assert {*SHOWN_BY, *MISSING} <= STAFF.keys()
    assert set(SHOWN_BY.values()) <= {page.path for page in PAGES}
    assert all(why.endswith(".") and len(why) > 20 for why in MISSING.values())
    assert not SHOWN_BY.keys() & MISSING.keys()


def test_every_address_that_the_console_asks_for_is_one_of_the_api() -> None:
    known = {(endpoint.method, blank(endpoint.path)) for endpoint in endpoints()}
    assert {one for one in called() if one[1].startswith("/v1/staff")} <= known
