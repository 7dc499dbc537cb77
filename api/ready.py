"""An answer that is put together once: bytes, and the headers as they go out."""

from collections.abc import Mapping
from functools import cache

from starlette.responses import Response

NOT_KEPT = (b"cache-control", b"no-store")


class Ready(Response):
    """Starlette's response without what it looks for: nobody is to keep it, unless a header says otherwise."""

    def __init__(self, body: bytes, status: int, media_type: str | None, headers: Mapping[str, str]) -> None:
        self.status_code, self.body, self.background = status, body, None
        raw = [NOT_KEPT]
        if headers:
            raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
            if not any(name == b"cache-control" for name, _ in raw):
                raw.append(NOT_KEPT)
        if status not in (204, 304):
            raw.append((b"content-length", b"%d" % len(body)))
        if media_type is not None:
            raw.append(_content_type(media_type))
        self.raw_headers = raw


@cache
def _content_type(media_type: str) -> tuple[bytes, bytes]:
    text = "; charset=utf-8" if media_type.startswith("text/") and "charset=" not in media_type else ""
    return b"content-type", (media_type + text).encode("latin-1")
