"""A courier for rehearsals: answers over real HTTP as FCM v1 does, and keeps what it was given.

`POST /v1/projects/{project}/messages:send` is FCM's door, `POST /token` the OAuth 2.0 door a service account asks
for its bearer (RFC 7523), `GET /received` says how many messages came and were accepted. It answers whatever the test
has arranged for an address; an address of the form `NAME!anything` gets the refusal of that name, so that a peer in
a process of its own can be played with as well. Only tests, the walkthrough and benchmarks start one.

    python -m rehearsal.fcm_peer [--port 0] [--delay-ms 0] [--forget]
"""

import argparse
import asyncio
import json
import secrets
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvloop

from rehearsal import fcm_replies, http2
from rehearsal.plain_http import Reply, Request, listening


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came in: the body's bytes, the bearer it came with, and whether it was accepted."""

    body: bytes
    bearer: str
    accepted: bool

    @property
    def message(self) -> dict[str, Any]:
        """The message, decoded."""
        message: dict[str, Any] = json.loads(self.body)["message"]
        return message

    @property
    def address(self) -> str:
        """Where it was to go."""
        return str(self.message.get("token") or self.message.get("fid"))


@dataclass(slots=True)
class FcmPeer:
    """What the peer will answer, and what it received."""

    project: str = "rehearsal"
    delay_s: float = 0.0
    keep: bool = True
    bearers: set[str] | None = None
    token_life_s: int = 3600
    url: str = ""
    count: int = 0
    accepted: int = 0
    tokens_given: int = 0
    refuse_tokens: bool = False
    received: list[Received] = field(default_factory=list)
    _arranged: dict[str, deque[Reply]] = field(default_factory=dict)
    _everywhere: deque[Reply] = field(default_factory=deque)

    def answer(self, address: str, *replies: Reply) -> None:
        """Arrange what this address gets, one reply a message, the last one for good."""
        self._arranged[address] = deque(replies)

    def answer_all(self, *replies: Reply) -> None:
        """Arrange what the next messages get, whatever their address; afterwards all is as before."""
        self._everywhere.extend(replies)

    def reply(self, request: Request) -> Reply:
        """Answer one request as FCM would."""
        if request.path != f"/v1/projects/{self.project}/messages:send":
            return self._elsewhere(request.path)
        self.count += 1
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        reply = self._judge(bearer, request.body)
        if self.keep:
            self.received.append(Received(request.body, bearer, reply.accepted))
        if not reply.accepted:
            return reply
        self.accepted += 1
        name = f'{{"name": "projects/{self.project}/messages/{secrets.token_hex(8)}"}}'
        delay_s = reply.delay_s or self.delay_s
        return Reply(200, name.encode(), delay_s=delay_s, ending=reply.ending, accepted=True)

    def _judge(self, bearer: str, body: bytes) -> Reply:
        if self.bearers is not None and bearer not in self.bearers:
            return fcm_replies.UNAUTHENTICATED
        try:
            document = json.loads(body)
        except ValueError:
            return fcm_replies.invalid("Invalid JSON payload received.", "message")
        objection = fcm_replies.objection(document)
        if objection is not None:
            return objection
        if self._everywhere:
            return self._everywhere.popleft()
        message = document["message"]
        address = message.get("token") or message.get("fid") or ""
        arranged = self._arranged.get(address)
        if arranged:
            return arranged.popleft() if len(arranged) > 1 else arranged[0]
        name, mark, _ = address.partition("!")
        return fcm_replies.BY_NAME.get(name, fcm_replies.ACCEPTED) if mark else fcm_replies.ACCEPTED

    def _elsewhere(self, path: str) -> Reply:
        if path == "/received":
            return Reply(200, json.dumps({"count": self.count, "accepted": self.accepted}).encode())
        if path != "/token":
            return fcm_replies.NOT_FOUND
        if self.refuse_tokens:
            return Reply(400, b'{"error": "invalid_grant", "error_description": "account not found"}')
        self.tokens_given += 1
        token = f"ya29.{secrets.token_urlsafe(24)}"
        if self.bearers is not None:
            self.bearers.add(token)
        grant = {"access_token": token, "expires_in": self.token_life_s, "token_type": "Bearer"}
        return Reply(200, json.dumps(grant).encode())


@asynccontextmanager
async def fcm_peer(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    project: str = "rehearsal",
    delay_s: float = 0.0,
    keep: bool = True,
    speaks_http2: bool = False,
) -> AsyncIterator[FcmPeer]:
    """Run a peer in this event loop for as long as the block lasts; its `url` is where it listens.

    It speaks HTTP/1.1, or HTTP/2 by prior knowledge.
    """
    peer = FcmPeer(project=project, delay_s=delay_s, keep=keep)
    serve = http2.listening if speaks_http2 else listening
    async with serve(peer.reply, host, port) as peer.url:
        yield peer


async def _serve(arguments: argparse.Namespace) -> None:
    delay_s = arguments.delay_ms / 1000
    async with fcm_peer(port=arguments.port, delay_s=delay_s, keep=not arguments.forget) as peer:
        sys.stdout.write(f"{peer.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Run a peer in a process of its own; its first line is its address."""
    parser = argparse.ArgumentParser(prog="rehearsal.fcm_peer", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="how long an accepted message takes")
    parser.add_argument("--forget", action="store_true", help="count messages without keeping them")
    uvloop.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
