"""What visitors of the pages do again and again."""

import re

from playwright.async_api import Page, expect


async def signed_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.locator("#sign-in").click()
    await expect(page).to_have_url(re.compile("/console$"))


async def joined(page: Page) -> None:
    await page.goto("/app?m=3907")
    await page.get_by_role("button", name="Bli med").click()
    await expect(page.locator("#tabs")).to_be_visible()


async def under_its_worker(page: Page) -> None:
    """Wait until the page's service worker has taken it over; said as a function, since the policy allows no eval."""
    await page.evaluate(
        "async () => { while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 50)); }"
    )


NAMED = """() => {
  const at = document.activeElement;
  const name = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent ?? "";
  return name.replace(/\\s+/g, " ").trim();
}"""


async def focused(page: Page) -> str:
    name: str = await page.evaluate(NAMED)
    return name


async def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await focused(page) == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")
