"""The neutral words a phone shows until the app has fetched the message. They say nothing about it or its reader."""

from base.translation import translate


def neutral_text(language: str) -> tuple[str, str]:
    """Title and body in the phone's language (the first part of its BCP 47 tag); bokmål where that is not known."""
    return translate("New message", [language, "nb"]), translate("Open the app to read it.", [language, "nb"])
