"""From a template and what is known to a page."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from base.translation import LANGUAGES
from console import formats
from console.texts import for_scripts, saying

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
"""What is served below /static."""

BASE_TEXTS = ("problem", "common", "done")
"""Groups of texts every page's scripts get."""


def environment(folder: Path) -> Environment:
    """Templates of a folder: what they are given is escaped, and what they are not given is an error."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _templates() -> Environment:
    env = environment(FOLDER / "templates")
    env.filters["picked"] = formats.picked
    env.filters["language_name"] = formats.language_name
    env.filters["number"] = formats.number
    env.filters["share"] = formats.share
    env.filters["day"] = formats.day
    env.filters["moment"] = formats.moment
    return env


def render(template: str, language: str, nonce: str, *, texts: tuple[str, ...] = (), **context: Any) -> str:
    """One page as HTML in one of `LANGUAGES`.

    `nonce` is that of the response's policy. `texts` names the groups of texts the page's scripts need. In the
    context, `municipality` is `{number, name, languages}` or None, `basemap` what lies beneath its map (a `Basemap` of
    `console.page`), `for_staff` whether staff read it, `ballot_origin` the anonymous door's origin or None,
    `wakes_phones` whether Android and iPhone can be woken, `script` the page's own below /static/app, `question_types`
    those that it draws, `menu` the item of the menu under which it stands, `filling` whether a demo is being filled in
    just now, `asks_kartverket` whether words that are looked for go to Kartverket, `data` what else the scripts are
    told.
    """
    known: Mapping[str, Any] = {
        "municipality": None,
        "basemap": "plain",
        "for_staff": False,
        "ballot_origin": None,
        "wakes_phones": False,
        "asks_kartverket": False,
        "script": None,
        "question_types": (),
        "menu": None,
        "filling": False,
        "data": {},
        **context,
    }
    told = {
        "language": language,
        "municipality": known["municipality"],
        "basemap": known["basemap"],
        "for_staff": known["for_staff"],
        "ballot_origin": known["ballot_origin"],
        "wakes_phones": known["wakes_phones"],
        "asks_kartverket": known["asks_kartverket"],
        **known["data"],
    }
    page = _templates().get_template(template)
    return page.render(
        t=saying(language),
        language=language,
        languages=LANGUAGES,
        nonce=nonce,
        told=told,
        script_texts=for_scripts(language, (*BASE_TEXTS, *texts)),
        **known,
    )
