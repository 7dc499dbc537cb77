"""What an operator sees: what waits, for how long, and that a courier refuses us."""

from datetime import timedelta

from prometheus_client import REGISTRY

from base import clock
from base.clock import now
from base.database import work
from push.couriers.outcomes import CourierReply, ReplyCode
from push.delivery import metrics
from tests.push.crowd import NotingCourier, launched, send_out, settle
from tests.town import Town


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_what_waits_and_for_how_long_is_seen(town: Town) -> None:
    await settle(town.system, 6)
    await launched(town.system)
    with clock.at(now() + timedelta(seconds=90)):
        async with work(town.system) as unit:
            await metrics.measure_waiting(unit, town.number)
    assert value("medvirk_push_waiting", municipality=town.number) == 6
    assert 90 <= value("medvirk_push_oldest_seconds", municipality=town.number) < 100


async def test_a_credential_that_fails_raises_an_alarm(town: Town) -> None:
    await settle(town.system, 6)
    campaign = await launched(town.system)
    alarm = {"kind": "fcm_token", "platform": "android", "reason": "unauthenticated"}
    before = value("medvirk_push_alarms_total", **alarm)
    await send_out(
        town.system,
        campaign,
        NotingCourier(answer=CourierReply(ReplyCode.UNAUTHENTICATED)).couriers,
        concurrency=1,
        tasks=1,
    )
    assert value("medvirk_push_alarms_total", **alarm) == before + 1
    closed = value("medvirk_push_road_closed_until_seconds", kind="fcm_token", platform="android")
    assert closed > now().timestamp() + 200
    told = {"kind": "fcm_token", "platform": "android", "outcome": "unauthenticated"}
    assert value("medvirk_push_outcomes_total", **told) >= 1
