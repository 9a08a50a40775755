"""A minute of the soak: hostile clients of every kind beside innocent ones (see benchmarks/soak.py)."""

import sys
from pathlib import Path

import pytest
from release_fixture import write_release
from server_process import running_server

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from processes import children, left_over
from soak import bulk, report, soak

DEADLINE = 8.0
MEMORY = 128 << 20


@pytest.mark.slow
def test_nobody_suffers_from_hostile_clients(tmp_path):
    write_release(tmp_path, extra=bulk(20_000))
    with running_server(tmp_path / "current", deadline=DEADLINE, memory=MEMORY, access_log=False) as server:
        tally = soak(server.port, server.process.pid, seconds=60, deadline=DEADLINE, slack=5)
        left = list(children(server.process.pid))
    told = report(tally)
    assert len(tally.innocent) > 500, told
    assert tally.failures == [], told
    assert tally.unclear == [], told
    assert tally.memory < 200 * 2**20 + 6 * MEMORY, told  # the server itself, its workers, and those being replaced
    assert left_over(left) == [], told
