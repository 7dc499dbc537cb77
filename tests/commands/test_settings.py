"""A setting that is misspelt or impossible is refused at the start, by its name and without its value."""

import os
import subprocess
import sys

import pytest

from base.settings import Settings, misspelt
from commands.main import main

SECRET = "hunter2-is-secret"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings."""
    for name in list(os.environ):
        if name.startswith("MEDVIRK_"):
            monkeypatch.delenv(name)
    return monkeypatch


IMPOSSIBLE = [
    ("DATABASE_URL", f"mysql://app:{SECRET}@host/medvirk"),
    ("DATABASE_URL", f"postgresql://app:{SECRET}@[::1/medvirk"),
    ("DATABASE_URL", f"postgresql://app:{SECRET}@host/medvirk?statement_cache_size=none"),
    ("OWNER_DATABASE_URL", SECRET),
    ("DIRECT_DATABASE_URL", SECRET),
    ("POOL_SIZE", "0"),
    ("POOL_SIZE", "many"),
    ("POOL_SIZE", "9" * 400),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "8765.5"),
    ("METRICS_PORT", "x"),
    ("WORKER_METRICS_PORT", "-1"),
    ("PUBLIC_URL", "medvirk.kommune.no"),
    ("PUBLIC_URL", "https://x.no/path"),
    ("BALLOT_ORIGIN", "ftp://x.no"),
    ("TRUSTED_PROXIES", "proxy.kommune.no"),
    ("TRUSTED_PROXIES", "10.0.0.0/99"),
    ("FCM_CREDENTIALS", "/nowhere/at-all.json"),
    ("FCM_URL", "https://evil.example"),
    ("FCM_PER_MINUTE", "-1"),
    ("FCM_HTTP2", "perhaps"),
    ("APP_CHECK_URL", "https://evil.example"),
    ("SMTP_URL", f"http://u:{SECRET}@host"),
    ("SMTP_URL", f"smtp://u:{SECRET}@host"),
    ("EMBED_ORIGINS", "*"),
    ("REGISTRATIONS_PER_MINUTE", "0"),
    ("PRESENCE_PER_MINUTE", "1e3"),
    ("KARTVERKET", "2"),
    ("KARTVERKET_URL", "https://evil.example"),
    ("BASEMAP", "/nowhere/town.pmtiles"),
    ("BASEMAP", "/proc/version"),
    ("LOG_LEVEL", "loud"),
    ("LOG_FORMAT", "xml"),
    ("DATA_FOLDER", "/proc/version"),
    ("KEYS_FOLDER", "/proc/version"),
]


@pytest.mark.parametrize(("name", "value"), IMPOSSIBLE)
def test_an_impossible_setting_is_refused_by_its_name(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    environment.setenv(f"MEDVIRK_{name}", value)
    assert main(["ledger", "verify"]) == 2
    said = capsys.readouterr().err
    assert f"MEDVIRK_{name}" in said or ("MEDVIRK_SMTP_FROM" in said and name == "SMTP_URL")
    assert SECRET not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("name", "meant"),
    [("MEDVIRK_PROT", "MEDVIRK_PORT"), ("MEDVIRK_DATABSE_URL", "MEDVIRK_DATABASE_URL"), ("MEDVIRK_XYZZY", None)],
)
def test_a_misspelt_setting_is_refused_by_its_name(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, meant: str | None
) -> None:
    environment.setenv(name, SECRET)
    assert main(["ledger", "verify"]) == 2
    said = capsys.readouterr().err
    assert f"{name} is no setting" in said
    assert meant is None or f"is {meant} meant?" in said
    assert SECRET not in said


def test_every_setting_is_known_and_so_is_what_up_tells_its_children(environment: pytest.MonkeyPatch) -> None:
    assert misspelt([f"MEDVIRK_{name.upper()}" for name in Settings.model_fields]) == []
    assert misspelt(["MEDVIRK_UNDER_UP", "MEDVIRK_PROVE", "PATH", "MEDVIRKNING"]) == []
    assert misspelt(["MEDVIRK_BENCH_AUDIENCE", "MEDVIRK_TEST_POSTGRES", "MEDVIRK_FORMS", "MEDVIRK_DATA"]) == []


@pytest.mark.parametrize("verb", ["serve", "worker", "migrate", "up", "keys", "zones"])
def test_every_verb_refuses_it(verb: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MEDVIRK_")}
    arguments = {"keys": ["rotate"], "zones": ["import", "x", "--municipality", "3907"]}.get(verb, [])
    done = subprocess.run(
        [sys.executable, "-m", "commands.main", verb, *arguments],
        env={**env, "MEDVIRK_PROT": "1"},
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (2, "medvirk: MEDVIRK_PROT is no setting; is MEDVIRK_PORT meant?")
