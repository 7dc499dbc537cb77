"""What is new in a municipality, for feed readers and for its website, without being registered anywhere."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from zoneinfo import ZoneInfo

from pydantic import Field

from api.callers import OPEN
from api.endpoint import Call, Endpoint, Raw
from api.etags import matches, tag_of
from api.open import plain
from api.shapes import Page, Tag
from base.localized import pick
from base.times import Instant
from base.wording import said
from municipality.directory import Town, town
from surveys.news import News, news

ATOM = "application/atom+xml"
_NEVER = datetime(2020, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_KINDS = {"survey": "Survey", "hearing": "Hearing", "info": "Information"}


class FeedWanted(Page):
    """In which language, from when on, and which part."""

    language: Tag | None = Field(None, description="Before Accept-Language")
    since: Instant | None = Field(None, description="What is new after this time")


async def show_atom_feed(call: Call[None, FeedWanted]) -> Raw:
    """What is new, as an Atom feed (RFC 4287) in one language: open surveys, hearings, information."""
    everything, wanted, about = await news(call.work, call.query.since), _wanted(call), await town(call.work)
    found, following = call.query.of(everything, lambda one: (one.updated, one.id), newest_first=True)
    changed = max((one.updated for one in found), default=_NEVER).replace(microsecond=0)
    call.spoken(plain.language_of(wanted))
    body = _atom(about, found, call.house.settings.origin, wanted, changed, following).encode()
    tag = tag_of(body)
    headers = {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True), "Vary": "Accept-Language",
               "Cache-Control": "no-cache"}  # fmt: skip
    return Raw(b"", ATOM, 304, headers) if _seen(call, tag, changed) else Raw(body, ATOM, headers=headers)


def _wanted(call: Call[None, FeedWanted]) -> list[str]:
    return [*([call.query.language] if call.query.language else []), *call.languages]


def _seen(call: Call[None, FeedWanted], tag: str, changed: datetime) -> bool:
    """Whether a reader has this already, by its ETag or, where they know none, by its time (RFC 9110 §13.2.2)."""
    if (known := call.headers.get("if-none-match")) is not None:
        return matches(known, tag)
    try:
        then = parsedate_to_datetime(call.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return then.tzinfo is not None and changed <= then


def _atom(
    about: Town, found: Sequence[News], origin: str, wanted: list[str], changed: datetime, following: str | None
) -> str:
    language = plain.language_of(wanted)
    name, path = pick(about.name, wanted)[0], f"/v1/municipalities/{about.number}/feed.atom?language={language}"
    title = said("New in {town}", wanted, town=name)
    further = f"{origin}{path}&cursor={following}"
    older = f'<link rel="next" type="{ATOM}" href="{_xml(further)}"/>' if following else ""  # RFC 5005
    entries = "".join(_entry(one, about, origin, wanted) for one in found)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">'
        f"<id>{_xml(origin + path)}</id><title>{_xml(title)}</title><updated>{_time(changed)}</updated>"
        f'<link rel="self" type="{ATOM}" href="{_xml(origin + path)}"/>'
        f'<link rel="alternate" type="text/html" href="{_xml(_page(about, origin))}"/>'
        f"<author><name>{_xml(name)}</name></author><generator>Medvirk</generator>{older}{entries}</feed>\n"
    )


def _entry(one: News, about: Town, origin: str, wanted: list[str]) -> str:
    title, language = pick(one.title, wanted)
    body = pick(one.body, [language, *wanted])[0] if one.body else ""
    kind = said(_KINDS[one.kind], wanted)
    return (
        f'<entry xml:lang="{_xml(language)}"><id>urn:uuid:{one.id}</id><title>{_xml(title)}</title>'
        f"<updated>{_time(one.updated)}</updated><published>{_time(one.published)}</published>"
        f'<link rel="alternate" type="text/html" href="{_xml(_page(about, origin, one))}"/>'
        f'<category term="{one.kind}" label="{_xml(kind)}"/><summary type="text">{_xml(body)}</summary></entry>'
    )


def _page(about: Town, origin: str, one: News | None = None) -> str:
    """Where a person reads on."""
    inside = f"#/survey/{one.id}" if one is not None and one.kind == "survey" else ""
    return f"{origin}/app?m={about.number}{inside}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _xml(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


async def show_embedded(call: Call[None, FeedWanted]) -> Raw:
    """The same as a page for the municipality's website to show in a frame: no scripts, no cookies, nothing from
    elsewhere. `MEDVIRK_EMBED_ORIGINS` says which websites may.
    """
    everything, wanted, about = await news(call.work, call.query.since), _wanted(call), await town(call.work)
    found, following = call.query.of(everything, lambda one: (one.updated, one.id), newest_first=True)
    origin, language = call.house.settings.origin, plain.language_of(wanted)
    title = said("New in {town}", wanted, town=pick(about.name, wanted)[0])
    lines = "".join(_line(one, about, origin, wanted) for one in found)
    listed = f"<ul>{lines}</ul>" if found else f"<p>{escape(said('There is nothing new just now.', wanted))}</p>"
    if following:
        older = f"/embed/{about.number}?language={language}&cursor={following}"
        listed += f'<p><a href="{escape(older)}">{escape(said("Older", wanted))}</a></p>'
    framed_by = " ".join(["'self'", *call.house.settings.embed_origins.split()])
    return plain.page(title, f"<h1>{escape(title)}</h1>{listed}", language, framed_by=framed_by,
                      headers={"Vary": "Accept-Language"})  # fmt: skip


def _line(one: News, about: Town, origin: str, wanted: list[str]) -> str:
    title, language = pick(one.title, wanted)
    kind = escape(said(_KINDS[one.kind], wanted))
    until = ""
    if one.ends is not None:
        day = (one.ends - timedelta(seconds=1)).astimezone(ZoneInfo(about.timezone)).date().isoformat()
        until = f" <small>{escape(said('Until {day}', wanted, day=day))}</small>"
    link = f'<a href="{escape(_page(about, origin, one))}" target="_top" lang="{escape(language)}">{escape(title)}</a>'
    return f"<li>{kind}: {link}{until}</li>"


ENDPOINTS = [
    Endpoint("GET", "/v1/municipalities/{number}/feed.atom", show_atom_feed, OPEN, query=FeedWanted, town="number",
             gives_media=ATOM, refuses=(404, 422), also={304: "Nothing has changed"}, shared=True),
    Endpoint("GET", "/embed/{number}", show_embedded, OPEN, query=FeedWanted, town="number", gives_media="text/html",
             refuses=(404, 422), etag=True, shared=True),
]  # fmt: skip
