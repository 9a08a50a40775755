"""Malformed inputs of every kind, each of which has to be mapped or set aside with a reason.

    python benchmarks/malformed.py --inputs 10000 [--seed 0] [--map 0.2]

Writes each input into a folder of its own, reads that folder as a build does, and maps a share of the articles found.
Fails when anything is raised, takes longer than its limit, is not told of, or comes from outside of its folder.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from badinputs import MAKERS, Maker  # noqa: E402

LIMIT = 20.0
"""Seconds within which a single input is read."""
SECRET = "This stands outside of the folder and is nobody's business; the ministers of both states met in Quito."


@dataclass
class Tally:
    """What became of the inputs."""

    inputs: int = 0
    articles: int = 0
    mapped: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    faults: list[str] = field(default_factory=list)


def run(inputs: int, *, seed: int = 0, share: float = 0.2, tools: Any = None) -> Tally:
    """Read so many malformed inputs; of the articles found a share is mapped, with `tools` if they are loaded."""
    from mapper.article import Article, read_articles
    from mapper.mapping import load_tools, map_article

    tally, chance = Tally(), random.Random(seed)
    tools = tools or (load_tools() if share else None)
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "secret.txt").write_text(SECRET, encoding="utf-8")
        for number, make in zip(range(inputs), _makers(), strict=False):
            folder = Path(name) / f"{number:06}"
            folder.mkdir()
            make(chance, folder)
            case = f"{make.__name__} (input {number}, seed {seed})"
            faulthandler.dump_traceback_later(6 * LIMIT, exit=True)  # even where no signal is heard
            begun = time.monotonic()
            try:
                found = list(read_articles([folder]))
                tally.slowest = max(tally.slowest, (time.monotonic() - begun, case))
                articles = [one for one in found if isinstance(one, Article)]
                _check(tally, case, folder, found)
                for article in articles if tools and chance.random() < share else ():
                    map_article(article, tools)
                    tally.mapped += 1
            except Exception as error:  # whatever is raised is a fault
                tally.faults.append(f"{case}: {type(error).__name__}: {str(error)[:300]}")
            finally:
                faulthandler.cancel_dump_traceback_later()
            tally.inputs += 1
            for path in sorted(folder.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
            folder.rmdir()
    if tally.slowest[0] > LIMIT:
        tally.faults.append(f"{tally.slowest[1]} took {tally.slowest[0]:.1f} s")
    return tally


def _makers() -> Iterator[Maker]:
    while True:
        yield from MAKERS


def _check(tally: Tally, case: str, folder: Path, found: list[object]) -> None:
    from mapper.article import Article, InputProblem

    told = set()
    for one in found:
        if isinstance(one, Article):
            tally.articles += 1
            told.add(one.source.partition("#")[0])
            if SECRET[:20] in one.text or "root:" in one.text:
                tally.faults.append(f"{case}: it was read from outside of its folder")
            one.text.encode()
        elif isinstance(one, InputProblem):
            tally.set_aside[one.reason.split("(")[0].split(":")[0][:60]] += 1
            told.add(one.source.partition("#")[0])
            if not one.reason.strip() or len(one.reason) > 600 or "\n" in one.reason + one.source:
                tally.faults.append(f"{case}: the reason is {one.reason[:900]!r}, of {one.source!r}")
            (one.reason + one.source).encode()
    files = [path for path in folder.iterdir() if not (path.is_dir() and not path.is_symlink())]
    silent = len(files) - len(told)
    blank = sum(1 for path in files if path.suffix in (".jsonl", ".ndjson") and _is_blank(path))
    hidden = sum(1 for path in files if path.name.startswith("."))
    if silent > blank + hidden:
        tally.faults.append(f"{case}: nothing is told of {silent} of {sorted(path.name for path in files)}")


def _is_blank(path: Path) -> bool:
    return path.is_file() and not path.read_bytes().strip()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=500, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which (default: %(default)s)")
    parser.add_argument("--map", type=float, default=0.2, metavar="SHARE", help="mapped of them (default: %(default)s)")
    options = parser.parse_args()
    tally = run(options.inputs, seed=options.seed, share=options.map)
    print(f"{tally.inputs} inputs: {tally.articles} articles, of which {tally.mapped} were mapped; set aside:")
    for reason, number in tally.set_aside.most_common():
        print(f"  {number:6}  {reason}")
    print(f"slowest: {tally.slowest[0]:.2f} s, {tally.slowest[1]}")
    for fault in tally.faults[:50]:
        print(f"FAULT {fault}")
    print(f"{len(tally.faults)} faults")
    return 1 if tally.faults or not tally.articles or not tally.set_aside else 0


if __name__ == "__main__":
    sys.exit(main())
