"""A permit is proof, and cannot be made, kept or passed off as another."""

import copy
import dataclasses
import json
import pickle
from uuid import uuid4

import pytest
from mypy import api as mypy

from base import clock
from base.database import work
from base.errors import ConsentRequired
from base.minted import SEAL
from consent import gate
from consent.permits import Permit, PermitExpired
from consent.purposes import LocationZones, PersonalFeed, PushMessages
from tests.town import Moves, Town, calling


@pytest.fixture
def permit() -> Permit[PushMessages]:
    return Permit(PushMessages, uuid4(), clock.monotonic() + 60, seal=SEAL)


def test_only_the_gate_mints_a_permit() -> None:
    for seal in (None, object(), True, "_mint"):
        with pytest.raises(TypeError, match="only the gate"):
            Permit(PushMessages, uuid4(), clock.monotonic() + 60, seal=seal)
    with pytest.raises(TypeError):
        Permit(PushMessages, uuid4(), clock.monotonic() + 60)  # type: ignore[call-arg]  # that mypy refuses it too is the point


def test_a_permit_is_not_forged_by_replacing_its_resident_or_time(permit: Permit[PushMessages]) -> None:
    with pytest.raises(ValueError, match="seal"):
        dataclasses.replace(permit, resident=uuid4())  # type: ignore[call-arg]  # that mypy refuses it too is the point
    with pytest.raises(TypeError, match="only the gate"):
        dataclasses.replace(permit, valid_until=1e12, seal=object())
    with pytest.raises(dataclasses.FrozenInstanceError):
        permit.valid_until = 1e12  # type: ignore[misc]  # that mypy refuses it too is the point


def test_a_permit_cannot_be_stored_queued_or_copied(permit: Permit[PushMessages]) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="ask the gate again"):
            pickle.dumps(permit, protocol)
    for copied in (copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="ask the gate again"):
            copied(permit)
    with pytest.raises(TypeError, match="serializable"):
        json.dumps({"permit": permit})
    with pytest.raises(TypeError, match="restored"):
        permit.__setstate__({})


def test_a_permit_tells_no_log_whose_it_is(permit: Permit[PushMessages]) -> None:
    assert str(permit.resident) not in repr(permit) + str(permit) + f"{permit}"


async def test_a_permit_runs_out_half_a_second_after_the_consent_was_known_to_stand(moves: Moves, town: Town) -> None:
    kari = await moves(consents=["push_messages"])
    async with work(town.system) as unit:
        before = clock.monotonic()
        granted = (await gate.permits_of(unit, [kari.id], PushMessages))[kari.id]
        assert before + 0.4 < granted.valid_until <= clock.monotonic() + 0.5
        granted.check()
        expired = Permit(PushMessages, kari.id, clock.monotonic(), seal=SEAL)
        with pytest.raises(PermitExpired):
            expired.check()


async def test_the_gate_refuses_and_names_the_purpose(moves: Moves, town: Town) -> None:
    kari = await moves(consents=["push_messages"])
    me = calling(town.municipality, kari.id)
    async with work(me) as unit:
        assert (await gate.require_permit(unit, me, PushMessages)).resident == kari.id
        with pytest.raises(ConsentRequired) as refused:
            await gate.require_permit(unit, me, LocationZones)
        assert refused.value.purpose == "location_zones"


async def test_of_many_the_gate_answers_for_those_whose_consent_stands(
    moves: Moves, town: Town, client: object
) -> None:
    kari, ola, siv = await moves(consents=["personal_feed"]), await moves(), await moves(consents=["push_messages"])
    async with work(town.system) as unit:
        permitted = await gate.permits_of(unit, [kari.id, ola.id, siv.id, uuid4()], PersonalFeed)
    assert set(permitted) == {kari.id}


async def test_nothing_is_permitted_on_a_lapsed_consent(moves: Moves, town: Town) -> None:
    kari = await moves(consents=["personal_feed"])
    ends = clock.now()
    await town.sql("update standing_consent set lapses_at = $1", ends)
    async with work(town.system) as unit:
        assert not await gate.permits_of(unit, [kari.id], PersonalFeed)
        with clock.at(ends.replace(year=ends.year - 1)):
            assert await gate.permits_of(unit, [kari.id], PersonalFeed)


MISUSES = {
    "another purpose": ("send(zones)", "arg-type"),
    "any purpose": ("send(whichever)", "arg-type"),
    "no permit": ("send(None)", "arg-type"),
    "the purpose itself": ("send(PushMessages)", "arg-type"),
    "a resident's id": ("send(UUID(int=0))", "arg-type"),
    "a forgotten await": ("send(gate.require_permit(work, tenant, PushMessages))", "arg-type"),
    "the wrong answer of the gate": ("wrong: Permit[PushMessages] = zones", "assignment"),
    "a permit without a seal": ("Permit(PushMessages, UUID(int=0), 1.0)", "call-arg"),
    "a longer life": ("push.valid_until = 1e9", "misc"),
    "a purpose that is none": ("x: Permit[int]", "type-var"),
}

SNIPPET = """
from uuid import UUID
from base.database import Work
from base.tenant import Tenant
from tests.town import calling
from consent import gate
from consent.permits import Permit
from consent.purposes import LocationZones, Purpose, PushMessages

def send(permit: Permit[PushMessages]) -> None: ...

async def act(work: Work, tenant: Tenant, whichever: Permit[Purpose]) -> None:
    zones = await gate.require_permit(work, tenant, LocationZones)
    push = await gate.require_permit(work, tenant, PushMessages)
    send(push)
    {misuse}
"""


def test_mypy_refuses_a_permit_for_something_else(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("snippets")
    files = {}
    for number, name in enumerate(["right", *MISUSES]):
        files[name] = folder / f"snippet_{number}.py"
        files[name].write_text(SNIPPET.format(misuse=MISUSES[name][0] if name in MISUSES else "push.check()"))
    out, err, _ = mypy.run(
        [
            "--strict",
            "--no-error-summary",
            "--show-error-codes",
            "--hide-error-context",
            "--follow-imports=silent",
            *map(str, files.values()),
        ]
    )
    assert not err
    errors = [line for line in out.splitlines() if " error: " in line]
    complaints = {name: [line for line in errors if f"{file.name}:" in line] for name, file in files.items()}
    assert complaints["right"] == []
    for name, (_, code) in MISUSES.items():
        assert len(complaints[name]) == 1, (name, complaints[name])
        assert f"[{code}]" in complaints[name][0], (name, complaints[name])
