"""Where a survey is found by those whom it is for."""

from uuid import UUID


def address_of(origin: str, municipality: str, survey_id: UUID) -> str:
    """The page of the resident's app that asks it; a letter's code may follow after a slash."""
    return f"{origin}/app?m={municipality}#/survey/{survey_id}"
