"""The API's reference as a page, from the document that is served."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from console import security
from console.rendering import render

AUDIENCES = {
    "open": "Open to all",
    "resident": "Residents",
    "ballot": "The anonymous door",
    "staff": "Staff and planners",
}


def groups(document: Mapping[str, Any]) -> dict[str, dict[str, list[tuple[str, str, Any]]]]:
    """What each audience can call, by what it is about: path, method and operation, in the document's order."""
    found: dict[str, dict[str, list[tuple[str, str, Any]]]] = {audience: {} for audience in AUDIENCES}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].setdefault(_about(path), []).append((path, method, operation))
    return found


def _about(path: str) -> str:
    """What a path is about, as a heading: surveys of `/v1/staff/surveys/{id}`."""
    steps = [step for step in path.split("/") if step and step not in ("v1", "staff", "planning")]
    return steps[0].removeprefix(".").replace("-", " ").capitalize()


class Reference:
    """The page, laid out once and away from the event loop: the same for everybody, with one nonce; it has nothing of
    anybody's on it and takes nothing that is sent.
    """

    def __init__(self, described: Callable[[], Mapping[str, Any]]) -> None:
        self._described = described
        self._laid_out: tuple[str, Mapping[str, str]] | None = None
        self._lock = asyncio.Lock()

    async def page(self) -> tuple[str, Mapping[str, str]]:
        """The page and its headers."""
        async with self._lock:
            if self._laid_out is None:
                self._laid_out = await asyncio.to_thread(self._lay_out)
            return self._laid_out

    def _lay_out(self) -> tuple[str, Mapping[str, str]]:
        nonce, document = security.nonce(), self._described()
        page = render(
            "reference.html",
            "en",
            nonce,
            script="reference.js",
            document=document,
            audiences=AUDIENCES,
            groups=groups(document),
        )
        return page, security.headers(nonce)
