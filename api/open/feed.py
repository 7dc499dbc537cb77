"""What is new in a municipality, for feed readers and for its website, without being registered anywhere."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from pydantic import Field

from api.http import plain_pages
from api.http.authentication import OPEN
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, get
from api.http.etags import matches, tag_of
from api.schemas.common import PageQuery, Tag
from base.localized import pick
from base.times import Instant
from base.translation import house_language, translate
from municipality.directory import town
from municipality.models import Municipality
from surveys.news import News, news

ATOM = "application/atom+xml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NEVER = datetime(2020, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_KINDS = {"survey": "Survey", "hearing": "Hearing", "info": "Information"}


class AtomQuery(PageQuery):
    """In which language, from when on, and which part."""

    language: Tag | None = Field(None, description="Before Accept-Language")
    since: Instant | None = Field(None, description="What is new after this time")


async def show_atom_feed(call: Call[None, AtomQuery]) -> RawResponse:
    """What is new, as an Atom feed (RFC 4287) in one language: open surveys, hearings, information."""
    everything, wanted, about = await news(call.work, call.query.since), _wanted(call), await town(call.work)
    found, following = call.query.of(everything, lambda one: (one.updated, one.id), newest_first=True)
    changed = max((one.updated for one in found), default=_NEVER).replace(microsecond=0)
    call.set_content_language(house_language(wanted))
    body = _atom(about, found, call.services.settings.origin, wanted, changed=changed, following=following)
    tag = tag_of(body)
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True),
        "Vary": "Accept-Language",
        "Cache-Control": "no-cache",
    }
    return (
        RawResponse(b"", ATOM, 304, headers) if _seen(call, tag, changed) else RawResponse(body, ATOM, headers=headers)
    )


def _wanted(call: Call[None, AtomQuery]) -> list[str]:
    return [*([call.query.language] if call.query.language else []), *call.languages]


def _seen(call: Call[None, AtomQuery], tag: str, changed: datetime) -> bool:
    """Whether a reader has this already, by its ETag or, where they know none, by its time (RFC 9110 §13.2.2)."""
    if (known := call.headers.get("if-none-match")) is not None:
        return matches(known, tag)
    try:
        then = parsedate_to_datetime(call.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return then.tzinfo is not None and changed <= then


def _atom(
    about: Municipality,
    found: Sequence[News],
    origin: str,
    wanted: list[str],
    *,
    changed: datetime,
    following: str | None,
) -> bytes:
    language = house_language(wanted)
    name, path = pick(about.name, wanted)[0], f"/v1/municipalities/{about.number}/feed.atom?language={language}"
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", _XML_LANG: language})
    _add(feed, "id", origin + path)
    _add(feed, "title", translate("New in {town}", wanted, town=name))
    _add(feed, "updated", _time(changed))
    _add(feed, "link", rel="self", type=ATOM, href=origin + path)
    _add(feed, "link", rel="alternate", type="text/html", href=_page(about, origin))
    _add(_add(feed, "author"), "name", name)
    _add(feed, "generator", "Medvirk")
    if following:
        _add(feed, "link", rel="next", type=ATOM, href=f"{origin}{path}&cursor={following}")  # RFC 5005
    for one in found:
        _add_entry(feed, one, about, origin, wanted)
    document: bytes = tostring(feed, "utf-8", xml_declaration=True)
    return document


def _add_entry(feed: Element, one: News, about: Municipality, origin: str, wanted: list[str]) -> None:
    title, language = pick(one.title, wanted)
    entry = _add(feed, "entry", **{_XML_LANG: language})
    _add(entry, "id", f"urn:uuid:{one.id}")
    _add(entry, "title", title)
    _add(entry, "updated", _time(one.updated))
    _add(entry, "published", _time(one.published))
    _add(entry, "link", rel="alternate", type="text/html", href=_page(about, origin, one))
    _add(entry, "category", term=one.kind, label=translate(_KINDS[one.kind], wanted))
    _add(entry, "summary", pick(one.body, [language, *wanted])[0] if one.body else "", type="text")


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """A further element; what XML cannot hold is left out."""
    child = SubElement(parent, tag, {name: _NOT_XML.sub("", value) for name, value in attributes.items()})
    child.text = None if text is None else _NOT_XML.sub("", text)
    return child


def _page(about: Municipality, origin: str, one: News | None = None) -> str:
    """Where a person reads on."""
    inside = f"#/survey/{one.id}" if one is not None and one.kind == "survey" else ""
    return f"{origin}/app?m={about.number}{inside}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def show_embedded(call: Call[None, AtomQuery]) -> RawResponse:
    """The same as a page for the municipality's website to show in a frame: no scripts, no cookies, nothing from
    elsewhere. `MEDVIRK_EMBED_ORIGINS` says which websites may.
    """
    everything, wanted, about = await news(call.work, call.query.since), _wanted(call), await town(call.work)
    found, following = call.query.of(everything, lambda one: (one.updated, one.id), newest_first=True)
    origin, language = call.services.settings.origin, house_language(wanted)
    title = translate("New in {town}", wanted, town=pick(about.name, wanted)[0])
    older = f"/embed/{about.number}?language={language}&cursor={following}" if following else None
    return plain_pages.page(
        "embedded.html",
        title,
        language,
        framed_by=" ".join(["'self'", *call.services.settings.embed_origins.split()]),
        headers={"Vary": "Accept-Language"},
        wanted=wanted,
        news=[_line(one, about, origin, wanted) for one in found],
        older=older,
    )


def _line(one: News, about: Municipality, origin: str, wanted: list[str]) -> dict[str, str | None]:
    """What the list shows of one of the news; `until` is the last day."""
    title, language = pick(one.title, wanted)
    until = None
    if one.ends is not None:
        until = (one.ends - timedelta(seconds=1)).astimezone(ZoneInfo(about.timezone)).date().isoformat()
    return {
        "kind": translate(_KINDS[one.kind], wanted),
        "title": title,
        "language": language,
        "href": _page(about, origin, one),
        "until": until,
    }


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/feed.atom",
        show_atom_feed,
        OPEN,
        town="number",
        gives_media=ATOM,
        refuses=(404, 422),
        also={304: "Nothing has changed"},
        shared=True,
    ),
    get(
        "/embed/{number}",
        show_embedded,
        OPEN,
        town="number",
        gives_media="text/html",
        refuses=(404, 422),
        etag=True,
        shared=True,
    ),
]
