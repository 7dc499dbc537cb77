"""The audit would see what it looks for."""

import struct

import pytest

from rehearsal.audit import tells_a_place

WALKED = (10.22567123, 59.12744321)
PACKED = {struct.pack(order + "d", number) for number in WALKED for order in ("<", ">")}


@pytest.mark.parametrize(
    "row",
    [
        {"note": "at 59.12744, 10.22567"},
        {"answers": {"where": {"type": "Point", "coordinates": [10.22567, 59.12744]}}},
        {"payload": "\\x" + b'{"lat": 59.12744}'.hex()},
        {"state": "\\x00" + struct.pack("<d", WALKED[0]).hex() + "ff"},
        {"state": "\\x" + struct.pack(">d", WALKED[1]).hex()},
    ],
)
def test_a_coordinate_in_a_row_is_seen_however_it_is_written(row: object) -> None:
    assert tells_a_place(row, PACKED)


@pytest.mark.parametrize(
    "row",
    [
        {"at": "2026-11-22T10:59:59.123456+00:00"},
        {"hash": "\\x" + bytes(range(64)).hex()},
        {"answers": {"age": "old", "evening": 4}, "version": "59.1"},
    ],
)
def test_times_hashes_and_answers_are_not_taken_for_coordinates(row: object) -> None:
    assert not tells_a_place(row, PACKED)
