"""Every endpoint there is, by audience."""

from importlib import import_module

from api.openapi import AnyEndpoint

TABLES = [
    "api.residents.presence",  # Asked most often by far, and routes are tried in their order.
    "api.ballots.responses",  # Then this: hundreds in the evening on which a survey opens.
    "api.health",
    "api.open.municipalities",
    "api.open.choices",
    "api.open.push_key",
    "api.open.ledger",
    "api.staff.people",
    "api.staff.notices",
    "api.staff.oversight",
    "api.staff.letters",
    "api.staff.breaches",
    "api.residents.registration",
    "api.residents.me",
    "api.residents.consents",
    "api.residents.notices",
    "api.residents.device",
    "api.residents.messages",
    "api.staff.audiences",
    "api.staff.campaigns",
    "api.staff.planning",
    "api.staff.message_subjects",
    "api.staff.manners",
    "api.staff.ages",
    "api.open.surveys",
    "api.open.survey_keys",
    "api.open.hearings",
    "api.open.statements",
    "api.open.confirmations",
    "api.open.feed",
    "api.residents.surveys",
    "api.residents.hearings",
    "api.residents.feed",
    "api.ballots.opinions",
    "api.staff.surveys",
    "api.staff.paper",
    "api.staff.imports",
    "api.staff.exports",
    "api.staff.comments",
    "api.staff.survey_copies",
    "api.staff.survey_words",
    "api.open.previews",
    "api.staff.hearings",
    "api.planners.releases",
    "api.planners.comments",
    "api.open.results",
    "api.open.catalog",
    "api.staff.information",
    "api.staff.zones",
    "api.staff.beacons",
    "api.staff.triggers",
    "api.staff.simulation",
    "api.staff.caps",
    "api.open.signatures",
]


def endpoints() -> list[AnyEndpoint]:
    """All endpoints, in the order of the tables."""
    return [endpoint for name in TABLES for endpoint in import_module(name).ENDPOINTS]
