"""Every endpoint there is, by audience."""

from importlib import import_module

from api.openapi import AnyEndpoint

TABLES = [
    "api.health",
    "api.open.municipalities",
    "api.residents.registration",
    "api.residents.me",
    "api.residents.consents",
    "api.residents.device",
    "api.staff.campaigns",
]


def endpoints() -> list[AnyEndpoint]:
    """All endpoints, in the order of the tables."""
    return [endpoint for name in TABLES for endpoint in import_module(name).ENDPOINTS]
