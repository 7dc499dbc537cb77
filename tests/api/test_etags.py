"""A reader who has an answer already is told so, however a proxy writes its ETag down."""

import httpx
import pytest

from api.http.etags import matches
from api.routes import endpoints
from tests.town import Town

TAG = '"0123"'


@pytest.mark.parametrize(
    "asked",
    [
        TAG,
        f"W/{TAG}",
        f'"x", {TAG}',
        f'W/"x",W/{TAG} , "y"',
        "*",
        " * ",
        f'{TAG},"x"',
        f", {TAG}",
        f'"a,b", {TAG}',
        f'"", {TAG}',
        f"\t{TAG}\t",
    ],
)
def test_a_tag_that_is_named_is_known(asked: str) -> None:
    assert matches(asked, TAG)
    assert matches(asked, f"W/{TAG}")


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        '"x"',
        'W/"x"',
        "0123",
        '"012"',
        f"w/{TAG}",
        f"W/ {TAG}",
        '"*"',
        f"*, {TAG}",
        f'"x" {TAG}',
        f"{TAG}x",
        '"0123',
        f'"a{TAG}',
    ],
)
def test_no_other_is(asked: str | None) -> None:
    assert not matches(asked, TAG)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", W/{}', "*"])
async def test_what_has_not_changed_is_not_sent_again(client: httpx.AsyncClient, town: Town, form: str) -> None:
    tried = 0
    paths = [e.path.replace("{number}", town.number) for e in endpoints() if e.etag and e.who.kind == "open"]
    for path in (*paths, "/static/app/api.js"):
        if "{" in path or path.endswith("/catalog"):
            continue
        first = await client.get(path)
        if first.status_code != 200:
            continue
        tried += 1
        again = await client.get(path, headers={"If-None-Match": form.format(first.headers["etag"].removeprefix("W/"))})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"]), path
        other = await client.get(path, headers={"If-None-Match": 'W/"another"'})
        assert other.status_code == 200
    assert tried > 6
