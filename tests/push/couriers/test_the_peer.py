"""The rehearsal's courier refuses what FCM would refuse."""

from typing import Any

import pytest

from rehearsal import fcm_replies


def good(**changes: Any) -> dict[str, Any]:
    return {"message": {"token": "a", "data": {"tag": "t"}, **changes}}


def test_a_plain_message_is_taken() -> None:
    assert fcm_replies.objection(good(android={"ttl": "60s", "priority": "high"})) is None


@pytest.mark.parametrize(
    "document",
    [
        "text",
        {"message": "text"},
        {**good(), "extra": 1},
        good(surprise=1),
        good(android={"surprise": 1}),
        good(android="text"),
        good(fid="b"),
        {"message": {"data": {"tag": "t"}}},
        good(data={"tag": 1}),
        good(data={"google.tag": "t"}),
        good(data={"from": "t"}),
        good(data={"tag": "x" * 4096}),
        good(notification={"title": "x" * 4096}),
        good(android={"ttl": "60"}),
        good(android={"ttl": "2419201s"}),
        good(android={"priority": "urgent"}),
    ],
)
def test_what_fcm_would_refuse_is_refused(document: Any) -> None:
    refused = fcm_replies.objection(document)
    assert refused is not None
    assert refused.status == 400
