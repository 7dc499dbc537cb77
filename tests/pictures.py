"""Pictures of the main pages, of a demo that runs: light, dark, and on a phone.

python -m tests.pictures --site http://127.0.0.1:8765 --sign-in LINK [--to docs/pictures]
"""

import argparse
import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.console.chromium import running_browser
from tests.console.visiting import signed_in

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
STAFF = {
    "overview": "/console",
    "hearings": "/console/hearings",
    "messages": "/console/messages",
    "places": "/console/zones",
    "beacons": "/console/beacons",
    "oversight": "/console/oversight",
}
RESULT, HEARING = "Et bedre sentrum", "Gangvei langs fjorden"
"""What is opened from its list too."""


async def _take(page: Page, to: Path, name: str) -> None:
    await page.wait_for_load_state("networkidle")
    await page.wait_for_timeout(400)  # Maps are drawn.
    await page.screenshot(path=to / f"{name}.png", animations="disabled")


async def _staff(browser: Browser, site: str, session: str, to: Path, *, dark: bool, phone: bool) -> None:
    shown = "-".join(["phone" if phone else "desk", "dark" if dark else "light"])
    context = await browser.new_context(
        base_url=site,
        locale="nb-NO",
        color_scheme="dark" if dark else "light",
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # the two sizes
        storage_state=session,
    )
    page = await context.new_page()
    for name, path in STAFF.items():
        await page.goto(path)
        await _take(page, to, f"{name}-{shown}")
    for name, path, title in (("result", "/console", RESULT), ("hearing", "/console/hearings", HEARING)):
        await page.goto(path)
        await page.get_by_role("link", name=title).first.click()
        if name == "result":
            await page.get_by_role("heading", name="Resultat", exact=True).evaluate("it => it.scrollIntoView()")
        await _take(page, to, f"{name}-{shown}")
    await context.close()


async def _resident(browser: Browser, site: str, to: Path, *, dark: bool) -> None:
    context = await browser.new_context(
        base_url=site,
        locale="nb-NO",
        color_scheme="dark" if dark else "light",
        viewport=PHONE,  # type: ignore[arg-type]  # the size of a phone
    )
    page = await context.new_page()
    await page.goto("/app?m=3907")
    await _take(page, to, f"resident-phone-{'dark' if dark else 'light'}")
    await context.close()


async def take(site: str, sign_in: str, to: Path) -> None:
    """Take them all."""
    to.mkdir(parents=True, exist_ok=True)
    async with running_browser() as browser:
        first = await browser.new_context(base_url=site, locale="nb-NO")
        await signed_in(await first.new_page(), sign_in)
        session = to / ".session"
        await first.storage_state(path=session)
        try:
            for dark in (False, True):
                for phone in (False, True):
                    await _staff(browser, site, str(session), to, dark=dark, phone=phone)
                await _resident(browser, site, to, dark=dark)
        finally:
            session.unlink()


def main() -> None:
    """Read where the demo is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", default="http://127.0.0.1:8765", help="where it runs")
    parser.add_argument("--sign-in", required=True, help="a fresh sign-in link, such as the admin's")
    parser.add_argument("--to", type=Path, default=Path("docs/pictures"), help="the folder that they go to")
    options = parser.parse_args()
    asyncio.run(take(options.site, options.sign_in, options.to))


if __name__ == "__main__":
    main()
