"""The browser's own push service, played by its developer tools, and what the browser shows of what it brings."""

import asyncio
import json
import time
from typing import Any

from playwright.async_api import CDPSession, Page

SHOWN = (
    "async () => (await (await navigator.serviceWorker.getRegistration('/app')).getNotifications())"
    ".map(({ title, body, tag }) => [title, body, tag])"
)


async def knocked(page: Page, site: str, said: str) -> None:
    """Deliver something to the page's worker, and wait until the worker is done with it.

    As a push service does, it delivers again what nobody took. What the worker took and failed at is an error at once.
    """
    devtools = await page.context.new_cdp_session(page)
    registration = await _registration(devtools, site)
    completed: asyncio.Queue[str] = asyncio.Queue()
    since = time.time()

    def recorded(event: dict[str, Any]) -> None:
        told = event["backgroundServiceEvent"]
        if told["eventName"] == "Push event completed" and told["timestamp"] >= since:
            completed.put_nowait(json.dumps(told["eventMetadata"]))

    devtools.on("BackgroundService.backgroundServiceEventReceived", recorded)
    await devtools.send("BackgroundService.setRecording", {"service": "pushMessaging", "shouldRecord": True})
    await devtools.send("BackgroundService.startObserving", {"service": "pushMessaging"})
    push = {"origin": site, "registrationId": registration, "data": said}
    for _ in range(3):
        await devtools.send("ServiceWorker.deliverPushMessage", push)
        try:
            status = await asyncio.wait_for(completed.get(), 10)
        except TimeoutError:
            continue
        assert "Success" in status, status
        break
    else:
        raise AssertionError("the browser's worker took no push")
    await devtools.detach()


async def _registration(devtools: CDPSession, site: str) -> str:
    """The number of the registration of the site's worker."""
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def heard(told: dict[str, Any]) -> None:
        for one in told["registrations"]:
            if one["scopeURL"].startswith(site) and not one["isDeleted"] and not found.done():
                found.set_result(one["registrationId"])

    devtools.on("ServiceWorker.workerRegistrationUpdated", heard)
    await devtools.send("ServiceWorker.enable")
    return await asyncio.wait_for(found, 10)


async def shows(page: Page, *notifications: list[str]) -> None:
    """Wait until these notifications, and no others, are shown: title, body and tag."""
    shown = None
    for _ in range(100):
        shown = await page.evaluate(SHOWN)
        if shown == list(notifications):
            return
        await page.wait_for_timeout(100)
    permission = await page.evaluate("Notification.permission")
    assert shown == list(notifications), f"notifications are {permission}"
