"""The neutral words a phone shows until the app has fetched the message. They say nothing about it or its reader."""

_WORDS: dict[str, tuple[str, str]] = {
    "nb": ("Ny melding", "Åpne appen for å lese den."),
    "nn": ("Ny melding", "Opne appen for å lese henne."),
    "en": ("New message", "Open the app to read it."),
    "se": ("Ođđa diehtu", "Raba áppa vai sáhtát lohkat dan."),
    "pl": ("Nowa wiadomość", "Otwórz aplikację, aby ją przeczytać."),
    "uk": ("Нове повідомлення", "Відкрийте застосунок, щоб прочитати його."),
}


def neutral(language: str) -> tuple[str, str]:
    """Title and body in the phone's language (the first part of its BCP 47 tag); bokmål where that is not known."""
    key = language.replace("_", "-").partition("-")[0].lower()
    return _WORDS.get({"no": "nb"}.get(key, key), _WORDS["nb"])
