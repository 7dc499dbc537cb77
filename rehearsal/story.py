"""How the rehearsal is told: acts with numbers, sentences, and a last word that is kept."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import TextIO

WIDTH = 100


@dataclass
class Story:
    """Prints as it goes, and remembers what did not hold."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    began: float = field(default_factory=time.monotonic)
    acts: int = 0
    broken: list[str] = field(default_factory=list)

    def _say(self, text: str = "") -> None:
        print(text, file=self.out, flush=True)

    def act(self, title: str) -> None:
        """A new act."""
        self.acts += 1
        seconds = f"{time.monotonic() - self.began:5.1f} s"
        heading = f"{self.acts}. {title}"
        self._say(f"\n{heading}{seconds:>{WIDTH - len(heading)}}\n{'─' * WIDTH}")

    def tell(self, text: str) -> None:
        """A sentence or two."""
        self._say(fill(text, WIDTH, initial_indent="   ", subsequent_indent="   "))

    def count(self, number: int | str, what: str) -> None:
        """A number, and what it counts."""
        shown = f"{number:,}" if isinstance(number, int) else number
        self._say(fill(what, WIDTH, initial_indent=f"{shown:>10}  ", subsequent_indent=" " * 12))

    def stored(self, what: str, never: str) -> None:
        """What of this act is stored, and what is not."""
        for mark, text in (("+ stored:     ", what), ("− not stored: ", never)):
            self._say(fill(text, WIDTH, initial_indent=f"   {mark}", subsequent_indent=" " * 17))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """A table; the first row is its heading, the first column is text."""
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for number, row in enumerate(rows):
            first, *rest = zip(row, widths, strict=True)
            cells = [f"{first[0]:<{first[1]}}", *(f"{text:>{width}}" for text, width in rest)]
            self._say("     " + "   ".join(cells))
            if not number:
                self._say("     " + "   ".join("─" * width for width in widths))

    def check_quietly(self, holds: bool, what: str) -> None:
        """A promise that is only worth a line where it is broken."""
        if not holds:
            self.check(False, what, "it was not so")

    def refusal(self, status: int, expected: int, what: str) -> None:
        """Something was tried, and answered as it must be."""
        if status == expected:
            self.count(f"{status}", what)
        else:
            self.check(False, what, f"answered {status}, not {expected}")

    def check(self, holds: bool, what: str, evidence: str) -> None:
        """One line of the audit."""
        if not holds:
            self.broken.append(what)
        self._say(
            fill(f"{what} ({evidence})", WIDTH, initial_indent="   ✓ " if holds else "   ✗ ", subsequent_indent="     ")
        )

    def end(self) -> int:
        """The last word; 0 where every line of the audit holds, 1 otherwise."""
        seconds = time.monotonic() - self.began
        if self.broken:
            self._say(f"\nBroken: {'; '.join(self.broken)}. The walkthrough took {seconds:.0f} s.")
            return 1
        self._say(f"\nEvery promise held. The walkthrough took {seconds:.0f} s; its database is gone.")
        return 0
