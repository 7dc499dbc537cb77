"""One bad address in a batch harms nobody else: innocents get their message once, whatever strangers register."""

import asyncio
import json
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from base import clock
from base.clock import monotonic, now
from base.database import work
from base.keys import MemoryKeyStore
from base.outgoing import Outgoing
from base.transaction import DatabaseIsAway
from consent.permits import Permit
from consent.purposes import PushMessages
from push.campaigns import campaigns, trial
from push.couriers.courier import Courier, WakeUp
from push.couriers.fcm import FcmCourier
from push.couriers.outcomes import CourierReply, ReplyCode
from push.couriers.vapid import Vapid
from push.couriers.webpush import WebPushCourier
from push.delivery import recall, send_loop
from push.delivery.batch import SendRun
from push.delivery.circuit_breaker import CircuitBreaker
from push.delivery.leases import record
from rehearsal.fcm_peer import fcm_peer
from rehearsal.fcm_replies import refusal
from rehearsal.push_service import push_service
from tests.push.crowd import ACCEPTED, NotingCourier, create, launched, send_out, settle, states
from tests.push.receiver import Browser, browser, text
from tests.town import Town

__all__ = ["browser"]
LONG = os.environ.get("MEDVIRK_PROVE") == "1"
BY_FCM, BY_BROWSER, EACH_KIND = (4_000, 1_000, 20) if LONG else (150, 40, 1)

NOT_A_TOKEN = refusal(
    400, "INVALID_ARGUMENT", "The registration token is not valid", "INVALID_ARGUMENT", fields=("message.token",)
)
_FROM_STRANGERS = """
insert into push_address (id, municipality_id, resident_id, credential_id, kind, address, locale, timezone, app_version,
    changed_on, p256dh, auth)
select gen_random_uuid(), municipality_id, resident_id, id, $2, $3, $4, $5, '1.0', current_date, $6, $7
from credential where resident_id = $1
"""
_DEVICE = """
insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on)
values (gen_random_uuid(), $1, $2, sha256($3::uuid::text::bytea), $4, '1.0', current_date)
"""


def endpoints(port: str) -> list[str]:
    """What strangers have put into a subscription: addresses that no parser, or not each, can read."""
    signs = [
        "%",
        "<>",
        "xn--a",
        "xn--",
        "a b",
        "a\tb",
        "a\nb",
        "\u0000".replace("\u0000", "%00"),
        "\u202e",
        "\U0001f4a3",
        "a" * 64,
        ".".join(["a" * 60] * 5),
        "..",
        "-",
        "_",
        "[",
        "]",
        "[::1",
        "%zz",
        "a;b",
        "a\\b",
        "127.0.0.1\\",
        "0x7f.1",
        "\u00ad",
        "\u2100",
        "\u3002",
        "\uff0e",
        "*",
        "{tag}",
        "{address}",
        "{sealed}",
        "a|b",
        "^",
        "`",
    ]
    whole = [
        "",
        "https://",
        "https:///x",
        "http://web.push.apple.com/x",
        "https://web.push.apple.com:99999/x",
        "https://a@b/",
        "https://web.push.apple.com:x/x",
        "javascript:alert(1)",
        "data:,x",
        "//web.push.apple.com/x",
        "https:\\\\a\\b",
        f"https://127.0.0.1:{port}/x",
        "https://[::1]/x",
        "https://web.push.apple.com/" + "x" * 5000,
        "\ud83d",
        "https://nowhere.push.apple.com/x",
        "https://web.push.apple.com/\u0001",
        "https://elsewhere.push.apple.com/%",
    ]
    return [*(f"https://{sign}.push.apple.com/x" for sign in signs), *whole]


def subscriptions(browser: Browser, port: str) -> list[str]:
    """Bad subscriptions: bad endpoints with good keys, good endpoints with bad keys, and what is none at all."""
    good = json.loads(browser.subscription("https://web.push.apple.com/x"))
    keys: list[object] = [
        {"p256dh": "\u00e6\u00f8\u00e5", "auth": "\u00e6"},
        {"p256dh": text(b"\x04" + b"\x01" * 64), "auth": text(b"a" * 16)},
        {"p256dh": text(b"\x02" + b"\x01" * 32), "auth": text(b"a" * 16)},
        {"p256dh": "", "auth": ""},
        {},
        [],
        None,
        "x",
        7,
        {**good["keys"], "auth": text(b"a" * 15)},
        {**good["keys"], "auth": None},
        {**good["keys"], "p256dh": "A" * 9000},
    ]
    rest = [
        "",
        "{",
        "[]",
        "null",
        "7",
        '"x"',
        "[" * 900 + "]" * 900,
        '{"endpoint": 1, "keys": {}}',
        "\u202e",
        "x" * 4000,
        '{"endpoint": ["https://web.push.apple.com/x"], "keys": {}}',
        '{"endpoint": null}',
    ]
    return [
        *(json.dumps({**good, "endpoint": endpoint}) for endpoint in endpoints(port)),
        *(json.dumps({**good, "keys": each}) for each in keys),
        *rest,
    ]


