"""Kills builds at random moments: the current release stays whole, and the next build ends as if nothing had been.

    python benchmarks/kills.py --kills 200 [--seed 7]

Small articles are changed again and again. Each state of them is built once undisturbed, and once by builds that are
killed (SIGKILL) at random moments, until one is left alone; one in four also finds an entry of its cache damaged. After
each kill the current release is checked; at the end of each state the two releases must be equal, byte for byte, but
for the store's own files, which must hold the same.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from mapper.mapping import Tools, load_tools
from mapper.pipeline import build
from mapper.release import current, problems

ROUNDS = 5
"""States of the articles, at most."""
TEXT = """Leaders speak by telephone

{day} May 2023

German Chancellor Olaf Scholz spoke by telephone with {other} on {day} May 2023. They welcomed the talks in Vienna.
"""
OTHERS = (
    "Japanese Prime Minister Fumio Kishida",
    "French President Emmanuel Macron",
    "Canadian Prime Minister Justin Trudeau",
)


def write(folder: Path, state: int) -> None:
    """The articles as they are in one state: some stay, one changes, one is new."""
    folder.mkdir(exist_ok=True)
    for number in range(3 + state):
        changed = state if number == 0 else 0
        text = TEXT.format(day=1 + (number + changed) % 28, other=OTHERS[number % 3])
        (folder / f"article-{number}.txt").write_text(text, encoding="utf-8")


def fork(work: Callable[[], None]) -> int:
    """Do something in a process of its own, which has everything loaded; returns its id."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work()
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def done(process: int) -> bool:
    """Wait for a process; whether it ended well."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def check(out: Path) -> None:
    """The current release, if there is one, is whole and can be opened."""
    release = current(out)
    if release is None:
        assert not (out / "current").exists(), "the link leads nowhere"
        return
    assert problems(release) == []
    assert len(ox.Store.read_only(str(release / "store")))


def compare(one: Path, other: Path) -> None:
    """Both current releases are the same."""
    told = [
        {str(p.relative_to(r)): p.read_bytes() for p in r.rglob("*") if p.is_file() and "store" not in p.parts}
        for r in ((one / "current").resolve(), (other / "current").resolve())
    ]
    differing = [name for name in {**told[0], **told[1]} if told[0].get(name) != told[1].get(name)]
    assert not differing, f"not the same: {differing}"
    stores = [set(ox.Store.read_only(str(out / "current" / "store"))) for out in (one, other)]
    assert stores[0] == stores[1]
    left = [path.name for path in other.iterdir() if path.name.startswith(".building")]
    assert not left, f"left behind: {left}"


def damage(out: Path, chosen: random.Random) -> None:
    """Spoil an entry of the cache: cut it, or change a byte."""
    entries = sorted((out / ".cache").glob("*/*"))
    if entries:
        path = chosen.choice(entries)
        content = bytearray(path.read_bytes())
        if chosen.random() < 0.5 and content:
            content[chosen.randrange(len(content))] ^= 255
        else:
            del content[len(content) // 2 :]
        path.write_bytes(content)


def run(folder: Path, kills: int, chosen: random.Random, tools: Tools) -> int:
    """Kill so many builds; returns how many were killed before they had ended by themselves."""
    source, calm, disturbed = folder / "in", folder / "calm", folder / "disturbed"
    hit = 0
    rounds = min(ROUNDS, kills)
    for state in range(rounds):
        write(source, state)
        start = time.monotonic()
        assert done(fork(lambda: build([source], out=calm, tools=tools) and None)), "an undisturbed build failed"
        takes = time.monotonic() - start
        for _ in range(kills // rounds + (state < kills % rounds)):
            process = fork(lambda: build([source], out=disturbed, tools=tools) and None)
            time.sleep(chosen.uniform(0, takes))
            os.kill(process, signal.SIGKILL)
            hit += not done(process)
            assert done(fork(lambda: check(disturbed))), "the current release is not whole"
            if chosen.random() < 0.25:
                damage(disturbed, chosen)
        assert done(fork(lambda: build([source], out=disturbed, tools=tools) and None)), "the last build failed"
        assert done(fork(lambda: compare(calm, disturbed))), "the releases differ"
        print(f"state {state}: {hit} builds killed on the way", flush=True)
    return hit


def main() -> int:
    """Kill, and tell how often."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed waits as long (default: %(default)s)")
    options = parser.parse_args()
    tools = load_tools()
    with tempfile.TemporaryDirectory() as folder:
        hit = run(Path(folder), options.kills, random.Random(options.seed), tools)
    print(
        f"{options.kills} kills, {hit} of them before the build had ended: every release was whole, and ended the same"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
