"""Structured logs that cannot give anybody away: only named fields come through, and never a message's arguments."""

import json
import logging
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "process",
        "method",
        "route",
        "status",
        "ms",
        "job",
        "starts",
        "error",
        "where",
        "count",
        "logger",
        "port",
        "channel",
        "kind",
        "platform",
        "outcome",
        "reason",
        "warning",
        "migration",
        "state",
        "seconds",
        "zones",
        "workers",
        "version",
    }
)
"""Fields that a log line may have; whatever else is given is dropped, whoever gave it."""

_SIMPLE = (str, int, float, bool, type(None))
_JSON = json.JSONEncoder()


def only_allowed(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not allowed, and every value that is not a plain one."""
    return {k: v for k, v in event.items() if k in ALLOWED and isinstance(v, _SIMPLE)}


class _Bare(logging.Formatter):
    """Lines of the libraries below us: their template and level, without arguments, exceptions or stacks."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line; the template stands for the message, since arguments can carry anything."""
        event = {"event": str(record.msg)[:200], "logger": record.name, "level": record.levelname.lower()}
        if "%" not in event["event"] and record.name.partition(".")[0] not in _TRUSTED:
            event["event"] = "library message"
        if record.exc_info and record.exc_info[0] is not None:
            event["error"] = record.exc_info[0].__name__
        return json.dumps(event) if self._as_json else f"{event['level']:<8} {event['logger']}: {event['event']}"


_TRUSTED = frozenset({"uvicorn"})


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The least level that is told (logging's number), json or text, and what the process is called in each line."""

    level: int = logging.INFO
    form: str = "text"
    process: str = ""


in_force = LogSettings()
"""What `configure` has set up."""


def configure(level: str, form: str, process: str) -> None:
    """Set up logging for a process: `form` is json or text, `process` names it in every line."""
    global in_force
    number = logging.getLevelNamesMapping()[level.upper()]
    in_force = LogSettings(number, form, process)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Bare(form == "json"))
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    as_text = structlog.dev.ConsoleRenderer(colors=False)

    def line(logger: object, method: str, event: MutableMapping[str, Any]) -> str:
        """One step from what is logged to the line."""
        told = only_allowed(logger, method, event)
        told.update(level=method, timestamp=datetime.now(UTC).isoformat(), process=process)
        return _JSON.encode(told) if form == "json" else str(as_text(logger, method, told))

    structlog.configure(
        processors=[line],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
