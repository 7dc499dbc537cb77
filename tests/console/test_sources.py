"""What is served to browsers is small, our own, and holds to the policy that its pages are sent with."""

import re
from pathlib import Path

import pytest

import assets
from console import security
from console.pages import PAGES
from console.rendering import FOLDER, STATIC
from tests.console.test_texts import SOURCES

MODULES = sorted((STATIC / "app").rglob("*.js"))
TEMPLATES = sorted((FOLDER / "templates").glob("*.html"))


def test_the_policy_lets_nothing_in_that_is_not_ours() -> None:
    policy = security.headers("abc")["content-security-policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'nonce-abc'" in policy


def test_the_anonymous_door_is_let_in_only_where_it_is_set() -> None:
    policy = security.headers("abc", ballot_origin="https://svar.example/x; script-src *")
    said = policy["content-security-policy"]
    assert "connect-src 'self' https://svar.example;" in said
    assert "img-src 'self' data: blob:;" in said
    assert "script-src *" not in said
    with pytest.raises(ValueError, match="ballot origin"):
        security.headers("abc", ballot_origin="javascript:alert(1)")


def test_a_page_is_held_in_a_frame_by_our_own_pages_alone_and_only_where_it_says_so() -> None:
    said = security.headers("abc")["content-security-policy"]
    assert "frame-ancestors 'none'" in said
    assert "frame-src" not in said
    assert "frame-src 'self'" in security.headers("abc", frames=True)["content-security-policy"]
    assert "frame-ancestors 'self'" in security.headers("abc", framed=True)["content-security-policy"]
    assert [page.path for page in PAGES if page.framed] == ["/app/preview"]


def test_each_answer_has_a_nonce_of_its_own() -> None:
    assert security.nonce() != security.nonce()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_code_and_no_foreign_address(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"""\sstyle=|\son\w+=|javascript:|https?://""", source)
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script or "nonce=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_are_short_and_never_parse_text_as_html(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) < 200
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source)


def test_every_file_that_a_page_names_is_there() -> None:
    named = {name for path in SOURCES for name in re.findall(r"/static/([\w./-]+\.[a-zA-Z0-9]+)", path.read_text())}
    assert {"vendor/maplibre-gl.mjs", "app/app.css"} <= named
    assert not [name for name in named if not (STATIC / name).is_file()]


def test_every_import_of_a_module_leads_somewhere() -> None:
    mapped = set(re.findall(r'"([@\w/-]+)":"/static', (FOLDER / "templates" / "base.html").read_text()))
    for path in MODULES:
        for name in re.findall(r"""from ["']([^"']+)["']""", path.read_text()):
            assert name in mapped or (path.parent / name).is_file(), f"{path.name} imports {name}"


def test_the_worker_keeps_no_answer_of_the_api() -> None:
    source = (STATIC / "app" / "sw.js").read_text()
    assert "/v1" not in source
    assert 'headers.has("authorization")' in source


def test_the_lock_file_names_no_registry() -> None:
    lock = (Path(assets.__file__).parent / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "integrity" in lock


def test_every_package_that_is_served_is_named_with_its_licence() -> None:
    licences = (assets.VENDOR / "LICENSES.txt").read_text()
    for name in (
        "maplibre-gl",
        "terra-draw",
        "@digdir/designsystemet-css",
        "@cloudflare/blindrsa-ts",
        "sjcl",
        "pmtiles",
    ):
        assert f"{name} " in licences
    assert "SIL OPEN FONT LICENSE" in licences
    assert "Copyright 2021 Protomaps LLC" in licences


def test_nothing_is_fetched_again_while_the_lock_file_is_the_same() -> None:
    assets.lay_out()
    assert assets.lay_out() is False


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_form_puts_what_was_typed_into_an_address(path: Path) -> None:
    """Without a method a form that its script has not taken over yet sends everything by GET."""
    for form in re.findall(r"<form[^>]*>", path.read_text()):
        searches = 'method="get"' in form and 'role="search"' in form  # What is looked for may stand in an address.
        assert searches or re.search(r'method="(post|dialog)"', form), form
