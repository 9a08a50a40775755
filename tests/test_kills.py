"""Builds killed at random moments leave a whole release, and what is built in the end is as if nothing had been."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.slow
def test_twenty_kills() -> None:
    command = [sys.executable, "benchmarks/kills.py", "--kills", "20"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith("20 kills, ")
