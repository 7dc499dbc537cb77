"""Whether staff reach from the console all that the API lets them do; what they do not reach is named, with why."""

import re
from collections.abc import Iterator

import pytest

from api.http.endpoint import AnyEndpoint
from api.routes import endpoints
from console.pages import PAGES
from console.rendering import FOLDER

SCRIPTS = FOLDER / "static" / "app"
STAFF = {endpoint.name: endpoint for endpoint in endpoints() if endpoint.who.kind == "staff"}

SHOWN_BY = {
    "audit_entries": "/console/oversight",
    "breaches_told": "/console/oversight",
    "list_information": "/console/news",
    "list_releases": "/console/surveys/{id}",
    "list_staff_corrections": "/console/surveys/{id}",
    "list_staff_hearings": "/console/hearings",
    "list_staff_surveys": "/console",
    "list_surveys_to_read": "/console",
    "read_release": "/console/surveys/{id}",
}
"""What a page shows by itself: its context reads the same from the same functions."""

MISSING = {
    "audit_reach": "No page says yet what can still be asked of tonight's count.",
    "change_presence_manners": "How often a place may ask has no page yet.",
    "enter_sheet": "There is no view yet for typing in sheets of paper.",
    "get_member": "The list of members says all that there is of one.",
    "import_zones": "Zones are imported by the command line so far.",
    "list_export_notes": "The page hands out the workbook; what it could not hold is not told yet.",
    "print_letters": "Letters with codes have no page yet.",
    "publish_notice": "Notices have no page yet.",
    "read_ages": "Ages have no page yet.",
    "read_beacon": "The list of beacons says all that there is of one.",
    "read_comments": "Planners have no view yet of the comments that were published.",
    "read_presence_manners": "How often a place may ask has no page yet.",
    "read_trigger": "The list of triggers says all that there is of one.",
    "scan_beacon": "A phone that stands beside the beacon sends what it hears of it, not a page.",
    "set_ages": "Ages have no page yet.",
    "simulate_triggers": "Triggers are tried on a track by the API alone so far.",
    "staff_purposes": "Notices have no page yet.",
}
"""What staff do not reach in the console, and why."""

DYNAMIC = {"WHERE[kind]": ("surveys", "hearings", "information")}
"""Parts of addresses that stand for several words."""
CALL = re.compile(r"""(?:\b(get|all|post|put|remove)\(|\bask\(["'](\w+)["'],)\s*$""")
METHODS = {"get": "GET", "all": "GET", "post": "POST", "put": "PUT", "remove": "DELETE"}
HREF = re.compile(r'href="(/v1/[^"?]*)')
SHORT = re.compile(r"""\b(get|all|post|put|remove)\((base)\b(?!\$)""")


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Every string of a script that may be an address: where it begins, and what it says, its values as `{}`."""
    for found in re.finditer(r"""["'`](?=/v1/|\$\{)""", source):
        yield found.start(), _read(source, found.end(), found[0])


def _read(source: str, at: int, quote: str) -> str:
    said = ""
    while source[at] != quote:
        if quote == "`" and source.startswith("${", at):
            begins, depth = at + 2, 1
            at = begins
            while depth:
                depth += {"{": 1, "}": -1}.get(source[at], 0)
                at += 1
            said += "{" + source[begins : at - 1] + "}"
        else:
            said += source[at]
            at += 1
    return said


def bases() -> dict[str, str]:
    """What each script calls `base`: its own, or that of the script that hands it on."""
    own = {}
    for path in SCRIPTS.glob("*.js"):
        source = path.read_text()
        if found := re.search(r"const base = ([`\"'])", source):
            own[path.name] = _read(source, found.end(), found[1])
    for path in SCRIPTS.glob("*.js"):
        for name in re.findall(r'from "\./([\w-]+\.js)"', path.read_text()):
            if name not in own and path.name in own and "${base}" in (SCRIPTS / name).read_text():
                own[name] = own[path.name]
    return own


def called() -> Iterator[tuple[str, str]]:
    """Method and address of all that scripts and templates ask of the API."""
    known = bases()
    for path in SCRIPTS.rglob("*.js"):
        source, base = path.read_text(), known.get(path.name, "")
        for at, said in literals(source):
            if act := CALL.search(source, max(0, at - 40), at):
                yield act[2] or METHODS[act[1]], said.replace("{base}", base)
        for act in SHORT.finditer(source):
            yield METHODS[act[1]], base
    for path in (FOLDER / "templates").glob("*.html"):
        for address in HREF.findall(path.read_text()):
            yield "GET", re.sub(r"\{\{.*?\}\}", "{}", address)


def words(address: str) -> Iterator[str]:
    """The address without its query; as several where a part stands for several words."""
    dynamic = next((name for name in DYNAMIC if "{" + name + "}" in address), None)
    for value in DYNAMIC[dynamic] if dynamic else ("",):
        plain = re.sub(r"\{(?:(?!\? )[^{}])*\}", "{}", address.replace("{" + str(dynamic) + "}", value))
        yield re.split(r"\?|\{[^{}]*\? |(?<=\{\})\{\}$", plain)[0]


def reaches(address: str, endpoint: AnyEndpoint) -> bool:
    return blank(address) == blank(endpoint.path)


def blank(address: str) -> str:
    """The address with its values left open."""
    return re.sub(r"\{[^{}]*\}", "{}", address)


def reached() -> set[str]:
    asked = {(method, part) for method, address in called() for part in words(address)}
    return {
        name
        for name, endpoint in STAFF.items()
        if any(endpoint.method == method and reaches(part, endpoint) for method, part in asked)
    }


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
    asked = {(method, blank(part)) for method, address in called() for part in words(address)}
    known = {(endpoint.method, blank(endpoint.path)) for endpoint in endpoints()}
    assert {one for one in asked if one[1].startswith("/v1/staff")} <= known
