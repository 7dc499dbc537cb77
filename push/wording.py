"""The neutral words a phone shows until the app has fetched the message. They say nothing about it or its reader."""

from base.localized import canonical

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
    return _WORDS.get(canonical(language).partition("-")[0], _WORDS["nb"])
