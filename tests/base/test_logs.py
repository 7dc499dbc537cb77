"""What a log line may say: nothing that anybody could be known by."""

import json
import logging

import pytest
import structlog

from api.http.fast_path import answered
from base.logs import ALLOWED, configure

SECRETS = [
    "mvr_q1w2e3r4t5y6u7i8o9p0aa.abcdefghijklmnopqrstuvwxyz0123456789abcdefg",
    "59.1312",
    "Kari Nordmann",
    "/v1/surveys/8a1c2b7e-5e0f-4a5a-9a7e-3b2f0d9c1e11",
    "fcm:token:APA91b",
    "jeg er utrygg i Kilgata",
]


pytestmark = pytest.mark.usefixtures("logs_as_before")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.parametrize("secret", SECRETS)
def test_a_field_that_is_not_on_the_list_is_dropped(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    configure("debug", "json", "test")
    log = structlog.get_logger("t")
    log.info("answered", token=secret, path=secret, name=secret, answers={"q": secret}, status=200)
    line = said(capsys)
    assert secret not in line
    assert json.loads(line)["status"] == 200


@pytest.mark.parametrize("secret", SECRETS)
def test_what_libraries_say_comes_without_arguments_and_messages(
    capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    configure("debug", "json", "test")
    library = logging.getLogger("asyncpg.pool")
    library.warning("row %s", secret)
    library.warning(f"row {secret}")
    try:
        raise ValueError(secret)
    except ValueError:
        library.exception("it failed")
    text = said(capsys)
    assert secret not in text
    assert "ValueError" in text


def test_tortoises_statements_are_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    configure("debug", "json", "test")
    logging.getLogger("tortoise.db_client").debug("%s: %s", "insert into answer", ["secret"])
    assert said(capsys) == ""


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_line_of_a_request_is_like_every_other(capsys: pytest.CaptureFixture[str], form: str) -> None:
    configure("info", form, "web")
    answered("POST", "/v1/surveys/{id:uuid}/ballots", 200, 1.2)
    structlog.get_logger("t").info("answered", method="POST", route="/v1/surveys/{id:uuid}/ballots", status=200, ms=1.2)
    first, second = said(capsys).splitlines()
    if form == "json":
        one, other = json.loads(first), json.loads(second)
        assert set(one) <= ALLOWED
        assert {**one, "timestamp": ""} == {**other, "timestamp": ""}
    else:
        assert first.split()[1:] == second.split()[1:]
    configure("warning", form, "web")
    answered("GET", "/healthz", 200, 0.1)
    assert said(capsys) == ""
