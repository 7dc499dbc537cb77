"""The link in a letter that confirms a statement: opening it shows a button, so that a mail scanner spends nothing."""

from html import escape

from api.callers import OPEN
from api.endpoint import Call, Endpoint, Raw
from api.open import plain
from base import tokens
from base.tenant import Tenant
from base.wording import said
from surveys.hearings import confirmations

_ROBOTS = {"X-Robots-Tag": "noindex, nofollow"}


def _page(call: Call, heading: str, text: str, *, status: int = 200, button: str | None = None) -> Raw:
    title, told = said(heading, call.languages), said(text, call.languages)
    form = f'<form method="post"><button>{escape(said(button, call.languages))}</button></form>' if button else ""
    body = f"<h1>{escape(title)}</h1><p>{escape(told)}</p>{form}"
    language = plain.language_of(call.languages)
    return plain.page(title, body, language, status=status, sends=button is not None, headers=_ROBOTS)


def _spent(call: Call) -> Raw:
    return _page(call, "This link leads nowhere", "It has been used already, or its time is over.", status=410)


async def _is_good(call: Call) -> bool:
    municipality = tokens.municipality_in(call.text("token"), confirmations.KIND)
    if municipality is None:
        return False
    await call.work.bind(Tenant(municipality, "open"))
    return await confirmations.is_good(call.work, call.text("token"))


async def show_confirmation(call: Call) -> Raw:
    """Ask whoever follows the link in a letter to confirm their statement; 410 where it leads nowhere."""
    if not await _is_good(call):
        return _spent(call)
    text = "Press the button if you gave the statement that the letter is about."
    return _page(call, "Confirm your statement", text, button="I gave this statement")


async def confirm_statement(call: Call) -> Raw:
    """Confirm a statement by the link in a letter, once; 410 where it leads nowhere."""
    if not await _is_good(call):
        return _spent(call)
    await confirmations.confirm(call.work, call.text("token"))
    return _page(call, "Thank you", "Your statement is confirmed. Your address has been forgotten.")


_GONE = {410: "The link has been used, or its time is over"}
ENDPOINTS = [
    Endpoint("GET", "/confirm/{token}", show_confirmation, OPEN, gives_media="text/html", also=_GONE),
    Endpoint("POST", "/confirm/{token}", confirm_statement, OPEN, gives_media="text/html", also=_GONE),
]
