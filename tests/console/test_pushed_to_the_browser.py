"""What our server encrypts, read by somebody else's code, wakes the real service worker in a real browser."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from base.database import work
from base.keys import MemoryKeyStore
from push.audiences.audience import Audience
from push.campaigns import campaigns
from push.couriers.vapid import Vapid
from push.couriers.webpush import WebPushCourier
from push.delivery import policy, recall
from push.delivery.policy import SendingPolicy
from rehearsal.push_service import push_service
from tests.console.chromium import somebody
from tests.console.delivery import knocked, shows
from tests.console.test_resident_page import SUBSCRIBED
from tests.console.visiting import joined, under_its_worker
from tests.push.crowd import draft, launched, send_out, settle
from tests.push.receiver import Browser as Receiver
from tests.push.receiver import browser as receiver
from tests.town import Town

__all__ = ["receiver"]
pytestmark = pytest.mark.browser


async def woken(page: Page, site: str, receiver: Receiver, town: Town) -> None:
    """Join, agree to messages, and be subscribed at a push service with the foreign receiver's keys."""
    await page.context.grant_permissions(["notifications"], origin=site)
    await page.add_init_script(SUBSCRIBED % receiver.subscription("https://fcm.googleapis.com/fcm/send/nobody"))
    await joined(page)
    await under_its_worker(page)
    card = page.locator("#purpose-push_messages")
    async with page.expect_response("**/v1/me/device") as kept:
        await card.get_by_role("button", name="Ja, jeg samtykker").click()
    assert (await kept.value).status == 200
    await expect(card).to_contain_text("Du har sagt ja")


async def test_a_message_goes_from_launch_to_a_notification_and_is_taken_back(
    browser: Browser, receiver: Receiver, site: str, town: Town
) -> None:
    async with somebody(browser, site, phone=True) as page, push_service() as service:
        await woken(page, site, receiver, town)
        await town.sql("update push_address set address = $1", receiver.subscription(service.endpoint()))
        await settle(town.system, 6)
        sender = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:push@example.no"), rehearsal=service.url)
        couriers: Any = {"webpush": sender}
        campaign = await launched(town.system, draft(Audience()))
        await send_out(town.system, campaign, couriers)
        [received] = service.received
        told = receiver.read(received.body)
        assert json.loads(told) == {"tag": received.headers["topic"]}
        await knocked(page, site, told)
        await shows(page, ["Ny melding", "Åpne siden for å lese den.", json.loads(told)["tag"]])
        async with work(town.system) as unit:
            await campaigns.recall(unit, campaign)
        assert await recall.remove_from_phones(town.municipality, campaign, couriers, b"k" * 32) == 1
        await knocked(page, site, receiver.read(service.received[1].body))
        await shows(page)
        await sender.close()


async def test_a_letter_is_shown_in_its_own_words_where_the_municipality_wants_it_so(
    browser: Browser, receiver: Receiver, site: str, town: Town
) -> None:
    async with somebody(browser, site, phone=True) as page, push_service() as service:
        await woken(page, site, receiver, town)
        await town.sql("update push_address set address = $1", receiver.subscription(service.endpoint()))
        await settle(town.system, 6)
        async with work(town.system) as unit:
            await policy.change_policy(unit, SendingPolicy(encrypted=True))
        sender = WebPushCourier(Vapid(MemoryKeyStore(), "mailto:push@example.no"), rehearsal=service.url)
        couriers: Any = {"webpush": sender}
        await send_out(town.system, await launched(town.system), couriers)
        [received] = service.received
        assert b"park" not in received.body
        await knocked(page, site, receiver.read(received.body))
        await shows(page, ["Ny park i sentrum", "Si hva du mener.", received.headers["topic"]])
        await sender.close()
