"""Every endpoint there is, by audience."""

from typing import Final

from api.ballots.opinions import ENDPOINTS as BALLOTS_OPINIONS
from api.ballots.responses import ENDPOINTS as BALLOTS_RESPONSES
from api.health import ENDPOINTS as HEALTH
from api.http.endpoint import AnyEndpoint
from api.open.catalog import ENDPOINTS as OPEN_CATALOG
from api.open.choices import ENDPOINTS as OPEN_CHOICES
from api.open.confirmations import ENDPOINTS as OPEN_CONFIRMATIONS
from api.open.feed import ENDPOINTS as OPEN_FEED
from api.open.hearings import ENDPOINTS as OPEN_HEARINGS
from api.open.ledger import ENDPOINTS as OPEN_LEDGER
from api.open.municipalities import ENDPOINTS as OPEN_MUNICIPALITIES
from api.open.places import ENDPOINTS as OPEN_PLACES
from api.open.previews import ENDPOINTS as OPEN_PREVIEWS
from api.open.push_key import ENDPOINTS as OPEN_PUSH_KEY
from api.open.results import ENDPOINTS as OPEN_RESULTS
from api.open.signatures import ENDPOINTS as OPEN_SIGNATURES
from api.open.statements import ENDPOINTS as OPEN_STATEMENTS
from api.open.survey_keys import ENDPOINTS as OPEN_SURVEY_KEYS
from api.open.surveys import ENDPOINTS as OPEN_SURVEYS
from api.planners.comments import ENDPOINTS as PLANNERS_COMMENTS
from api.planners.releases import ENDPOINTS as PLANNERS_RELEASES
from api.residents.consents import ENDPOINTS as RESIDENTS_CONSENTS
from api.residents.device import ENDPOINTS as RESIDENTS_DEVICE
from api.residents.feed import ENDPOINTS as RESIDENTS_FEED
from api.residents.hearings import ENDPOINTS as RESIDENTS_HEARINGS
from api.residents.me import ENDPOINTS as RESIDENTS_ME
from api.residents.messages import ENDPOINTS as RESIDENTS_MESSAGES
from api.residents.notices import ENDPOINTS as RESIDENTS_NOTICES
from api.residents.presence import ENDPOINTS as RESIDENTS_PRESENCE
from api.residents.registration import ENDPOINTS as RESIDENTS_REGISTRATION
from api.residents.surveys import ENDPOINTS as RESIDENTS_SURVEYS
from api.residents.zone_pack import ENDPOINTS as RESIDENTS_ZONE_PACK
from api.staff.ages import ENDPOINTS as STAFF_AGES
from api.staff.audiences import ENDPOINTS as STAFF_AUDIENCES
from api.staff.beacons import ENDPOINTS as STAFF_BEACONS
from api.staff.breach_drafts import ENDPOINTS as STAFF_BREACH_DRAFTS
from api.staff.breaches import ENDPOINTS as STAFF_BREACHES
from api.staff.campaigns import ENDPOINTS as STAFF_CAMPAIGNS
from api.staff.caps import ENDPOINTS as STAFF_CAPS
from api.staff.comments import ENDPOINTS as STAFF_COMMENTS
from api.staff.exports import ENDPOINTS as STAFF_EXPORTS
from api.staff.hearing_documents import ENDPOINTS as STAFF_HEARING_DOCUMENTS
from api.staff.hearings import ENDPOINTS as STAFF_HEARINGS
from api.staff.imports import ENDPOINTS as STAFF_IMPORTS
from api.staff.information import ENDPOINTS as STAFF_INFORMATION
from api.staff.ledger import ENDPOINTS as STAFF_LEDGER
from api.staff.letters import ENDPOINTS as STAFF_LETTERS
from api.staff.manners import ENDPOINTS as STAFF_MANNERS
from api.staff.message_subjects import ENDPOINTS as STAFF_MESSAGE_SUBJECTS
from api.staff.notices import ENDPOINTS as STAFF_NOTICES
from api.staff.oversight import ENDPOINTS as STAFF_OVERSIGHT
from api.staff.paper import ENDPOINTS as STAFF_PAPER
from api.staff.people import ENDPOINTS as STAFF_PEOPLE
from api.staff.planning import ENDPOINTS as STAFF_PLANNING
from api.staff.sessions import ENDPOINTS as STAFF_SESSIONS
from api.staff.simulation import ENDPOINTS as STAFF_SIMULATION
from api.staff.statements import ENDPOINTS as STAFF_STATEMENTS
from api.staff.survey_copies import ENDPOINTS as STAFF_SURVEY_COPIES
from api.staff.survey_drafts import ENDPOINTS as STAFF_SURVEY_DRAFTS
from api.staff.survey_words import ENDPOINTS as STAFF_SURVEY_WORDS
from api.staff.surveys import ENDPOINTS as STAFF_SURVEYS
from api.staff.triggers import ENDPOINTS as STAFF_TRIGGERS
from api.staff.zone_imports import ENDPOINTS as STAFF_ZONE_IMPORTS
from api.staff.zones import ENDPOINTS as STAFF_ZONES

