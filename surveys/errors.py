"""What surveys and hearings answer where a thing is not there, has not begun or is over."""

from base.errors import Closed, Conflict, NotFound


class NoSuchSurvey(NotFound):
    """There is no such survey."""


class NoSuchHearing(NotFound):
    """There is no such hearing."""


class SurveyIsClosed(Closed):
    """This survey is closed."""


class SurveyHasNotBegun(Conflict):
    """This survey has not begun yet."""


class HearingIsClosed(Closed):
    """The deadline of this hearing has passed."""
