"""Why a command cannot do what was asked."""


class CannotRun(Exception):
    """What was asked cannot be done here, and why."""
