"""What a build costs, and how right it is, on made-up articles with known truth.

    python benchmarks/build.py generate --articles 10000 --out DIR [--seed 7]
    python benchmarks/build.py measure --articles 10000 --base 1000

`generate` writes articles, gold annotations, a coreference file and names; `communique evaluate DIR` then tells how
right the mapper is. `measure` builds such articles as a user would, and prints times, memory, accuracy and ratios of
one run, each beside what is asked of it: the few (`--base`) beside a bare parse of the same texts, in one process and
in several; the many (`--articles`) beside the few, and with ten more; the store beside `oxigraph load`. The time of
processors is told as well, for machines that do other work at the same time. 10,000 beside 1,000 take about 20 minutes
on two cores that do nothing else, and 2 GB of disk.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]


def main() -> int:
    """Run from the command line; measures a small corpus where nothing is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(required=True, dest="what", metavar="WHAT")
    generating = what.add_parser("generate", help="write made-up articles with what is true of them")
    generating.add_argument("--articles", type=int, required=True, metavar="N", help="how many")
    generating.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")
    generating.add_argument("--seed", type=int, default=0, help="the same seed writes the same (default: %(default)s)")
    measuring = what.add_parser("measure", help="times, memory and ratios in one run")
    measuring.add_argument("--base", type=int, default=100, metavar="N", help="the few (default: %(default)s)")
    measuring.add_argument("--articles", type=int, default=0, metavar="N", help="the many (default: none are built)")
    measuring.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (default: %(default)s)")
    measuring.add_argument("--folder", type=Path, metavar="DIR", help="where to work (default: that of the system)")
    measuring.add_argument("--oxigraph", help="the program oxigraph (default: where it is found)")
    options = parser.parse_args(sys.argv[1:] or ["measure"])
    if options.what == "generate":
        from corpus.articles import generate

        if options.out.exists():
            parser.error(f"{options.out} is there already: name a folder that is not")
        generate(options.articles, options.out, seed=options.seed)
        return 0
    from corpus.measuring import measure
    from endpoint import program

    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        measured = measure(
            Path(folder),
            base=options.base,
            articles=options.articles,
            jobs=options.jobs,
            program=program(options.oxigraph, "oxigraph"),
        )
        ratios = []
        for ratio in measured:
            print(ratio, flush=True)
            ratios.append(ratio)
    print("", "All ratios of this run:", *ratios, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
