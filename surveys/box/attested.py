"""Attested: the request comes from the municipality's own app on a real phone, as Firebase App Check says.

Besides `push.couriers.fcm` the only module that knows firebase-admin. What Firebase signs says which app asks and until
when; it names neither the phone nor the person, and nothing of it is kept.
"""

import asyncio
from typing import Final, Self
from urllib.parse import urlsplit

from jwt import PyJWKClient, PyJWKSet  # noqa: TID251 - Firebase's address is in its code, and redirects are refused
from jwt.exceptions import PyJWKClientConnectionError, PyJWTError

from base.errors import NotEntitled, Unavailable
from base.settings import Settings

_KEYS: Final = "https://firebaseappcheck.googleapis.com/v1/jwks"
_LONGEST: Final = 4096
_PATIENCE_S: Final = 5
_KEYS_LAST_S: Final = 6 * 3600


class NotAttested(NotEntitled):
    """This survey is answered with the municipality's own app, which shows that it is: the header X-Firebase-AppCheck
    is missing, has expired or is not from that app.
    """

    type, title = "not-attested", "Not attested"


class CannotAttest(Unavailable):
    """Whether this is the municipality's own app cannot be found out just now; try again in a moment."""


class _Keys(PyJWKClient):
    """Firebase's public keys: kept for six hours, and not fetched again for everybody who asks."""

    def get_jwk_set(self, refresh: bool = False) -> PyJWKSet:
        try:
            return super().get_jwk_set(refresh)
        except (PyJWTError, ValueError, OSError) as unreadable:  # Also what is no list of keys at all.
            raise PyJWKClientConnectionError("the keys could not be fetched") from unreadable


class Attestation:
    """Checks what the app sends in X-Firebase-AppCheck, for the apps of one Firebase project."""

    def __init__(self, project: str, apps: frozenset[str], keys_url: str = _KEYS, ask_again_s: float = 30.0) -> None:
        # Only where an app is attested: firebase-admin is tens of megabytes that no other web process needs.
        import firebase_admin
        from firebase_admin import app_check
        from google.auth.credentials import AnonymousCredentials

        self._apps, self._verify = apps, app_check.verify_token
        name = f"medvirk {project} {urlsplit(keys_url).netloc}"
        try:
            self._app = firebase_admin.get_app(name)
        except ValueError:
            # What is verified needs no credentials of ours: the keys are public.
            options = {"projectId": project}
            self._app = firebase_admin.initialize_app(AnonymousCredentials(), options, name)  # type: ignore[no-untyped-call]  # google.auth's has no types
        service = app_check._get_app_check_service(self._app)
        # A key that is not known is taken for one that does not exist for a while: whoever makes ids up makes nobody
        # fetch.
        service._jwks_client = _Keys(
            keys_url,
            lifespan=_KEYS_LAST_S,
            headers=service._APP_CHECK_HEADERS,
            timeout=_PATIENCE_S,
            cooldown_duration=ask_again_s,
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """As the settings say; None where they name no project or none of its apps."""
        apps = frozenset(settings.app_check_apps.replace(",", " ").split())
        project = settings.fcm_project
        if project is None and settings.fcm_credentials is not None:
            from firebase_admin import credentials

            project = credentials.Certificate(str(settings.fcm_credentials)).project_id
        if not apps or project is None:
            return None
        return cls(project, apps, settings.app_check_url or _KEYS)

    async def check(self, token: str | None) -> None:
        """Raise NotAttested where this is not a valid token of one of the apps, CannotAttest where nobody can tell."""
        if not token or len(token) > _LONGEST:
            raise NotAttested()
        try:
            said = await asyncio.to_thread(self._verify, token, self._app)
        except PyJWKClientConnectionError:
            raise CannotAttest() from None
        except (PyJWTError, ValueError, TypeError, AttributeError):
            raise NotAttested() from None  # Without its cause: firebase-admin's errors can repeat the token.
        if said["app_id"] not in self._apps:
            raise NotAttested()
