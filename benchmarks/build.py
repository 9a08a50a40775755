"""What a build costs, and how right it is, on made-up articles with known truth.

    python benchmarks/build.py generate --articles 10000 --out DIR [--seed 7]

writes articles, gold annotations, a coreference file and names, so that `communique evaluate DIR` tells the accuracy.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    generating = what.add_parser("generate", help="write made-up articles with what is true of them")
    generating.add_argument("--articles", type=int, required=True, metavar="N", help="how many")
    generating.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder that is not there yet")
    generating.add_argument("--seed", type=int, default=0, help="the same seed writes the same (default: %(default)s)")
    options = parser.parse_args()
    if options.what is None:
        parser.print_help()
        return 0
    from corpus.articles import generate

    generate(options.articles, options.out, seed=options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
