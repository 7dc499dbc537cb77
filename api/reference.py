"""The API's reference as a page, from the document that is served."""

from collections.abc import Mapping
from typing import Any

from console import security
from console.rendering import render

AUDIENCES = {
    "open": "Open to all",
    "resident": "Residents",
    "ballot": "The anonymous door",
    "staff": "Staff and planners",
}


def reference(document: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    """The page and its headers."""
    nonce = security.nonce()
    page = render("reference.html", "en", nonce, document=document, audiences=AUDIENCES)
    return page, security.headers(nonce)