def tokens() -> list[str]:
    """Bad tokens of FCM: what no server gave out, among them what could break a request that is put together."""
    return [
        "bad",
        "bad\u0001\u0002",
        "bad\n\r\t",
        'bad"}, "x": {"',
        "bad\\",
        "{tag}",
        "{address}",
        "{sealed}",
        "bad\u202e",
        "bad\U0001f4a3",
        "bad" * 3000,
        " ",
        "bad%00",
        "bad\u2028",
        "</script>",
        "bad\u007f",
        "%s%n",
        "{}",
    ]


class Raising:
    """A courier that breaks in its own way on some addresses, and hands the others on."""

    def __init__(self, inner: Courier, breaks: Callable[[WakeUp], BaseException | None]) -> None:
        self._inner, self._breaks = inner, breaks

    async def send(self, permit: Permit[PushMessages], parcel: WakeUp) -> CourierReply:
        broken = self._breaks(parcel)
        await asyncio.sleep(0)
        if broken is not None:
            raise broken
        return await self._inner.send(permit, parcel)

    async def close(self) -> None:
        await self._inner.close()


class Panic(BaseException):
    """As a library in Rust raises one."""


async def _stranger(
    town: Town,
    kind: str,
    address: str,
    *,
    zone: str = "Europe/Oslo",
    locale: str = "nb",
    p256dh: str | None = None,
    auth: str | None = None,
) -> UUID:
    """A resident whose address went into the table past every check."""
    [resident] = await settle(town.system, 1, address=None)
    async with work(town.system) as unit:
        platform = "web" if kind == "webpush" else "android"
        await unit.execute(_DEVICE, town.municipality, resident, uuid4(), platform)
        await unit.execute(_FROM_STRANGERS, resident, kind, address, locale, zone, p256dh, auth)
    return resident


async def _of(town: Town, residents: list[UUID], campaign: UUID) -> Counter[str]:
    rows = await town.sql(
        "select state, reason from delivery where campaign_id = $1 and resident_id = any($2::uuid[])",
        campaign,
        residents,
    )
    return Counter(f"{row['state']}/{row['reason']}" for row in rows)


async def _until_rest(town: Town, campaign: UUID, turn: Callable[[], Awaitable[None]]) -> None:
    """Turn after turn, two hours apart, until nothing is on its way."""
    for hours in range(0, 60, 2):
        with clock.at(now() + timedelta(hours=hours)):
            await turn()
        left = await town.sql(
            "select from delivery where campaign_id = $1 and state in ('queued', 'deferred') limit 1", campaign
        )
        if not left:
            return


