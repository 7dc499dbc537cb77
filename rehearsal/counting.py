"""The survey closes, the box is shaken and counted, and a planner reads what can be published."""

from functools import partial
from typing import Any
from uuid import UUID

from rehearsal.phone import Phone
from rehearsal.scene import Scene, until


async def count(scene: Scene) -> dict[UUID, dict[str, Any]]:
    """Close, count, release; the releases by survey."""
    story, staff = scene.story, scene.stage.staff
    story.act("The box is shaken and counted")
    releases = {}
    for survey in (scene.centre, scene.monument):
        await staff.expect(200, "POST", f"/v1/staff/surveys/{survey}/close")
    late = await _too_late(scene)
    story.refusal(late, 410, "refused: an answer that came after the close")
    for survey in (scene.centre, scene.monument):
        await until(scene.stage, "a release is there", partial(_released, scene, survey))
        (newest,) = (await staff.expect(200, "GET", f"/v1/insights/surveys/{survey}/releases"))["items"]
        address = f"/v1/insights/surveys/{survey}/releases/{newest['number']}"
        releases[survey] = {**await staff.expect(200, "GET", address), "survey": str(survey)}
        if survey == scene.centre:
            releases[survey]["by_age"] = await staff.expect(200, "GET", f"{address}?by=age")
    story.count(sum(release["answers"] for release in releases.values()), "answers counted, in two surveys")
    story.stored(
        "the answers, rewritten in random order in one transaction, and apart from them the receipts",
        "who took part: those rows and the surveys' keys were destroyed with the count",
    )
    return releases


async def _too_late(scene: Scene) -> int:
    phone: Phone = next(p for p in scene.phones if scene.centre in p.ballots and not p.receipts)
    reply, _ = await phone.hand_in(scene.centre, phone.person.answers)
    return reply.status


async def _released(scene: Scene, survey: UUID) -> bool:
    found = await scene.stage.staff.expect(200, "GET", f"/v1/insights/surveys/{survey}/releases")
    return bool(found["items"])


def show(scene: Scene, release: dict[str, Any]) -> None:
    """The planner's table."""
    story = scene.story
    story.act(f"What the planner reads: “{release['title']}”")
    story.tell(
        f"Release {release['number']} of {release['released_at']}, {release['answers']} answers, assurance "
        f"“{release['assurance']}”. Groups under {release['smallest_group']} are left out, and with them as "
        "many others that nobody can work them out."
    )
    for question in release["questions"]:
        if not question["cells"]:
            story.tell(f"{question['label']}: {_shown(question['answered'])} wrote something.")
            continue
        story.table(
            [
                [f"{question['label']} ({_shown(question['answered'])} answered)", "answers", "share"],
                *(
                    [
                        cell["label"] or cell["value"],
                        _shown(cell["count"]),
                        "–" if cell["share"] is None else f"{cell['share']:.0%}",
                    ]
                    for cell in question["cells"]
                ),
            ]
        )
        if question["mean"] is not None:
            story.tell(f"Mean {question['mean']}, median {question['median']}.")
    question = next(q for q in release["by_age"]["questions"] if q["key"] == "way")
    groups = question["groups"]
    story.table(
        [
            [f"{question['label']} By age:", *(group["label"] for group in groups)],
            *(
                [cells[0]["label"], *(_shown(cell["count"]) for cell in cells)]
                for cells in zip(*(group["cells"] for group in groups), strict=True)
            ),
        ]
    )


def _shown(number: int | None) -> str:
    return "suppressed" if number is None else f"{number}"
