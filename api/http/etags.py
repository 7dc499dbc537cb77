"""Whether a reader has an answer already: If-None-Match by RFC 9110 (13.1.2), for every answer that has an ETag."""

import hashlib
import re
from typing import Final

_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_LIST: Final = re.compile(rf"[ \t,]*(?:{_TAG.pattern}[ \t]*(?:,[ \t]*|$))+")


def tag_of(body: bytes) -> str:
    """The ETag of an answer, from its bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Whether the header names this ETag: among others, as weak as a compressing proxy makes it, or as any (`*`)."""
    if if_none_match is None:
        return False
    asked = if_none_match.strip(" \t")
    if asked == "*":
        return True
    if not _LIST.fullmatch(asked):
        return False
    return tag.removeprefix("W/") in _TAG.findall(asked)
