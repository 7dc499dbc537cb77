"""Every endpoint there is, by audience."""

from importlib import import_module

from api.openapi import AnyEndpoint

TABLES = [
    "api.health",
]


def endpoints() -> list[AnyEndpoint]:
    """All endpoints, in the order of the tables."""
    return [endpoint for name in TABLES for endpoint in import_module(name).ENDPOINTS]
