"""Nobody but the operator makes the server call an address on this machine or in a private network, however spelt."""

import asyncio
import json
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from base import clock, outgoing
from base.clock import now
from base.hosts import AllowedHosts
from base.keys import MemoryKeyStore
from base.outgoing import NoConnection, NotAllowed, Outgoing, PrivateAddress, read
from push.couriers.courier import WakeUp
from push.couriers.outcomes import ReplyCode
from push.couriers.vapid import Vapid
from push.couriers.webpush import SERVICES, WebPushCourier
from rehearsal.plain_http import Reply, Request, listening
from tests.base.spellings import ANSWERS, spellings
from tests.push.crowd import consent, permit
from tests.push.receiver import Browser, browser
from tests.push.test_over_http import DEVICE, newcomer
from tests.town import Town

__all__ = ["browser"]
LONG = os.environ.get("MEDVIRK_PROVE") == "1"


async def told(host: str, port: int) -> Sequence[str]:
    """A resolver that says of names what an attacker's server would."""
    if host not in ANSWERS:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return ANSWERS[host]


def is_ours(peer_port: int, port: int) -> bool:
    """Whether a connection was made by this process (and not by another on this machine); where unknown, it was."""
    found = set[str]()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            parts = line.split()
            if (int(parts[1].rpartition(":")[2], 16), int(parts[2].rpartition(":")[2], 16)) == (peer_port, port):
                found.add(f"socket:[{parts[9]}]")
    held = set[str]()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            held.add(os.readlink(handle))
    return not found - {"socket:[0]"} or bool(found & held)


