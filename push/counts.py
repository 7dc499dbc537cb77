"""How a number of residents is shown to staff: rounded, and hidden where it could point at somebody."""

from typing import Literal

Count = int | str
"""A rounded number, or `"<k"`."""

NEAREST = 5


def shown(exact: int, smallest_group: int, *, zero: Literal["hidden", "shown"] = "hidden") -> Count:
    """Round to the nearest 5; hide what is under `smallest_group`. For a counter, that there is none may be shown."""
    if exact == 0 and zero == "shown":
        return 0
    if exact < smallest_group:
        return f"<{smallest_group}"
    return max(NEAREST * round(exact / NEAREST), -(-smallest_group // NEAREST) * NEAREST)
