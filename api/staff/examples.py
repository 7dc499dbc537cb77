"""Examples of what staff send, for the document."""

TITLE = {"nb": "Trygg skolevei", "nn": "Trygg skuleveg", "en": "Safe way to school"}

SURVEY = {
    "title": TITLE,
    "languages": ["nb", "nn", "en"],
    "closes_at": "2030-05-31T21:59:59Z",
    "questions": [
        {
            "key": "bike",
            "type": "single",
            "label": {"nb": "Sykler du?", "nn": "Syklar du?", "en": "Do you cycle?"},
            "required": True,
            "options": [
                {"key": "yes", "label": {"nb": "Ja", "nn": "Ja", "en": "Yes"}},
                {"key": "no", "label": {"nb": "Nei", "nn": "Nei", "en": "No"}},
            ],
        },
        {
            "key": "safe",
            "type": "scale",
            "label": {"nb": "Hvor trygt er det?", "nn": "Kor trygt er det?", "en": "How safe is it?"},
            "min": 1,
            "max": 5,
            "show_if": {"question": "bike", "is": "yes"},
        },
    ],
}

LAUNCH = {
    "campaign": {
        "title": TITLE,
        "body": {"nb": "Si hva du mener.", "nn": "Sei kva du meiner.", "en": "Say what you think."},
    }
}

EXTEND = {"closes_at": "2030-06-30T21:59:59Z"}

INFORMATION = {
    "title": {"nb": "Veiarbeid", "nn": "Vegarbeid", "en": "Roadworks"},
    "body": {"nb": "Storgata er stengt.", "nn": "Storgata er stengd.", "en": "Storgata is closed."},
    "interests": ["traffic"],
}