ALL: Final[tuple[AnyEndpoint, ...]] = (
    *RESIDENTS_PRESENCE,  # Asked most often by far, and routes are tried in their order.
    *BALLOTS_RESPONSES,  # Then this: hundreds in the evening on which a survey opens.
    *HEALTH,
    *OPEN_MUNICIPALITIES,
    *OPEN_CHOICES,
    *OPEN_PLACES,
    *OPEN_PUSH_KEY,
    *OPEN_LEDGER,
    *STAFF_PEOPLE,
    *STAFF_SESSIONS,
    *STAFF_NOTICES,
    *STAFF_OVERSIGHT,
    *STAFF_LEDGER,
    *STAFF_LETTERS,
    *STAFF_BREACHES,
    *STAFF_BREACH_DRAFTS,
    *RESIDENTS_REGISTRATION,
    *RESIDENTS_ME,
    *RESIDENTS_CONSENTS,
    *RESIDENTS_NOTICES,
    *RESIDENTS_DEVICE,
    *RESIDENTS_ZONE_PACK,
    *RESIDENTS_MESSAGES,
    *STAFF_AUDIENCES,
    *STAFF_CAMPAIGNS,
    *STAFF_PLANNING,
    *STAFF_MESSAGE_SUBJECTS,
    *STAFF_MANNERS,
    *STAFF_AGES,
    *OPEN_SURVEYS,
    *OPEN_SURVEY_KEYS,
    *OPEN_HEARINGS,
    *OPEN_STATEMENTS,
    *OPEN_CONFIRMATIONS,
    *OPEN_FEED,
    *RESIDENTS_SURVEYS,
    *RESIDENTS_HEARINGS,
    *RESIDENTS_FEED,
    *BALLOTS_OPINIONS,
    *STAFF_SURVEYS,
    *STAFF_PAPER,
    *STAFF_IMPORTS,
    *STAFF_EXPORTS,
    *STAFF_COMMENTS,
    *STAFF_SURVEY_COPIES,
    *STAFF_SURVEY_DRAFTS,
    *STAFF_SURVEY_WORDS,
    *OPEN_PREVIEWS,
    *STAFF_HEARINGS,
    *STAFF_HEARING_DOCUMENTS,
    *STAFF_STATEMENTS,
    *PLANNERS_RELEASES,
    *PLANNERS_COMMENTS,
    *OPEN_RESULTS,
    *OPEN_CATALOG,
    *STAFF_INFORMATION,
    *STAFF_ZONE_IMPORTS,
    *STAFF_ZONES,
    *STAFF_BEACONS,
    *STAFF_TRIGGERS,
    *STAFF_SIMULATION,
    *STAFF_CAPS,
    *OPEN_SIGNATURES,
)


def endpoints() -> list[AnyEndpoint]:
    """All endpoints, in the order in which they are tried."""
    return list(ALL)
