"""Values that carry proof are minted where it was looked, and nowhere else."""

import ast
import copy
import importlib
import pickle
import pkgutil
from pathlib import Path
from uuid import UUID

import pytest

from base.minted import SEAL, Minted
from base.tenant import Tenant
from consent.permits import Permit
from consent.purposes import PushMessages
from insights.disclosure_control.suppression import Published
from surveys.ballots import Ballot

HERE = Path(__file__).parents[2]
ROOMS = (
    "base",
    "municipality",
    "residents",
    "consent",
    "geofence",
    "push",
    "surveys",
    "insights",
    "console",
    "api",
    "rehearsal",
    "commands",
)

MAY_MINT = {
    "Tenant": {
        "base/tenant.py",  # anybody, for what is open to all
        "base/jobs.py",  # the municipality itself, for what it has queued
        "municipality/access.py",  # staff, by a key or a session
        "residents/credentials.py",  # a resident, by their device's token
        "consent/principals.py",  # the same, remembered
    },
    "Permit": {"consent/gate.py"},
    "Ballot": {"surveys/ballots.py"},
    "Published": {"insights/disclosure_control/suppression.py"},
}
"""Every kind of proof, and the modules that may mint it."""

MAY_CALL = {
    "on_paper": {"surveys/box/paper.py"},  # a ballot for a sheet, whose code has been noted as used
    "thaw": {"insights/releases.py"},  # a table as it was published and kept
}
"""What mints on its caller's word, and who may give that."""


def _called(tree: ast.AST) -> set[str]:
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {func.id if isinstance(func, ast.Name) else getattr(func, "attr", "") for func in called}


def _callers() -> dict[str, set[str]]:
    files = [file for room in ROOMS for file in (HERE / room).rglob("*.py")]
    found: dict[str, set[str]] = {}
    for file in files:
        for name in _called(ast.parse(file.read_text(encoding="utf-8"))) & {*MAY_MINT, *MAY_CALL}:
            found.setdefault(name, set()).add(str(file.relative_to(HERE)))
    return found


def test_each_proof_is_minted_by_those_who_may_and_no_others() -> None:
    assert _callers() == MAY_MINT | MAY_CALL


def test_only_minters_have_the_seal() -> None:
    files = [file for room in ROOMS for file in (HERE / room).rglob("*.py") if file != HERE / "base/minted.py"]
    having = {str(file.relative_to(HERE)) for file in files if "SEAL" in _names(file)}
    assert having == set().union(*MAY_MINT.values())


def _names(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "base.minted"]
    read = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "SEAL"]
    return {alias.name for node in imported for alias in node.names} | set(read)


def test_the_table_names_every_kind_of_proof() -> None:
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(HERE / room)], f"{room}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    kinds = {kind.__name__ for kind in Minted.__subclasses__() if kind.__module__.split(".")[0] in ROOMS}
    assert kinds == set(MAY_MINT)


def test_the_architecture_names_the_same_minters() -> None:
    rows = (HERE / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()
    for kind, minters in MAY_MINT.items():
        row = next(row for row in rows if row.startswith(f"| `{kind}"))
        assert {minter for minter in minters if f"`{minter}`" not in row} == set(), kind


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Tenant, (UUID(int=0), "system")),
        (Permit, (PushMessages, UUID(int=0), 1.0)),
        (Ballot, (UUID(int=0), bytes(32))),
        (Published, ({},)),
    ],
)
def test_a_proof_is_neither_made_without_the_seal_nor_kept(kind: type[Minted], values: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="seal"):
        kind(*values)  # type: ignore[call-arg]  # that mypy refuses it too is the point
    with pytest.raises(TypeError, match=f"only {kind.minted_by} mints"):
        kind(*values, seal=object())
    proof = kind(*values, seal=SEAL)
    for keep in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match=kind.instead):
            keep(proof)
    with pytest.raises(TypeError, match="restored"):
        proof.__setstate__([*values])
