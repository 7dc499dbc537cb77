"""Why a command cannot do what was asked, in plain words."""

from base.errors import Invalid, Problem


class CannotRun(Exception):
    """What was asked cannot be done here, and why."""


def lines(refused: Problem | CannotRun) -> list[str]:
    """What is wrong, a line for each field at fault: where (RFC 6901), and why."""
    if isinstance(refused, Invalid) and refused.errors:
        return [f"{error.pointer}: {error.detail}" if error.pointer else error.detail for error in refused.errors]
    return [str(refused)]
