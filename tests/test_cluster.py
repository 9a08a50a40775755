"""Articles mapped on a cluster: the same release byte for byte, also when a worker is lost on the way."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sparql_servers import free_port

from mapper import cluster
from mapper.errors import ConfigurationError, ReleaseError

ROOT = Path(__file__).parent.parent
DASK = str(Path(sys.executable).with_name("dask"))
COMMUNIQUE = [sys.executable, "-c", "import sys; from mapper.cli import main; sys.exit(main())"]
BUSY = """
import sys
from distributed import Client
with Client(sys.argv[1], set_as_default=False) as client:
    count = lambda dask_scheduler: sum(bool(worker.processing) for worker in dask_scheduler.workers.values())
    print(client.run_on_scheduler(count))
"""


@contextmanager
def running(*command: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def a_cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers, each a process of its own on this machine."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        at = ["--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"]
        stack.enter_context(running(DASK, "scheduler", *at, log=folder / "scheduler.log"))
        one = [DASK, "worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
        one += ["--local-directory", str(folder), "--memory-limit", "0"]
        yield (
            address,
            [stack.enter_context(running(*one, log=folder / f"worker{number}.log")) for number in range(workers)],
        )


def files(release: Path) -> dict[str, bytes]:
    paths = [path for path in sorted(release.rglob("*")) if path.is_file() and "store" not in path.parts]
    return {f"{release.name}/{path.relative_to(release)}": path.read_bytes() for path in paths}


@pytest.mark.slow
def test_a_lost_worker_costs_nothing_of_the_release(tmp_path: Path, seeds_release: Path) -> None:
    build = [*COMMUNIQUE, "build", "seeds", "--quiet", "--out", str(tmp_path / "far")]
    with a_cluster(tmp_path, 2) as (address, workers):
        with running(*build, "--cluster", address, log=tmp_path / "build.log") as process:
            until = time.monotonic() + 300
            while busy(address) < 2:
                assert process.poll() is None, (tmp_path / "build.log").read_text()
                assert time.monotonic() < until
            workers[0].kill()
            assert process.wait(timeout=500) == 0, (tmp_path / "build.log").read_text()
        assert workers[0].poll() == -9
        assert workers[1].poll() is None
    assert files((tmp_path / "far" / "current").resolve()) == files(seeds_release.resolve())


def busy(address: str) -> int:
    """How many workers have work at this moment."""
    told = subprocess.run([sys.executable, "-c", BUSY, address], capture_output=True, text=True, check=False)
    return int(told.stdout) if told.returncode == 0 else 0


def join(address: str) -> None:
    with cluster.joined(address):
        pass


def test_nobody_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 1.0)
    with pytest.raises(ReleaseError, match="No cluster answers at"):
        join(f"tcp://127.0.0.1:{free_port()}")
    with a_cluster(tmp_path, 0) as (address, _):
        monkeypatch.setattr(cluster, "_ANSWER", 60.0)
        monkeypatch.setattr(cluster, "_FIRST", 0.2)
        with pytest.raises(ReleaseError, match="has no workers"):
            join(address)


def test_a_worker_with_another_package_refuses() -> None:
    mine = cluster._identity()
    assert cluster.work(mine, abs, (-1,)) == (True, 1)
    with pytest.raises(ConfigurationError, match=r"another package than this machine \(rules\)"):
        cluster.work({**mine, "rules": "0"}, abs, (-1,))


def test_distributed_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", {}.get)
    with pytest.raises(ConfigurationError, match="pip install"):
        join("tcp://127.0.0.1:1")