async def test_one_bad_address_in_a_batch_harms_nobody_else(town: Town, browser: Browser) -> None:
    """Over the wire, by the real couriers: FCM's peer and a push service, with addresses of some hundred bad kinds."""
    residents = await settle(town.system, BY_FCM)
    subscribed: dict[str, UUID] = {}
    async with fcm_peer() as peer, push_service() as service:
        for _ in range(BY_BROWSER):
            endpoint = service.endpoint()
            subscribed[endpoint.removeprefix(service.url)] = await _stranger(
                town, "webpush", browser.subscription(endpoint)
            )
        port = service.url.rpartition(":")[2]
        bad = [
            (kind, each)
            for _ in range(EACH_KIND)
            for kind, listed in (("webpush", subscriptions(browser, port)), ("fcm_token", tokens()))
            for each in listed
        ]
        strangers = [await _stranger(town, kind, address.replace("\ud83d", "?")) for kind, address in bad]
        strangers += [
            await _stranger(town, "fcm_token", "bad-keys", p256dh="\u00e6\u00f8\u00e5", auth="x"),
            await _stranger(town, "fcm_token", "bad-zone", zone="../../etc/passwd"),
            await _stranger(town, "fcm_token", "bad-place", zone="Europe"),
            await _stranger(town, "fcm_token", "bad-name", zone="x" * 64, locale="\u202e"),
        ]
        for each in tokens():
            peer.answer(each, NOT_A_TOKEN)
        campaign = await launched(town.system)
        fcm = FcmCourier(f"{peer.url}/v1/projects/rehearsal/messages:send", None)
        nowhere = Outgoing(rehearsal=service.url, resolve=_nowhere)
        web = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:push@example.no"), rehearsal=service.url, calls=nowhere)
        pace = CircuitBreaker()

        async def turn() -> None:
            await send_loop.deliver(
                SendRun(
                    tenant=town.system,
                    campaign=campaign,
                    couriers={"fcm_token": fcm, "webpush": web},
                    key=b"k" * 32,
                    breaker=pace,
                    until=monotonic() + 300,
                )
            )

        await _until_rest(town, campaign, turn)
        await fcm.close()
        await web.close()
        by_fcm = Counter(each.address.removeprefix("address-") for each in peer.received)
        by_browser = Counter(each.path for each in service.received)
    innocents = {str(each): by_fcm[str(each)] for each in residents}
    innocents |= {path: by_browser[path] for path in subscribed}
    lost, again = sum(n == 0 for n in innocents.values()), sum(n > 1 for n in innocents.values())
    print(
        f"\npoisoned batches: {len(innocents)} innocent deliveries among {len(strangers)} poisoned ones of "
        f"{len({each for _, each in bad}) + 4} kinds; innocent deliveries lost or repeated: {lost + again}"
    )
    assert (lost, again) == (0, 0)
    assert await _of(town, [*residents, *subscribed.values()], campaign) == {"sent/None": len(innocents)}
    ended = await _of(town, strangers, campaign)
    assert not [each for each in ended if each.startswith(("queued", "deferred"))], ended
    gone = await town.sql(
        "select from push_address where kind = 'webpush' and resident_id = any($1::uuid[])", strangers
    )
    assert len(gone) == 3 * EACH_KIND, "what no parser reads is removed; a name that nobody resolves is kept"


async def _nowhere(host: str, port: int) -> list[str]:
    raise OSError("no such name")


BROKEN: list[BaseException] = [
    ValueError("x"),
    KeyError("x"),
    RuntimeError(),
    RecursionError(),
    UnicodeDecodeError("utf-8", b"x", 0, 1, "x"),
    MemoryError(),
    OSError(),
    TimeoutError(),
    asyncio.CancelledError(),
    AssertionError(),
    Panic("in Rust"),
    ExceptionGroup("several", [ValueError()]),
    StopAsyncIteration(),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: type(each).__name__)
async def test_whatever_breaks_in_sending_one_message_is_its_own_outcome(town: Town, broken: BaseException) -> None:
    innocents = await settle(town.system, 30)
    poisoned = await _stranger(town, "fcm_token", "poison")
    campaign = await launched(town.system)
    noting = NotingCourier()
    courier = Raising(noting, lambda parcel: broken if parcel.address == "poison" else None)
    await send_out(town.system, campaign, {"fcm_token": courier}, concurrency=4, tasks=2, batch_size=8)
    assert Counter(parcel.address for parcel in noting.parcels) == {f"address-{each}": 1 for each in innocents}
    assert await _of(town, innocents, campaign) == {"sent/None": 30}
    assert await _of(town, [poisoned], campaign) == {"queued/broke": 1}

    async def turn() -> None:
        await send_out(town.system, campaign, {"fcm_token": courier})

    await _until_rest(town, campaign, turn)
    assert await _of(town, [poisoned], campaign) == {"failed/broke": 1}, "it is given up, for itself"
    assert len(noting.parcels) == 30
    assert await town.sql("select from push_address where resident_id = $1", poisoned), "nobody says the address is bad"


async def test_what_was_sent_is_recorded_when_a_worker_is_stopped_in_the_middle(town: Town) -> None:
    await settle(town.system, 40)
    campaign = await launched(town.system)

    async def slowly(parcel: WakeUp) -> None:
        if len(courier.parcels) >= 20:
            await asyncio.sleep(60)

    courier = NotingCourier(before=slowly)
    turn = asyncio.create_task(send_out(town.system, campaign, courier.couriers, concurrency=4, tasks=1))
    while len(courier.parcels) < 20:
        await asyncio.sleep(0.01)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert (await states(town.system, campaign))["sent", None] == len(courier.parcels)


