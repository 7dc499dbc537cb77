"""Pages that need no script: a heading, text, and nothing that could be loaded or sent anywhere else."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.http.call import RawResponse
from base.translation import translate
from console.rendering import environment

_TEMPLATES = environment(Path(__file__).parents[1] / "templates")
_STYLE = """
:root{color-scheme:light dark;background:#fff;color:#1e2b3c}a{color:#0b4fa8}
@media(prefers-color-scheme:dark){:root{background:#121416;color:#eceef0}a{color:#a8c7fa}}
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:44rem;padding:1rem}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.125rem;margin-bottom:.25rem}
ul,ol{padding-left:1.25rem}li{margin:.5rem 0}fieldset{border:1px solid;border-radius:.25rem;margin:1rem 0;padding:1rem}
legend{font-weight:600}button{font:inherit;padding:.75rem 1.25rem}
a:focus-visible,button:focus-visible{outline:3px solid}
.note{border-left:.25rem solid;padding-left:.75rem}small{display:block}
"""
_HASH = f"sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"


def page(
    template: str,
    title: str,
    language: str,
    *,
    status: int = 200,
    framed_by: str = "'none'",
    sends: bool = False,
    headers: Mapping[str, str] | None = None,
    wanted: Sequence[str] = (),
    **context: object,
) -> RawResponse:
    """A whole page, from a template of `api/templates` that extends `plain.html`.

    `framed_by` is the value of frame-ancestors; `sends` allows a form to this origin. In the template, `say`
    translates a sentence into the first of the `wanted` languages, else into the page's.
    """
    own = "'self'" if sends else "'none'"
    policy = f"default-src 'none'; style-src '{_HASH}'; base-uri 'none'; form-action {own}; frame-ancestors {framed_by}"
    html = _TEMPLATES.get_template(template).render(
        title=title,
        language=language,
        style=_STYLE,
        say=lambda sentence, **values: translate(sentence, wanted or [language], **values),
        **context,
    )
    return RawResponse(
        html.encode(),
        "text/html; charset=utf-8",
        status,
        {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Content-Language": language,
            **(headers or {}),
        },
    )
