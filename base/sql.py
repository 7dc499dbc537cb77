"""Set-based and locking SQL stands in named files beside the module that runs it."""

from functools import cache
from pathlib import Path


@cache
def load(module: str, name: str) -> str:
    """The text of a `.sql` file beside a module: `load(__file__, "fill.sql")`."""
    return (Path(module).parent / name).read_text(encoding="utf-8")