async def test_what_was_sent_is_recorded_when_the_database_comes_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settle(town.system, 10)
    campaign = await launched(town.system)
    tries = 0

    async def away(*given: object) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise DatabaseIsAway
        await record(*given)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr("push.delivery.leases.record", away)
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers, tasks=1, lease_s=20)
    assert (len(courier.parcels), await states(town.system, campaign)) == (10, {("sent", None): 10})


async def test_a_result_that_cannot_be_written_down_keeps_no_other_from_it(town: Town) -> None:
    residents = await settle(town.system, 30)
    campaign = await launched(town.system)
    await _poison(town, "delivery", "update", f"new.state = 'sent' and new.resident_id = '{residents[7]}'")
    try:
        await send_out(town.system, campaign, NotingCourier().couriers, tasks=1)
        assert await _of(town, residents[:7] + residents[8:], campaign) == {"sent/None": 29}
    finally:
        await _cure(town, "delivery")


async def test_an_address_that_cannot_be_removed_keeps_no_other_and_no_result(town: Town) -> None:
    residents = await settle(town.system, 12)
    campaign = await launched(town.system)
    await _poison(town, "push_address", "delete", f"old.resident_id = '{residents[3]}'")
    try:
        courier = NotingCourier(answer=CourierReply(ReplyCode.UNREGISTERED))
        await send_out(town.system, campaign, courier.couriers, tasks=1)
        assert await _of(town, residents, campaign) == {"gone/unregistered": 12}
        assert [row["resident_id"] for row in await town.sql("select resident_id from push_address")] == [residents[3]]
    finally:
        await _cure(town, "push_address")


async def test_taking_back_reaches_everybody_else(town: Town) -> None:
    innocents = await settle(town.system, 20)
    await _stranger(town, "fcm_token", "poison")
    await _stranger(town, "fcm_token", "place", zone="Europe")
    campaign = await launched(town.system)
    await send_out(town.system, campaign, NotingCourier().couriers)
    async with work(town.system) as unit:
        await campaigns.recall(unit, campaign)
    noting = NotingCourier()
    courier = Raising(noting, lambda parcel: Panic() if parcel.address == "poison" else None)
    told = await recall.remove_from_phones(town.municipality, campaign, {"fcm_token": courier}, b"k" * 32)
    assert told == 21
    assert {f"address-{each}" for each in innocents} < {parcel.address for parcel in noting.parcels}
    assert all(parcel.takes_back for parcel in noting.parcels)


async def test_a_trial_wakes_the_other_devices(town: Town) -> None:
    [resident] = await settle(town.system, 1)
    async with work(town.system) as unit:
        campaign = await create(unit)
        await unit.execute(_DEVICE, town.municipality, resident, uuid4(), "ios")
        await unit.execute(
            _FROM_STRANGERS.replace("where", "where platform = 'ios' and"),
            *(resident, "fcm_token", "poison", "nb", "Europe/Oslo", None, None),
        )
    noting = NotingCourier()
    courier = Raising(noting, lambda parcel: ValueError() if parcel.address == "poison" else None)
    await trial.send_trial(town.municipality, campaign, resident, {"fcm_token": courier}, b"k" * 32)
    assert [parcel.address for parcel in noting.parcels] == [f"address-{resident}"]


async def test_a_push_service_that_is_away_closes_the_way_to_itself_alone(town: Town, browser: Browser) -> None:
    """Residents choose their host within a push service's domain: some that nobody resolves must not stop others."""
    for number in range(8):
        await _stranger(town, "webpush", browser.subscription(f"https://none{number}.push.apple.com/x"))
    good = [await _stranger(town, "webpush", browser.subscription("https://web.push.apple.com/x")) for _ in range(20)]
    campaign = await launched(town.system)

    class Web(NotingCourier):
        async def send(self, permit: Permit[PushMessages], parcel: WakeUp) -> CourierReply:
            return ACCEPTED if "//web." in parcel.address else CourierReply(ReplyCode.NO_CONNECTION)

    await send_out(town.system, campaign, {"webpush": Web()}, concurrency=1, tasks=1)
    assert await _of(town, good, campaign) == {"sent/None": 20}


async def _poison(town: Town, table: str, deed: str, when: str) -> None:
    returned = "old" if deed == "delete" else "new"
    await town.sql(
        f"create function poison_{table}() returns trigger language plpgsql as "
        f"$$ begin if {when} then raise 'poisoned'; end if; return {returned}; end $$"
    )
    await town.sql(f"create trigger poison before {deed} on {table} for each row execute function poison_{table}()")


async def _cure(town: Town, table: str) -> None:
    await town.sql(f"drop function poison_{table}() cascade")
