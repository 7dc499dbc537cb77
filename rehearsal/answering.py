"""Answers by ballot: who may answer is known when the ballot is signed, what they answer when it is handed in, and
nobody can tell which belongs to which.
"""

import secrets
from collections import Counter
from typing import Any
from uuid import UUID

from rehearsal.ballot import Blank, Issuer, header
from rehearsal.phone import Phone, hand_in
from rehearsal.scene import Scene, each
from rehearsal.wire import Unexpected

_RETRIES = 3


async def answer(scene: Scene) -> None:
    """Fetch ballots, answer, and try what must not work."""
    story = scene.story
    story.act("Ballots, and answers nobody can be found by")
    followers = scene.those(lambda phone: phone.person.follows == "home")
    there = scene.those(lambda phone: bool(phone.invitations))
    centre, monument = await _issuer(scene, scene.centre), await _issuer(scene, scene.monument)
    await each(followers, lambda phone: phone.fetch_ballot(scene.centre, centre))
    await each(there, lambda phone: phone.fetch_ballot(scene.monument, monument))
    story.count(
        len(followers) + len(there),
        "ballots issued: signed blindly, one for each registration and survey; "
        "apps fetch them whether anybody answers or not",
    )
    await _try_ballots(scene, followers[0], centre, monument)
    willing = [phone for phone in followers if phone.person.willing]
    scene.dice.shuffle(willing)
    scene.accepted = {scene.centre: [], scene.monument: []}
    asked_there = [phone for phone in there if phone.person.number % 5]
    outcomes = await each(willing, lambda phone: _answer(scene, phone, scene.centre, phone.person.answers))
    outcomes += await each(asked_there, lambda phone: _answer(scene, phone, scene.monument, _light(phone)))
    if set(outcomes) != {201}:
        raise Unexpected(f"answers were answered {Counter(outcomes)}")
    story.count(len(outcomes), "answers accepted through the anonymous door, each with a ballot and no login")
    await _try_answers(scene, willing)
    story.stored(
        "the answers in the box; that a ballot was issued, as a code that only a key outside the database can make, "
        "and which ballots were handed in; both until the count",
        "who gave which answer: no id, no time, no order, no address",
    )


async def _issuer(scene: Scene, survey: UUID) -> Issuer:
    return Issuer.read(survey, await scene.stage.nobody.expect(200, "GET", f"/v1/surveys/{survey}/issuer"))


async def _answer(scene: Scene, phone: Phone, survey: UUID, answers: dict[str, Any]) -> int:
    reply, _ = await phone.hand_in(survey, answers)
    if reply.status == 201:
        scene.accepted[survey].append(answers)
    return reply.status


def _light(phone: Phone) -> dict[str, Any]:
    return {"light": "no" if phone.person.number % 3 else "yes", "stay": phone.person.number % 3 + 1}


async def _try_ballots(scene: Scene, phone: Phone, centre: Issuer, monument: Issuer) -> None:
    story = scene.story
    second = await phone.ask_ballot(scene.centre, Blank(centre))
    story.refusal(second.status, 409, "refused: a second ballot for the same registration")
    stranger = next(p for p in scene.phones if p.person.follows != "home")
    elsewhere = await stranger.ask_ballot(scene.centre, Blank(centre))
    story.refusal(elsewhere.status, 403, "refused: a ballot for somebody whom the survey is not for")
    absent = next(p for p in scene.phones if not p.invitations and p.state)
    not_there = await absent.ask_ballot(scene.monument, Blank(monument))
    story.refusal(not_there.status, 403, "refused: a ballot about the monument for somebody who was not there")


async def _try_answers(scene: Scene, willing: list[Phone]) -> None:
    story, door, survey = scene.story, scene.stage.door, scene.centre
    again = [await phone.hand_in(survey, phone.person.answers, phone.receipts[0]) for phone in willing[:_RETRIES]]
    story.count(
        sum(reply.status == 201 for reply, _ in again),
        "answers handed in again unchanged, as after a lost connection: 201 once more, counted once",
    )
    other = {**willing[0].person.answers, "way": "car" if willing[0].person.answers["way"] != "car" else "bus"}
    double, _ = await willing[0].hand_in(survey, other)
    story.refusal(double.status, 409, "refused: a ballot spent twice, on other answers")
    forged = await hand_in(door, survey, header(secrets.token_bytes(354)), other, "ab" * 32)
    story.refusal(forged.status, 401, "refused: a ballot that the town never signed")
    late = next(p for p in scene.phones if survey in p.ballots and not p.receipts)
    invalid, _ = await late.hand_in(survey, {**late.person.answers, "way": "on skis"})
    pointers = ", ".join(error["pointer"] for error in invalid.json["errors"]) if invalid.status == 422 else ""
    story.refusal(invalid.status, 422, f"refused: an invalid answer ({pointers}); its ballot is not spent")
    status = await _answer(scene, late, survey, late.person.answers)
    story.refusal(status, 201, "accepted: the same ballot with the answer put right")
