"""Surveys from draft to release: launched, answered by ballot, shaken, counted, their comments read."""

import itertools
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from base import base64url, clock
from base.database import work
from base.errors import Problem
from base.tenant import Tenant, open_to_all
from insights import releases
from push.audiences import snapshot
from rehearsal.ballot import Blank, Issuer
from rehearsal.year.answers import thrown
from rehearsal.year.house import House, Step, told
from rehearsal.year.people import Dweller, dwellers
from surveys import drafts, launch
from surveys.box import acceptance, closing, comments, issuing, shaking
from surveys.box.acceptance import HandedIn
from surveys.forms.document import SurveyDocument
from surveys.models import Comment, Survey, SurveyKind
from surveys.survey import issuer_of, read

SURVEYS: Final = ("kultur", "bysentrum", "hundepark", "bad", "skolevei", "buss")


def steps() -> list[Step]:
    """Each survey's life, in parts that can be cut off."""
    found: list[Step] = []
    for key in SURVEYS:
        one = told(f"survey-{key}")
        found.append(Step(f"write {key}", one["opens"] - 1.6, partial(_write, key, one)))
        if "how_many" not in one:
            continue
        found.append(Step(f"launch {key}", one["opens"], partial(_launch, key, one)))
        end = min(one["closes"], -0.05)
        cuts = [0, *one.get("shaken_after", ()), one["how_many"]]
        for first, last in itertools.pairwise(cuts):
            day = one["opens"] + (end - one["opens"]) * last / (one["how_many"] + 1)
            found.append(Step(f"answer {key} {first}-{last}", day, partial(_answer, key, one, first, last)))
            if last in one.get("shaken_after", ()):
                found.append(Step(f"shake {key} {last}", day + 0.01, partial(_shake, key, day + 0.01)))
        if one["closes"] < 0:
            found.append(Step(f"count {key}", one["closes"], partial(_count, key, one)))
        if "comments" in one:
            found.append(Step(f"read comments on {key}", one["closes"] + 3, partial(_read, key, one)))
    return [*found, Step("answer at the square", -0.3, _answer_at_the_square)]


async def _write(key: str, one: Mapping[str, Any], house: House) -> None:
    name = f"survey {key}"
    if await house.there(name, Survey):
        return
    async with house.by_staff(one["by"], house.moment(one["opens"] - 1.6, "13:05"), "create_survey", "created") as unit:
        house.note(name, await drafts.write(unit, _document(house, one)))


def _document(house: House, one: Mapping[str, Any]) -> SurveyDocument:
    written = dict(one["document"])
    who = written.get("eligibility")
    if who is not None and "areas" in who:
        written["eligibility"] = {**who, "areas": house.many(who["areas"])}
    if "closes" in one:
        written["closes_at"] = house.moment(one["closes"], "23:00")
    return SurveyDocument.model_validate(written)


async def _launch(key: str, one: Mapping[str, Any], house: House) -> None:
    survey = house.made(f"survey {key}")
    at = house.moment(one["opens"], "09:30")
    with clock.at(at):
        async with work(house.system) as unit:
            if (await read(survey)).state != "draft":
                return
            await snapshot.take_snapshot(unit, 0, again=True)
    async with house.by_staff(one["by"], at, "launch_survey", about=survey) as unit:
        await launch.launch(unit, survey, house.keys)


def _answering(house: House, name: str, before: float) -> list[Dweller]:
    """Who takes part, in the order in which they do: of those who had joined."""
    joined = [each for each in dwellers() if each.day < before and str(each.number) in house.journal.tokens]
    house.dice(f"who answers {name}").shuffle(joined)
    return joined


async def _answer(key: str, one: Mapping[str, Any], first: int, last: int, house: House) -> None:
    survey, dice = house.made(f"survey {key}"), house.dice(f"answers {key} {first}")
    async with work(house.system):
        asked = await read(survey)
    if asked.state != "open":
        return
    end = min(one["closes"], -0.05)
    for place, who in enumerate(_answering(house, key, one["opens"])[first:last], first):
        day = one["opens"] + 0.2 + (end - one["opens"] - 0.2) * place / one["how_many"]
        await hand_in(house, asked, who, thrown(asked.document, one["answers"], dice, place), day=day)


async def hand_in(
    house: House,
    asked: Survey,
    who: Dweller,
    answers: Mapping[str, object],
    *,
    day: float | None = None,
    kind: SurveyKind = "survey",
) -> bool:
    """One resident's ballot, fetched and handed in as by a phone; False where they have fetched theirs before."""
    at = clock.now() if day is None else house.moment(day, "19:30")
    blank = Blank(_issuer(asked))
    try:
        async with house.by_resident(house.journal.tokens[str(who.number)], at) as (unit, tenant):
            signed = await issuing.issue(unit, tenant, asked.id, blank.request, keys=house.keys, kind=kind)
    except issuing.BallotWasIssued:
        return False
    with clock.at(at):
        await acceptance.accept(
            _nobody(house),
            asked.id,
            blank.signed_by(signed),
            HandedIn(answers, secrets.token_bytes(32)),
            languages=["nb"],
            kind=kind,
        )
    return True


def _nobody(house: House) -> Tenant:
    return open_to_all(house.municipality)


def _issuer(asked: Survey) -> Issuer:
    told = issuer_of(asked)
    published = {"token_key": base64url.encode(told.token_key), "token_challenge": base64url.encode(told.challenge)}
    return Issuer.read(asked.id, published)


async def _shake(key: str, day: float, house: House) -> None:
    survey = house.made(f"survey {key}")
    with clock.at(house.moment(day, "20:00")):
        async with work(house.system) as unit:
            if await shaking.shake_if_due(unit, survey):
                await releases.publish(unit, survey)


async def _count(key: str, one: Mapping[str, Any], house: House) -> None:
    survey = house.made(f"survey {key}")
    with clock.at(house.moment(one["closes"], "23:00")):
        async with work(house.system) as unit:
            await closing.close_if_open(unit, survey)
        await shaking.count_and_forget(house.municipality, survey, house.keys)
        async with work(house.system) as unit:
            await releases.publish(unit, survey)


async def _read(key: str, one: Mapping[str, Any], house: House) -> None:
    """Some of the comments, the others wait."""
    survey, judged = house.made(f"survey {key}"), one["comments"]
    async with house.by_staff(
        one["by"], house.moment(one["closes"] + 3, "12:45"), "moderate_comment", about=survey
    ) as unit:
        assert unit.tenant is not None
        for comment in await Comment.filter(survey_id=survey, state="waiting"):
            if comment.body.startswith(tuple(judged["published"])):
                await comments.decide(survey, comment.id, None)
            reason = next((why for said, why in judged["refused"].items() if comment.body.startswith(said)), None)
            if reason is not None:
                await comments.decide(survey, comment.id, reason)


async def _answer_at_the_square(house: House) -> None:
    """What those say who came past the square."""
    square, likely = UUID(house.journal.made["survey torvet"]), told("survey-torvet")["answers"]
    async with work(house.system):
        asked = await read(square)
    dice = house.dice("answers torvet")
    for place, who in enumerate(_answering(house, "torvet", -1)[:14]):
        try:
            await hand_in(house, asked, who, thrown(asked.document, likely, dice, place))
        except Problem:
            return  # Staff have closed it meanwhile.
