"""What an operator watches: outcomes, what waits, and a courier that refuses us. Nothing here tells of a resident."""

from prometheus_client import Counter, Gauge

from base.clock import now
from base.database import Work
from base.queries import load_queries

sql = load_queries(__file__)
OUTCOMES = Counter("medvirk_push_outcomes_total", "Answers of couriers to messages", ["kind", "platform", "outcome"])
REFUSED = Counter(
    "medvirk_push_alarms_total",
    "Answers that an operator must act on: a credential, a payload",
    ["kind", "platform", "reason"],
)
BLOCKED_UNTIL = Gauge(
    "medvirk_push_road_closed_until_seconds",
    "Until when (Unix time) nothing is sent by a kind of address to a platform, for what its courier answered",
    ["kind", "platform"],
)
WAITING = Gauge("medvirk_push_waiting", "Deliveries that are due and not sent yet", ["municipality"])
OLDEST_S = Gauge(
    "medvirk_push_oldest_seconds", "How long the oldest of them has been due, in seconds", ["municipality"]
)


async def measure_waiting(work: Work, number: str) -> None:
    """Count what is due in the municipality of this number."""
    row = await work.fetchrow(sql.waiting, at=now())
    assert row is not None
    WAITING.labels(number).set(row["n"])
    OLDEST_S.labels(number).set(row["oldest_s"])