class Ear:
    """Counts who of this process connects to this machine, by the address they came to; nobody gets an answer."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.ports: list[int] = []

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came_to = writer.get_extra_info("sockname")
        if is_ours(writer.get_extra_info("peername")[1], came_to[1]):
            self.heard[came_to[0]] += 1
        writer.close()

    @asynccontextmanager
    async def open(self, hosts: Sequence[str] = ("0.0.0.0", "::")) -> AsyncIterator["Ear"]:
        """Listen on a free port, and on 80 and 443 where this process may."""
        servers = [await asyncio.start_server(self._hear, hosts[0], 0)]
        free = servers[0].sockets[0].getsockname()[1]
        self.ports.append(free)
        for host in hosts:
            for port in (free, 80, 443):
                with suppress(OSError):
                    servers.append(await asyncio.start_server(self._hear, host, port))
                    self.ports.append(port)
        try:
            yield self
        finally:
            for server in servers:
                server.close()


async def test_no_spelling_of_an_address_makes_the_server_call_itself_or_a_private_network(
    client: httpx.AsyncClient, town: Town, browser: Browser
) -> None:
    """Past the registration too: each is given to the sender itself, and to the caller below it."""
    resident, headers = await newcomer(town)
    await consent(town.system, [resident], "push_messages")
    written = list(dict.fromkeys(spellings()))
    assert len(written) >= 200
    registered = 0
    async with Ear().open() as ear:
        free = ear.ports[0]
        calls = Outgoing(resolve=told, connect_s=0.5, timeout_s=1.0)
        sender = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:a@example.no"), (*SERVICES, "localhost"), calls=calls)
        for address in written if LONG else written[::7]:
            device = {**DEVICE, "address_kind": "webpush", "address": browser.subscription(address)}
            answer = await client.put("/v1/me/device", headers=headers, json=device)
            assert answer.status_code in (200, 422)
            registered += answer.status_code == 200
        for address in written:
            parcel = WakeUp(
                tag="t" * 24,
                kind="webpush",
                address=browser.subscription(address),
                platform="web",
                language="nb",
                ttl_s=600,
                urgent=True,
            )
            said = (await sender.send(permit(), parcel)).code
            assert said in (ReplyCode.INVALID_ARGUMENT, ReplyCode.NOT_ALLOWED, ReplyCode.NO_CONNECTION), address
            for spelt in (address, address.replace(":443", "").replace("/x", f":{free}/x", 1)):
                with suppress(NotAllowed, OSError, NoConnection):
                    await calls.send("POST", read(spelt), {}, b"x")
        await sender.close()
        await asyncio.sleep(0.1)
    print(
        f"\noutgoing targets: {len(written)} spellings, each tried three ways; listening on ports "
        f"{sorted(set(ear.ports))}; registered {registered} (names alone, whose addresses are judged when sent to); "
        f"connections to loopback or private addresses: {ear.heard.total()}"
    )
    assert ear.heard.total() == 0


async def test_the_ear_hears_who_does_call() -> None:
    async with Ear().open() as ear:
        allowed = Outgoing(AllowedHosts.read(f"127.0.0.1:{ear.ports[0]}"), connect_s=1.0, timeout_s=2.0)
        with suppress(NoConnection):
            await allowed.send("POST", read(f"https://127.0.0.1:{ear.ports[0]}/x"), {})
        await allowed.close()
    assert ear.heard.total() == 1


async def test_a_name_that_answers_otherwise_the_second_time_leads_nowhere_else() -> None:
    """127.0.0.2 stands for the public internet here, 127.0.0.1 for what must not be reached."""
    asked = 0

    async def rebinding(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.2"] if asked == 1 else ["127.0.0.1"]

    async with Ear().open(["127.0.0.2"]) as public, Ear().open(["127.0.0.1"]) as private:
        shared = asyncio.start_server(private._hear, "127.0.0.1", public.ports[0])
        async with await shared:
            calls = Outgoing(
                resolve=rebinding, judge=lambda address: str(address) == "127.0.0.2", connect_s=1.0, timeout_s=2.0
            )
            target = read(f"https://rebind.example.org:{public.ports[0]}/x")
            with pytest.raises(NoConnection):
                await calls.send("POST", target, {})
            assert (public.heard.total(), asked) == (1, 1)
            with pytest.raises(PrivateAddress):
                await calls.send("POST", target, {})
            with clock.at(now()):
                for _ in range(5):
                    with pytest.raises(PrivateAddress):
                        await calls.send("POST", target, {})
            await calls.close()
    assert (public.heard.total(), private.heard.total()) == (1, 0)


async def test_many_messages_to_one_host_resolve_its_name_once_and_keep_to_its_address() -> None:
    asked = 0
    received: list[Request] = []

    async def here(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.1"]

    def reply(request: Request) -> Reply:
        received.append(request)
        return Reply(302, headers=(("Location", "http://127.0.0.1:1/elsewhere"),))

    async with listening(reply) as url:
        port = url.rpartition(":")[2]
        calls = Outgoing(AllowedHosts.read("push.example.org"), resolve=here)
        target = read(f"http://push.example.org:{port}/x")
        answers = await asyncio.gather(*(calls.send("POST", target, {"TTL": "1"}, b"x") for _ in range(20)))
        await calls.close()
    assert asked == 1
    assert {answer.status for answer in answers} == {302}, "a redirect is an answer, and is not followed"
    assert {request.headers["host"] for request in received} == {f"push.example.org:{port}"}
    assert len(received) == 20


async def test_plain_http_leads_to_hosts_that_the_operator_allows_alone() -> None:
    with pytest.raises(NotAllowed):
        await Outgoing(resolve=told).send("GET", read("http://web.push.apple.com/x"), {})


async def test_a_push_server_in_the_house_needs_both_lists(browser: Browser) -> None:
    endpoint = json.loads(browser.subscription("https://loop.push.apple.com/x"))
    parcel = WakeUp(
        tag="t" * 24,
        kind="webpush",
        address=json.dumps(endpoint),
        platform="web",
        language="nb",
        ttl_s=600,
        urgent=True,
    )
    vapid = Vapid(MemoryKeyStore(), "mailto:a@example.no")
    refused = WebPushCourier(vapid, SERVICES, calls=Outgoing(resolve=told))
    assert (await refused.send(permit(), parcel)).code is ReplyCode.NOT_ALLOWED
    allowed = Outgoing(AllowedHosts.read("loop.push.apple.com"), resolve=told, connect_s=0.5, timeout_s=1.0)
    let = WebPushCourier(vapid, SERVICES, calls=allowed)
    assert (await let.send(permit(), parcel)).code in (ReplyCode.NO_CONNECTION, ReplyCode.TIMEOUT)
    await refused.close()
    await let.close()
    assert outgoing.read("https://loop.push.apple.com/x").origin == "https://loop.push.apple.com"
