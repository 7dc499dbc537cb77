"""Prometheus metrics of the web process: by route template, never by zone, survey or id."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("medvirk_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("medvirk_request_seconds", "Seconds to answer", ["method", "route"])


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    REQUESTS.labels(method, route, status).inc()
    SECONDS.labels(method, route).observe(seconds)
