"""What people paste is taken as text everywhere, and what is not text is refused in the reader's language."""

from typing import Any

import httpx
import pytest

from tests.surveys.hearings.clerk import Clerk
from tests.surveys.polling import Polling

PASTED = (
    "Det koster 12\u00a0000 kroner.",
    "Kommunedel\u00adplanen er god.",
    "Trygt for barn \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "می\u200cخواهم",
    "שלום\u200f 5",
)


@pytest.fixture
async def clerk(polling: Polling) -> Clerk:
    clerk = Clerk(polling)
    await clerk.publish()
    return clerk


async def said(clerk: Clerk, language: str = "nb", **statement: Any) -> httpx.Response:
    hearing = clerk.path.rpartition("/")[2]
    return await clerk.polling.client.post(
        f"/v1/hearings/{hearing}/statements", json=statement, headers={"Accept-Language": language}
    )


@pytest.mark.parametrize("body", PASTED)
async def test_a_statement_pasted_from_a_word_processor_comes_back_as_it_was(clerk: Clerk, body: str) -> None:
    given = await said(clerk, name="N\u00a0N", body=body)
    assert given.status_code == 201, given.text
    assert given.json()["body"] == body
    assert given.json()["name"] == "N\u00a0N"


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("nb", "Tegn nummer 3 (U+202E) er ikke tekst, men et styretegn eller lignende."),
        ("nn", "Teikn nummer 3 (U+202E) er ikkje tekst, men eit styreteikn eller liknande."),
        ("en", "Character 3 (U+202E) is not text: a control character or the like."),
    ],
)
async def test_what_is_not_text_is_refused_in_the_readers_language(clerk: Clerk, language: str, detail: str) -> None:
    refused = await said(clerk, language, name="Kari", body="ab\u202ec")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"pointer": "/body", "detail": detail}]


@pytest.mark.parametrize("name", ["\u200b", "\u00a0", "a\nb", "a\u0000b"])
async def test_a_name_in_which_there_is_nothing_to_read_or_more_than_a_line_is_refused(clerk: Clerk, name: str) -> None:
    refused = await said(clerk, name=name, body="x")
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/name"]


async def test_staff_write_every_text_with_the_same_signs(clerk: Clerk) -> None:
    client, staff = clerk.polling.client, clerk.polling.staff
    for title in PASTED:
        survey = {
            "title": {"nb": title},
            "languages": ["nb"],
            "questions": [{"key": "a", "type": "text", "label": {"nb": title}}],
        }
        written = await client.post("/v1/staff/surveys", headers=staff, json=survey)
        assert written.status_code == 201, written.text
        assert written.json()["title"] == {"nb": title}
    refused = await client.post(
        "/v1/staff/surveys", headers={**staff, "Accept-Language": "nb"}, json={**survey, "title": {"nb": "a\u0007"}}
    )
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/title/nb"
