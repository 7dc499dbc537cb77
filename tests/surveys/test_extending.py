"""An open survey is given more time: later, and never earlier; who answers in the added time is counted too."""

from datetime import timedelta

import httpx

from base import clock
from tests.surveys.polling import SURVEY, Polling


async def extended(polling: Polling, until: str) -> httpx.Response:
    return await polling.client.post(
        f"/v1/staff/surveys/{polling.survey}/extend", headers=polling.staff, json={"closes_at": until}
    )


async def test_who_answers_in_the_added_time_is_taken_and_after_it_nobody(polling: Polling) -> None:
    start = clock.now()
    ends, later = start + timedelta(days=1), start + timedelta(days=3)
    await polling.launch({**SURVEY, "closes_at": ends.isoformat()})
    one, two, three = [await polling.ballot() for _ in range(3)]
    assert (await polling.hand_in(one, {"bike": "no"}, 1)).status_code == 201
    with clock.at(ends + timedelta(minutes=1)):
        assert (await polling.hand_in(two, {"bike": "no"}, 2)).status_code == 410, "the time is over"
    assert (await extended(polling, later.isoformat())).json()["closes_at"][:10] == later.date().isoformat()
    with clock.at(ends + timedelta(minutes=1)):
        assert (await polling.hand_in(two, {"bike": "no"}, 2)).status_code == 201, "the same ballot, in the added time"
        assert (await polling.ask(await polling.moves(), polling.voter())).status_code == 200
    with clock.at(later + timedelta(minutes=1)):
        assert (await polling.hand_in(three, {"bike": "no"}, 3)).status_code == 410
    assert len(await polling.answers()) == 2


async def test_a_survey_is_never_given_less_time_nor_opened_again(polling: Polling) -> None:
    start = clock.now()
    ends = start + timedelta(days=2)
    await polling.launch({**SURVEY, "closes_at": ends.isoformat()})
    assert (await extended(polling, (start + timedelta(days=1)).isoformat())).status_code == 409
    with clock.at(ends + timedelta(minutes=1)):
        assert (await extended(polling, (ends + timedelta(days=5)).isoformat())).status_code == 409, "it is over"
    await polling.close()
    assert (await extended(polling, (ends + timedelta(days=5)).isoformat())).status_code == 409
