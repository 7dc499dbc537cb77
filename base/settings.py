"""All settings: environment variables named `MEDVIRK_…`, read once, frozen."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from base import pmtiles
from base.connecting import address
from base.hosts import AllowedHosts, names

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
Port = Annotated[int, Field(ge=1, le=65535)]
Rate = Annotated[int, Field(ge=1, le=10**9)]
_NOT_SETTINGS = frozenset(("MEDVIRK_UNDER_UP", "MEDVIRK_PROVE", "MEDVIRK_FORMS", "MEDVIRK_DATA"))
"""What `medvirk up` tells its children, and what tests and measurements are told: how long they are, where data lie."""
_NOT_SETTINGS_BEGIN = ("MEDVIRK_BENCH_", "MEDVIRK_TEST_")


class Settings(BaseSettings):
    """Each field is the environment variable `MEDVIRK_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="MEDVIRK_", frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL (15 or newer) as the application's role: a role that owns no table and bypasses "
        "nothing. Unset: `medvirk up` starts a PostgreSQL of its own.",
    )
    owner_database_url: SecretStr | None = Field(
        None, description="The same database as the role that owns the tables; for `medvirk migrate` alone."
    )
    direct_database_url: SecretStr | None = Field(
        None, description="A connection that goes past PgBouncer, for LISTEN; the database URL where unset."
    )
    pool_size: Annotated[int, Field(ge=1, le=1000)] = Field(10, description="Database connections of each process.")
    host: str = Field("127.0.0.1", description="Address that the web process listens on.")
    port: Port = Field(8765, description="Port of the web process.")
    public_url: str | None = Field(
        None, description="Where residents and staff reach the service, such as https://medvirk.kommune.no."
    )
    trusted_proxies: str = Field(
        "", description="Addresses of reverse proxies, with commas, whose X-Forwarded-For and -Proto are believed."
    )
    ballot_origin: str | None = Field(
        None, description="Another origin that serves the anonymous door, such as https://svar.kommune.no."
    )
    metrics_port: Port = Field(9465, description="Port of the web process's Prometheus metrics.")
    worker_metrics_port: Port = Field(9466, description="Port of the worker's Prometheus metrics.")
    data_folder: Path = Field(
        Path(".medvirk"),
        description="Where `medvirk up` keeps its database and keys, and where a town's sketch may lie "
        "(`sketches`, named by the municipality's number).",
    )
    keys_folder: Path | None = Field(
        None, description="Where keys are kept, outside the database and its backups; `keys` in the data folder."
    )
    fcm_credentials: Path | None = Field(
        None, description="Service account file of the Firebase project; without it push goes to the log alone."
    )
    fcm_project: str | None = Field(None, description="Firebase project id, where the credentials do not name it.")
    fcm_url: str | None = Field(
        None, description="Another FCM endpoint, for rehearsals: taken only where it is on this machine (loopback)."
    )
    fcm_per_minute: int = Field(
        540_000,
        ge=0,
        description="Requests of all workers together to FCM a minute (its quota is 600,000); 0 for no limit.",
    )
    fcm_http2: bool = Field(
        False, description="Speak HTTP/2 to FCM: fewer connections, for networks that count them, and a lower rate."
    )
    app_check_apps: str = Field(
        "",
        description="Ids of the municipality's apps in the Firebase project, with commas; surveys for attested apps "
        "are offered where App Check is set up for them.",
    )
    app_check_url: str | None = Field(
        None, description="Other keys of App Check, for rehearsals: taken only from this machine (loopback)."
    )
    webpush_contact: str | None = Field(
        None, description="mailto: or https: address that push services can write to; the public URL where unset."
    )
    webpush_hosts: str = Field(
        "",
        description="Further hosts that web push may be sent to, for UnifiedPush: push.example.no, *.example.org. One "
        "in a private network must stand in MEDVIRK_ALLOWED_HOSTS too.",
    )
    allowed_hosts: str = Field(
        "",
        description="Hosts that may be called although they lie in a private network or on this machine, with commas: "
        "broker.example.no, 10.0.0.5:8883. Everything else that this configuration, residents or staff name is called "
        "at public addresses alone. The mail server and the database are where their settings say.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server that confirms statements, such as smtp://user:password@host:587 (with STARTTLS) or "
        "smtps://host; without it none is confirmed and no address is asked for.",
    )
    smtp_from: str | None = Field(None, description="Address that mail comes from; needed with the mail server.")
    embed_origins: str = Field(
        "", description="Websites that may show the embedded list, with spaces: https://www.kommune.no"
    )
    registrations_per_minute: Rate = Field(60, description="Registrations a minute from one network.")
    counted_after_days: int = Field(
        3,
        ge=0,
        le=365,
        description="Staff's counts are made once a night, of residents registered for so many days, so that nobody is "
        "known by what changes; 0, for demonstrations alone: of everybody, every few seconds.",
    )
    presence_per_minute: Rate = Field(60, description="Presence calls a minute of one resident.")
    basemap: Path | None = Field(
        None,
        description="Map of the municipality's own, drawn by its own pages: a PMTiles archive (version 3, vector tiles "
        "with Protomaps' layers), such as /srv/medvirk/town.pmtiles.",
    )
    kartverket: bool | None = Field(
        None,
        description="Ask Kartverket for map tiles, addresses and place names. This server asks, so Kartverket does not "
        "learn who looks. Unset: "
        "yes, but not in the demo of `medvirk up`.",
    )
    kartverket_url: str | None = Field(
        None, description="Another Kartverket, for rehearsals: taken only where it is on this machine (loopback)."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["json", "text"] = Field(
        "json", description="One JSON object or one readable line an event; a person at a terminal gets lines."
    )

    @field_validator("database_url", "owner_database_url", "direct_database_url")
    @classmethod
    def _a_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            address(url.get_secret_value())
        return url

    @field_validator("public_url", "ballot_origin")
    @classmethod
    def _an_origin(cls, origin: str | None) -> str | None:
        if origin is not None and not _ORIGIN.fullmatch(origin.rstrip("/")):
            raise ValueError("this must be an origin such as https://medvirk.kommune.no, without a path")
        return origin

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, proxies: str) -> str:
        for part in filter(None, (text.strip() for text in proxies.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError("this must be addresses such as 10.0.0.2 or 10.0.0.0/24, with commas") from None
        return proxies

    @field_validator("fcm_credentials")
    @classmethod
    def _a_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError("there is no such file")
        return path

    @field_validator("basemap")
    @classmethod
    def _a_map(cls, path: Path | None) -> Path | None:
        if path is not None:
            pmtiles.check(path)
        return path

    @field_validator("data_folder", "keys_folder")
    @classmethod
    def _a_folder(cls, path: Path | None) -> Path | None:
        if path is not None and path.exists() and not path.is_dir():
            raise ValueError("this is no folder")
        return path

    @property
    def keys_path(self) -> Path:
        """Where keys are kept."""
        return self.keys_folder or self.data_folder / "keys"

    @property
    def sketches_path(self) -> Path:
        """Where hand-drawn maps lie, one for a municipality, named by its number (`3907.geojson`)."""
        return self.data_folder / "sketches"

    @property
    def asks_kartverket(self) -> bool:
        """Whether this server may ask Kartverket's open services: yes, where nobody has said no."""
        return self.kartverket is not False

    @property
    def origin(self) -> str:
        """Scheme, host and port under which the pages are reached."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def confirms_by_mail(self) -> bool:
        """Whether statements are confirmed by e-mail."""
        return self.smtp_url is not None

    @model_validator(mode="after")
    def _mail_has_a_sender(self) -> Self:
        if self.smtp_url is None:
            return self
        parts = urlsplit(self.smtp_url.get_secret_value())
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("MEDVIRK_SMTP_URL must be smtp://host:port or smtps://host:port")
        if self.smtp_from is None or not _ADDRESS.fullmatch(self.smtp_from):
            raise ValueError("MEDVIRK_SMTP_FROM must be the address that mail comes from")
        return self

    @model_validator(mode="after")
    def _embedded_by_websites(self) -> Self:
        if not all(_ORIGIN.fullmatch(origin) for origin in self.embed_origins.split()):
            raise ValueError("MEDVIRK_EMBED_ORIGINS must be origins such as https://www.kommune.no")
        return self

    @property
    def hosts_in_private_networks(self) -> AllowedHosts:
        """Hosts that may be called wherever they are."""
        return AllowedHosts.read(self.allowed_hosts)

    @model_validator(mode="after")
    def _hosts_are_hosts(self) -> Self:
        try:
            AllowedHosts.read(self.allowed_hosts)
        except ValueError as error:
            raise ValueError(f"MEDVIRK_ALLOWED_HOSTS: {error}") from None
        try:
            names(self.webpush_hosts)
        except ValueError as error:
            raise ValueError(f"MEDVIRK_WEBPUSH_HOSTS: {error}") from None
        return self

    @model_validator(mode="after")
    def _rehearsals_stay_here(self) -> Self:
        if self.fcm_url is not None and not is_loopback(self.fcm_url):
            raise ValueError("MEDVIRK_FCM_URL must be an address on this machine (loopback)")
        if self.app_check_url is not None and not is_loopback(self.app_check_url):
            raise ValueError("MEDVIRK_APP_CHECK_URL must be an address on this machine (loopback)")
        if self.kartverket_url is not None and not is_loopback(self.kartverket_url):
            raise ValueError("MEDVIRK_KARTVERKET_URL must be an address on this machine (loopback)")
        return self


def misspelt(environment: Iterable[str]) -> list[str]:
    """Variables of the environment that look like settings and are none, each with what may have been meant."""
    known = [f"MEDVIRK_{name.upper()}" for name in Settings.model_fields]
    wrong = sorted(
        name
        for name in environment
        if name.upper().startswith("MEDVIRK_")
        and name.upper() not in (*known, *_NOT_SETTINGS)
        and not name.upper().startswith(_NOT_SETTINGS_BEGIN)
    )
    said = []
    for name in wrong:
        near = get_close_matches(name.upper(), known, 1)
        said.append(f"{name} is no setting" + (f"; is {near[0]} meant?" if near else ""))
    return said


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine and nowhere else."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
