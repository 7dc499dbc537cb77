"""What an endpoint is given, and what it answers with where that is not JSON."""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from starlette.datastructures import Headers
from typing_extensions import TypeVar

from api.http.request import ApiRequest
from api.http.services import Services
from base import localized
from base.database import Work, WorkWhenAsked
from base.errors import PreconditionRequired
from base.tenant import Tenant
from consent.gate import device_permit, remembered_permit, require_device_permit
from consent.permits import Permit, PermitExpired
from consent.purposes import Purpose

_VERSION: Final = re.compile(r'(?:W/)?"([0-9]{1,9})"')

B = TypeVar("B", bound=BaseModel | None, default=None)
Q = TypeVar("Q", bound=BaseModel | None, default=None)
P = TypeVar("P", bound=Purpose)


class RawResponse(NamedTuple):
    """An answer that is not JSON of a model: bytes and their media type."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = {}


@dataclass(slots=True)
class Call(Generic[B, Q]):
    """What an endpoint is given: the unit of work, who calls, what was sent."""

    unit: WorkWhenAsked
    body: B
    query: Q
    raw: bytes
    services: Services
    request: ApiRequest
    device: bytes = field(repr=False, default=b"")
    """The hash of a resident's token."""
    prepared: Any = None
    """What the endpoint's `prepare` gave."""
    permits: list[Permit[Any]] = field(default_factory=list)
    answer_headers: MutableMapping[str, str] = field(default_factory=dict)

    @property
    def work(self) -> Work:
        """The unit of work."""
        return self.unit.work

    @property
    def tenant(self) -> Tenant:
        """Who calls, for which municipality."""
        tenant = self.unit.tenant
        assert tenant is not None
        return tenant

    @property
    def headers(self) -> Headers:
        """What came with the request."""
        return self.request.headers

    @property
    def languages(self) -> list[str]:
        """The languages that the caller reads, best first, and then ours."""
        return localized.languages(self.request.headers.get("accept-language", ""), ("nb", "nn", "en"))

    @property
    def network(self) -> str:
        """The network that it came from."""
        return self.request.network

    def id(self, name: str = "id") -> UUID:
        """An id in the path."""
        found = self.request.path_params[name]
        assert isinstance(found, UUID)
        return found

    def text(self, name: str) -> str:
        """A word in the path."""
        return str(self.request.path_params[name])

    async def permit(self, purpose: type[P]) -> Permit[P]:
        """The caller's permit for a purpose; ConsentRequired where they have not given it."""
        permit = await require_device_permit(self.work, self.services.principals, self.device, purpose)
        self.permits.append(permit)
        return permit

    async def permit_if_given(self, purpose: type[P]) -> Permit[P] | None:
        """The caller's permit for a purpose, where they have given it."""
        permit = self.permit_at_hand(purpose)
        if permit is None:
            permit = await device_permit(self.work, self.services.principals, self.device, purpose)
            if permit is not None:
                self.permits.append(permit)
        return permit

    def permit_at_hand(self, purpose: type[P]) -> Permit[P] | None:
        """The caller's permit for a purpose, where the process remembers that they gave it; None says nothing."""
        permit = remembered_permit(self.services.principals, self.device, purpose)
        if permit is not None:
            self.permits.append(permit)
        return permit

    def still_permitted(self) -> bool:
        """Hold the permits against the clock once more, before the answer goes out."""
        try:
            for permit in self.permits:
                permit.check()
        except PermitExpired:
            return False
        return True

    async def ask_again(self) -> None:
        """Ask once more for what was permitted."""
        for permit in list(self.permits):
            await self.permit(permit.purpose)

    def version(self) -> int:
        """Which version `If-Match` names, of an endpoint with `if_match`; PreconditionRequired without the header."""
        asked = self.headers.get("if-match")
        if asked is None:
            raise PreconditionRequired()
        named = _VERSION.fullmatch(asked)
        return int(named[1]) if named else -1

    def set_version(self, version: int) -> None:
        """Say which version the answer is of."""
        self.answer_headers["ETag"] = f'"{version}"'

    def set_content_language(self, language: str) -> None:
        """Say which language the texts of the answer came in."""
        self.answer_headers["Content-Language"] = language


@dataclass(frozen=True, slots=True)
class Beforehand(Generic[Q]):
    """What is known of a request when its transaction has not begun: who calls, and the body as it came."""

    tenant: Tenant
    raw: bytes
    query: Q
    services: Services
