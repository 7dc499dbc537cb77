"""How much of a message each platform shows, and how long one may be at all.

What a phone shows of a text depends on its screen and letters; these are the lengths at which platforms commonly begin
to cut (Android's notification folded and opened, Apple's lock screen, browsers on a desktop), so that staff see what
may be lost. Nothing is cut before it is sent: the phone decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from base.errors import FieldError, Invalid
from push.couriers.neutral_text import neutral_text

LONGEST_TITLE: Final = 120
LONGEST_BODY: Final = 1_000
SHOWN_CHARACTERS: Final[Mapping[str, tuple[int, int]]] = {"android": (65, 240), "ios": (50, 178), "web": (50, 120)}
"""Characters of title and body that are usually shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPreview:
    """What one platform shows of a message in one language: at once (`locked_title`, `locked_body`: neutral words
    unless the message itself is carried, encrypted), and when the app has it; `cut` where that is not all of it.
    """

    platform: str
    language: str
    locked_title: str
    locked_body: str
    title: str
    body: str
    cut: bool


def check_lengths(title: Mapping[str, str], body: Mapping[str, str]) -> None:
    """Raise Invalid, naming each, for texts that are too long."""
    errors = [
        FieldError(f"/{name}/{language}", "This can have at most {max_length} characters.", {"max_length": longest})
        for name, text, longest in (("title", title, LONGEST_TITLE), ("body", body, LONGEST_BODY))
        for language, words in text.items()
        if len(words) > longest
    ]
    if errors:
        raise Invalid(errors)


def platform_previews(title: Mapping[str, str], body: Mapping[str, str], *, carried: bool) -> list[PlatformPreview]:
    """What each platform shows, language by language; `carried` where the municipality sends the text itself."""
    found = []
    for language, headline in title.items():
        for platform, (for_title, for_body) in SHOWN_CHARACTERS.items():
            shown_title, shown_body = _shortened(headline, for_title), _shortened(body.get(language, ""), for_body)
            locked = (shown_title, shown_body) if carried else neutral_text(language)
            cut = shown_title != headline or shown_body != body.get(language, "")
            found.append(
                PlatformPreview(
                    platform=platform,
                    language=language,
                    locked_title=locked[0],
                    locked_body=locked[1],
                    title=shown_title,
                    body=shown_body,
                    cut=cut,
                )
            )
    return found


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
