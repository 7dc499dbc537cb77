"""The link in a letter that confirms a statement: opening it shows a button, so that a mail scanner spends nothing."""

from api.http import plain_pages
from api.http.authentication import OPEN
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get, post
from base import tokens
from base.tenant import open_to_all
from base.translation import house_language, translate
from surveys.hearings import confirmations

_ROBOTS = {"X-Robots-Tag": "noindex, nofollow"}


def _page(call: Call, heading: str, text: str, *, status: int = 200, button: str | None = None) -> RawResponse:
    read = call.languages
    return plain_pages.page(
        "note.html",
        translate(heading, read),
        house_language(read),
        status=status,
        sends=button is not None,
        headers=_ROBOTS,
        text=translate(text, read),
        button=translate(button, read) if button else None,
    )


def _spent(call: Call) -> RawResponse:
    return _page(call, "This link leads nowhere", "It has been used already, or its time is over.", status=410)


async def _is_good(call: Call) -> bool:
    municipality = tokens.municipality_in(call.text("token"), confirmations.KIND)
    if municipality is None:
        return False
    await call.work.bind(open_to_all(municipality))
    return await confirmations.is_good(call.text("token"))


async def show_confirmation(call: Call) -> RawResponse:
    """Ask whoever follows the link in a letter to confirm their statement; 410 where it leads nowhere."""
    if not await _is_good(call):
        return _spent(call)
    text = "Press the button if you gave the statement that the letter is about."
    return _page(call, "Confirm your statement", text, button="I gave this statement")


async def confirm_statement(call: Call) -> RawResponse:
    """Confirm a statement by the link in a letter, once; 410 where it leads nowhere."""
    if not await _is_good(call):
        return _spent(call)
    await confirmations.confirm(call.work, call.text("token"))
    return _page(call, "Thank you", "Your statement is confirmed. Your address has been forgotten.")


_GONE = {410: "The link has been used, or its time is over"}
ENDPOINTS: list[AnyEndpoint] = [
    get("/confirm/{token}", show_confirmation, OPEN, gives_media="text/html", also=_GONE),
    post("/confirm/{token}", confirm_statement, OPEN, gives_media="text/html", also=_GONE),
]
