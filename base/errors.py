"""Errors that a caller can do something about; at the edge they are `application/problem+json` (RFC 9457).

A room's own error subclasses one of these beside the verb that raises it; its docstring is its message.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from base.translation import house_language, page_texts, translate


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: an RFC 6901 pointer into what was sent, and a sentence in English, whose `{places}`
    are filled with `values` once it has been translated (`base/locale`).
    """

    pointer: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """What is wrong, in English."""
        return self.in_language(("en",))

    def in_language(self, languages: Sequence[str]) -> str:
        """What is wrong, in the first of these languages that the house speaks."""
        return translate(self.sentence, languages, **self.values)


class Problem(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "unavailable"
    title: ClassVar[str] = "Unavailable"

    def __init__(self, sentence: str | None = None, /, **values: object) -> None:
        """Say the class's docstring, or another sentence in English, its `{places}` filled once it is translated."""
        self.sentence = sentence or said_by(type(self))
        self.values = values
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """What went wrong, in English."""
        return self.in_language(("en",))

    def in_language(self, languages: Sequence[str]) -> str:
        """What went wrong, in the first of these languages that the house speaks."""
        return translate(self.sentence, languages, **self.values)

    def members(self, languages: Sequence[str] = ("en",)) -> dict[str, object]:
        """Further members of the problem document, in the first of these languages that the house speaks."""
        return {}


def said_by(problem: type[Problem]) -> str:
    """What a problem says where nothing else is said: its docstring, in one line."""
    return " ".join((problem.__doc__ or problem.title).split())


class Invalid(Problem):
    """Something in what was sent is not right."""

    status, type, title = 422, "validation", "Validation"

    def __init__(self, errors: Sequence[FieldError], sentence: str | None = None, /, **values: object) -> None:
        super().__init__(sentence, **values)
        self.errors = tuple(errors)

    def members(self, languages: Sequence[str] = ("en",)) -> dict[str, object]:
        """The fields at fault."""
        return {"errors": [{"pointer": e.pointer, "detail": e.in_language(languages)} for e in self.errors]}


def invalid(pointer: str, sentence: str, /, **values: object) -> Invalid:
    """One field at fault, in a sentence of English that has translations (`base/locale`)."""
    return Invalid([FieldError(pointer, sentence, values)])


def refuse_unknown(pointer: str, wanted: Iterable[object], known: Container[object], sentence: str) -> None:
    """Raise Invalid, naming the place of each, where some of what is wanted is not known."""
    errors = [FieldError(f"{pointer}/{place}", sentence) for place, one in enumerate(wanted) if one not in known]
    if errors:
        raise Invalid(errors)


class BadRequest(Problem):
    """The request could not be read."""

    status, type, title = 400, "bad-request", "Bad request"


class Unauthorized(Problem):
    """This needs a valid credential."""

    status, type, title = 401, "unauthorized", "Unauthorized"
    scheme: ClassVar[str] = "Bearer"


class Forbidden(Problem):
    """Your role does not allow this."""

    status, type, title = 403, "forbidden", "Forbidden"

    def __init__(self, sentence: str | None = None, /, *, roles: Collection[str] = (), **values: object) -> None:
        """With `roles`, say who may."""
        self.roles = tuple(sorted(roles))
        super().__init__(sentence, **values)

    def in_language(self, languages: Sequence[str]) -> str:
        """What went wrong, and who can do it, in the first of these languages that the house speaks."""
        said = super().in_language(languages)
        if not self.roles:
            return said
        texts = page_texts(house_language(languages))
        names = ", ".join(texts[f"people.role-{role}"] for role in self.roles)
        return f"{said} {translate('Those who can have one of these roles: {names}.', languages, names=names)}"


class SignInAgain(Problem):
    """This reaches so many, or is so grave, that it takes a fresh sign-in: sign in again, and then do it."""

    status, type, title = 403, "sign-in-again", "Sign in again"


class NotEntitled(Problem):
    """You are not among those who may do this."""

    status, type, title = 403, "not-entitled", "Not entitled"


class ConsentRequired(Problem):
    """This needs your consent, and you have not given it or have withdrawn it."""

    status, type, title = 403, "consent-required", "Consent required"

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def members(self, languages: Sequence[str] = ("en",)) -> dict[str, object]:
        """The purpose that consent is missing for."""
        return {"purpose": self.purpose}


class NotFound(Problem):
    """There is nothing here."""

    status, type, title = 404, "not-found", "Not found"


class MethodNotAllowed(Problem):
    """This address does not take that method."""

    status, type, title = 405, "method-not-allowed", "Method not allowed"


class Conflict(Problem):
    """This has been changed or done already."""

    status, type, title = 409, "conflict", "Conflict"


class Closed(Problem):
    """This is closed."""

    status, type, title = 410, "closed", "Closed"


class PreconditionFailed(Problem):
    """This has been changed since you read it."""

    status, type, title = 412, "precondition-failed", "Precondition failed"


class PreconditionRequired(Problem):
    """Say which version you read (If-Match)."""

    status, type, title = 428, "precondition-required", "Precondition required"


class TooLarge(Problem):
    """What was sent is too large."""

    status, type, title = 413, "too-large", "Too large"


class UnsupportedMediaType(Problem):
    """This content type is not taken here."""

    status, type, title = 415, "unsupported-media-type", "Unsupported media type"


class RateLimited(Problem):
    """Too many requests; wait a little."""

    status, type, title = 429, "rate-limited", "Rate limited"

    def __init__(self, retry_after_s: int = 60) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class Unavailable(Problem):
    """The service cannot answer just now; try again in a moment."""

    status, type, title = 503, "unavailable", "Unavailable"
