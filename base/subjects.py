"""What residents are asked or told about."""

from typing import Literal, TypeAlias

SubjectKind: TypeAlias = Literal["survey", "hearing", "info"]
"""A survey, a hearing or a piece of information."""
