"""A page as a value: where it is, who may see it, what it is made of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self
from uuid import UUID

from base.database import Work
from base.errors import NotFound
from base.tenant import Tenant
from municipality.roles import READERS, Role

Who = Literal["nobody", "town", "staff"]
"""`nobody`: no unit of work is needed; `town`: anybody, in the municipality that `?m=` names; `staff`: signed in."""


Basemap = Literal["archive", "kartverket", "sketch", "plain"]
"""What lies beneath a map: an archive of the municipality's own, Kartverket's tiles, a sketch, nothing."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What a page was asked for, and what the installation lets it show."""

    language: str
    nonce: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    basemap: Basemap = "plain"
    sketched: frozenset[str] = frozenset()
    """Numbers of the municipalities that have a map drawn by hand."""
    ballot_origin: str | None = None
    filling: bool = False
    """Whether a demo municipality is being filled in just now."""
    mail: bool = False
    """Whether letters can be sent."""
    wakes_phones: bool = False
    asks_kartverket: bool = False
    """Whether Kartverket is asked for addresses and place names."""
    origin: str = ""
    attests: bool = False
    """Whether the municipality's own app is told from others."""
    embedded: bool = False
    """Whether a website may show the list of what is open."""

    def of(self, number: str) -> Self:
        """The same for a municipality: its sketch lies beneath its map where the installation has nothing better."""
        drawn = self.basemap == "plain" and number in self.sketched
        return replace(self, basemap="sketch") if drawn else self

    def id(self, name: str = "id") -> UUID:
        """An id in the path; NotFound where it is none."""
        try:
            return UUID(self.path[name])
        except ValueError:
            raise NotFound() from None


Context = Callable[[Work, Tenant, PageRequest], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: its Starlette path, its template, and who may see it; of staff those who have one of the roles.

    `menu` is the item of the menu under which it stands, and which leads to the first such page. `script` is its module
    below `static/app`, `texts` are the groups of texts that this and its imports need; before it, where the page
    `draws_questions`, the module of each question type is loaded. `frames` and `framed` say whether it
    holds other pages of ours in a frame, or is held so. `context` says what the template is told.
    """

    path: str
    template: str
    who: Who = "staff"
    roles: frozenset[Role] = READERS
    menu: str | None = None
    script: str | None = None
    texts: tuple[str, ...] = ()
    draws_questions: bool = False
    frames: bool = False
    framed: bool = False
    context: Context | None = None
