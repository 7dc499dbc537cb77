"""The expressions of XLSForms (`relevant`, `constraint`), as far as our conditions and limits can say the same.

A small part of XPath 1.0 as the XLSForm documentation uses it: comparisons of `${question}` or `.` with a value,
`selected()`, `count-selected()`, `string-length()`, `date()`, `not()`, `and`, `or`, parentheses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from surveys.xlsform.notes import LeftOut

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{\s*[^}\s]+\s*\}) | (?P<string>'[^']*'|"[^"]*"|‘[^’]*’|“[^”]*”) | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<op>!=|<=|>=|=|<|>) | (?P<word>[A-Za-z][\w-]*) | (?P<sign>[(),]) | (?P<self>\.(?!\d))
    )""",
    re.VERBOSE,
)
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_DEEPEST = 8


class CannotCarry(LeftOut):
    """The expression says something that our conditions cannot; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Term:
    """What is compared: the answer itself, one of what is selected, how many are selected, or how long a text is.

    `name` is "" for `.`.
    """

    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: a term, an operator, a value."""

    term: Term
    op: str
    value: str | Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """Several expressions joined by `all`, `any` or `not`."""

    how: str
    parts: tuple["Expression", ...]


Expression = Compared | Group


def parse(text: str) -> Expression:
    """The expression of a cell. Raises CannotCarry."""
    return _Parser(list(_tokens(text))).whole()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise CannotCarry("it uses {word}", word=text[place : place + 20].strip())
        place = found.end()
        kind = found.lastgroup or ""
        yield kind, found[kind]


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.depth = 0

    def whole(self) -> Expression:
        found = self.any()
        if self.tokens:
            self.refuse()
        return found

    def any(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise CannotCarry("it is nested too deeply")
        parts = [self.all()]
        while self.take("word", "or"):
            parts.append(self.all())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Group("any", tuple(parts))

    def all(self) -> Expression:
        parts = [self.one()]
        while self.take("word", "and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Group("all", tuple(parts))

    def one(self) -> Expression:
        if self.take("sign", "("):
            inside = self.any()
            self.must("sign", ")")
            return inside
        if self.take("word", "not"):
            self.must("sign", "(")
            inside = self.any()
            self.must("sign", ")")
            return Group("not", (inside,))
        if self.take("word", "selected"):
            self.must("sign", "(")
            term = self.term()
            self.must("sign", ",")
            value = self.value()
            self.must("sign", ")")
            if term.what != "answer":
                self.refuse()
            return Compared(Term("selected", term.name), "=", value)
        return self.comparison()

    def comparison(self) -> Expression:
        left = self.either()
        op = self.next("op")
        right = self.either()
        if isinstance(left, Term) and not isinstance(right, Term):
            return Compared(left, op, right)
        if isinstance(right, Term) and not isinstance(left, Term):
            return Compared(right, _FLIPPED[op], left)
        raise CannotCarry("it does not compare one question with one value")

    def either(self) -> Term | str | Decimal:
        if self.tokens and (self.tokens[0][0] in ("string", "number") or self.tokens[0] == ("word", "date")):
            return self.value()
        return self.term()

    def term(self) -> Term:
        for word, what in (("count-selected", "count"), ("string-length", "length")):
            if self.take("word", word):
                self.must("sign", "(")
                inside = (
                    Term("answer", "") if self.take("self", ".") else Term("answer", self.next("ref")[2:-1].strip())
                )
                self.must("sign", ")")
                return Term(what, inside.name)
        if self.take("self", "."):
            return Term("answer", "")
        return Term("answer", self.next("ref")[2:-1].strip())

    def value(self) -> str | Decimal:
        if not self.tokens:
            self.refuse()
        if self.take("word", "date"):
            self.must("sign", "(")
            day = self.next("string")[1:-1]
            self.must("sign", ")")
            return day
        kind, text = self.tokens.pop(0)
        if kind == "string":
            return text[1:-1]
        if kind == "number":
            return Decimal(text)
        self.tokens.insert(0, (kind, text))
        self.refuse()

    def take(self, kind: str, text: str) -> bool:
        if self.tokens and self.tokens[0] == (kind, text):
            self.tokens.pop(0)
            return True
        return False

    def must(self, kind: str, text: str) -> None:
        if not self.take(kind, text):
            self.refuse()

    def next(self, kind: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            self.refuse()
        return self.tokens.pop(0)[1]

    def refuse(self) -> NoReturn:
        if self.tokens:
            raise CannotCarry("it uses {word}", word=self.tokens[0][1])
        raise CannotCarry("it ends too early")
