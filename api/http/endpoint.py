"""What an endpoint is, whom it lets in and what it refuses; `api.http.wrapper` is the wrapper of every one."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Generic, Literal, TypeAlias, TypedDict, Union, Unpack, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from api.http.authentication import Access
from api.http.call import B, Beforehand, Call, Q, RawResponse

MIB = 1 << 20
JSON = "application/json"
ONLY_READS = "it changes nothing"

Act = Callable[[Call[B, Q]], Awaitable[BaseModel | RawResponse | None]]


Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[B, Q]):
    """What one endpoint takes and gives; the wrapper and the OpenAPI document both read it."""

    method: Method
    path: str
    act: Act[B, Q]
    who: Access
    body: type[B] | None = None
    query: type[Q] | None = None
    gives: type[BaseModel] | None = None
    status: int = 200
    also: Mapping[int, str] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    takes: str = JSON
    also_takes: tuple[str, ...] = ()
    """Further media types of the same body."""
    gives_media: str = JSON
    other_media: tuple[str, ...] = ()
    limit_bytes: int = MIB
    town: Literal["none", "number", "query", "survey"] = "none"
    """What names the municipality, where nobody signs in: its number in the path, or `municipality` in the query, or a
    survey or hearing in the path."""
    etag: bool = False
    shared: bool = False
    """Whether the answer is the same for every reader of a municipality, but for its language and query: it is worked
    out once and forgotten when the database tells of a change."""
    compresses: bool = False
    """Whether the answer may be compressed: nothing in it is secret, so that its length tells nothing."""
    example: Mapping[str, object] | None = None
    optional_body: bool = False
    transaction: Literal["always", "when needed"] = "always"
    secret: bool = False
    """Its answer holds a secret: it is shown once, and not kept for an Idempotency-Key."""
    quiet: str = ""
    """Why neither the audit nor what is kept for readers hears of it: it comes again and again."""
    if_match: bool = False
    """Whether it changes only the version that `If-Match` names: 428 without the header, 412 where it is another."""
    not_idempotent: str = ""
    """Why a POST by staff takes no Idempotency-Key; the others do."""
    idempotent_for_all: bool = False
    """A POST by others than staff that takes one."""
    prepare: Callable[[Beforehand[Q]], Coroutine[Any, Any, object]] | None = None
    """Work that takes its time, done after the caller is known and before the transaction begins, and ended where the
    client goes away. It reads the body itself; `body` then only describes it."""

    @property
    def name(self) -> str:
        """What it is called in the document."""
        return self.act.__name__.strip("_")

    @property
    def idempotent(self) -> bool:
        """Whether it does once what comes twice with one `Idempotency-Key`."""
        by_staff = self.who.kind == "staff" and not self.not_idempotent
        return self.method == "POST" and (by_staff or self.idempotent_for_all)

    @property
    def creates(self) -> bool:
        """Whether it makes something new, whose id is known when it has."""
        return self.method == "POST" and self.status == 201

    @property
    def has_body(self) -> bool:
        """Whether something is read from the request's body."""
        return self.body is not None or self.takes != JSON


AnyEndpoint: TypeAlias = "Endpoint[Any, Any]"


class EndpointOptions(TypedDict, Generic[Q], total=False):
    """What an endpoint may say of itself beyond its method, path, function and audience: see Endpoint."""

    gives: type[BaseModel]
    status: int
    also: Mapping[int, str]
    refuses: tuple[int, ...]
    takes: str
    also_takes: tuple[str, ...]
    gives_media: str
    other_media: tuple[str, ...]
    limit_bytes: int
    town: Literal["none", "number", "query", "survey"]
    etag: bool
    shared: bool
    compresses: bool
    example: Mapping[str, object]
    optional_body: bool
    transaction: Literal["always", "when needed"]
    secret: bool
    quiet: str
    if_match: bool
    not_idempotent: str
    idempotent_for_all: bool
    prepare: Callable[[Beforehand[Q]], Coroutine[Any, Any, object]]


def get(path: str, act: Act[B, Q], who: Access, **options: Unpack[EndpointOptions[Q]]) -> Endpoint[B, Q]:
    """An endpoint that reads; what it takes and gives is said by its function's annotations."""
    return _endpoint("GET", path, act, who, options)


def post(path: str, act: Act[B, Q], who: Access, **options: Unpack[EndpointOptions[Q]]) -> Endpoint[B, Q]:
    """An endpoint that creates or does something; see get."""
    return _endpoint("POST", path, act, who, options)


def put(path: str, act: Act[B, Q], who: Access, **options: Unpack[EndpointOptions[Q]]) -> Endpoint[B, Q]:
    """An endpoint that writes a whole anew; see get."""
    return _endpoint("PUT", path, act, who, options)


def patch(path: str, act: Act[B, Q], who: Access, **options: Unpack[EndpointOptions[Q]]) -> Endpoint[B, Q]:
    """An endpoint that changes a part; see get."""
    return _endpoint("PATCH", path, act, who, options)


def delete(path: str, act: Act[B, Q], who: Access, **options: Unpack[EndpointOptions[Q]]) -> Endpoint[B, Q]:
    """An endpoint that removes; see get."""
    return _endpoint("DELETE", path, act, who, options)


def _endpoint(method: Method, path: str, act: Act[B, Q], who: Access, options: EndpointOptions[Q]) -> Endpoint[B, Q]:
    """The endpoint; `Call[Body, Query]` and the return annotation of its function say the models."""
    hints = get_type_hints(act)
    given = hints.pop("return")
    call = next(iter(hints.values()))
    body, query = (None if model is type(None) else model for model in get_args(call) or (None, None))
    choices = get_args(given) if get_origin(given) in (UnionType, Union) else (given,)
    models = [model for model in choices if isinstance(model, type) and issubclass(model, BaseModel)]
    if models and "gives" not in options:
        options["gives"] = models[0]
    return Endpoint(method, path, act, who, body=body, query=query, **options)
