"""What is left when a survey has been counted, and what a reader is shown before."""

from uuid import UUID

from tests.surveys.polling import L, Polling, receipt_of


async def test_few_answers_are_destroyed_with_all_that_belongs_to_them(polling: Polling) -> None:
    await polling.launch()
    for number in range(4):
        await polling.hand_in(await polling.ballot(), {"bike": "no"}, number)
    await polling.close()
    await polling.count()
    assert (await polling.box())["state"] == "destroyed"
    assert (await polling.box())["counted"] is None
    for table in ("answer", "receipt", "spent_ballot", "participation"):
        assert await polling.town.sql(f"select 1 from {table}") == []
    found = await polling.client.get(f"/v1/surveys/{polling.survey}/box/{receipt_of(0)[:3]}")
    assert found.json()["items"] == []
    queued = await polling.town.sql("select entrypoint from pgqueuer")
    assert "insights.release" not in {row["entrypoint"] for row in queued}


async def test_counting_destroys_the_keys_and_ends_the_same_when_it_is_done_again(polling: Polling) -> None:
    await polling.launch()
    for number in range(5):
        await polling.hand_in(await polling.ballot(), {"bike": "no"}, number)
    assert len(polling.keys.names("survey")) == 2
    await polling.close()
    await polling.count()
    await polling.count()
    assert polling.keys.names("survey") == []
    assert (await polling.box())["counted"] == 5
    assert len(await polling.town.sql("select 1 from receipt where survey_id = $1", UUID(polling.survey))) == 5
    queued = await polling.town.sql("select 1 from pgqueuer where entrypoint = 'insights.release'")
    assert len(queued) == 1


async def test_a_survey_is_read_in_the_residents_language(polling: Polling) -> None:
    await polling.launch()
    resident = await polling.moves()
    for language in ("nb", "en"):
        found = await polling.client.get(
            f"/v1/surveys/{polling.survey}", headers={**resident.headers, "Accept-Language": language}
        )
        assert found.json()["title"] == L[language]
        assert found.json()["questions"][0]["label"] == L[language]
        assert found.headers["content-language"] == language
    everybody = (await polling.client.get("/v1/municipalities/3907/surveys")).json()["items"]
    assert [one["id"] for one in everybody] == [polling.survey]
    mine = (await polling.client.get("/v1/surveys", headers=resident.headers)).json()["items"]
    assert [one["id"] for one in mine] == [polling.survey]
