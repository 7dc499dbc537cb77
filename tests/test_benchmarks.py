"""What `make bench` measures can still be measured: each runs to its end on the schema of today, in a small form."""

import os
import subprocess
import sys

import pytest

from benchmarks.__main__ import MEASURES

LONG = os.environ.get("MEDVIRK_PROVE") == "1"
SMALL = {
    "MEDVIRK_BENCH_BOX": "500",
    "MEDVIRK_BENCH_FAN_OUT": "2000",
    "MEDVIRK_BENCH_AUDIENCE": "5000",
    "MEDVIRK_BENCH_TOWN": "5",
}


@pytest.mark.parametrize("measure", MEASURES if LONG else ["shaking"])
def test_a_measurement_runs_to_its_end_and_prints_its_rows(measure: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", measure],
        env=os.environ | SMALL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    heading, *rows = ran.stdout.splitlines()
    assert "ratio" in heading
    assert rows
    assert "nan" not in ran.stdout
