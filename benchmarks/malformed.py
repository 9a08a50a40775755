"""Malformed inputs of every kind, each of which has to be mapped or set aside with a reason.

    python benchmarks/malformed.py --inputs 10000 [--seed 0] [--map 0.2]

Writes each input into a folder of its own, reads that folder as a build does, and maps a share of the articles found.
Fails when anything is raised, takes longer than its limit, is not told of, or comes from outside of its folder.
"""

from __future__ import annotations

import argparse
import codecs
import faulthandler
import gzip
import io
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

LIMIT = 20.0
"""Seconds within which a single input is read."""
PROSE = "The presidents of Peru and Chile met in Lima on Friday, 3 May 2024, and signed a treaty on trade."
SECRET = "This stands outside of the folder and is nobody's business; the ministers of both states met in Quito."
Maker = Callable[[random.Random, Path], None]
MAKERS: list[Maker] = []


def maker(function: Maker) -> Maker:
    """Take a function that writes malformed inputs into a folder into the list."""
    MAKERS.append(function)
    return function


def _suffix(chance: random.Random) -> str:
    return chance.choice([".txt", ".html", ".jsonl"])


@maker
def binary(chance: random.Random, folder: Path) -> None:
    """Random bytes, some with little in them."""
    span = chance.choice([256, 32, 128, 3])
    data = bytes(chance.randrange(span) for _ in range(chance.randrange(1, 5000)))
    (folder / f"a{_suffix(chance)}").write_bytes(data)


@maker
def wrong_encoding(chance: random.Random, folder: Path) -> None:
    """Good text in an encoding that it does not say, cut anywhere, with marks of other encodings before it."""
    text = chance.choice(
        [PROSE, f"{PROSE} Zürich – São Tomé “naïve”", "Встреча министров в Киеве.", "両国の大統領が会談した。"]
    )
    coding = chance.choice(["utf-16", "utf-16-le", "utf-32-be", "cp1251", "latin-1", "shift_jis", "utf-7", "utf-8"])
    mark = chance.choice([b"", b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE])
    data = mark + (text * chance.randrange(1, 9)).encode(coding, "replace")
    (folder / f"a{_suffix(chance)}").write_bytes(data[: chance.randrange(1, len(data) + 1)])


@maker
def nothing_or_controls(chance: random.Random, folder: Path) -> None:
    """Empty, blank, marks only, NULs, controls, lone surrogates in the bytes."""
    parts = [
        b"",
        b" ",
        b"\n",
        b"\x00",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\x1b[31m",
        b"\x85\xe2\x80\xa8",
        b"\r",
    ]
    parts.append(PROSE.encode())
    (folder / f"a{_suffix(chance)}").write_bytes(b"".join(chance.choices(parts, k=chance.randrange(9))))


@maker
def disguised(chance: random.Random, folder: Path) -> None:
    """Archives and bombs under the name of an article."""
    bomb = b"0" * chance.choice([1000, 1_000_000])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escaped.txt", bomb)
    data = chance.choice(
        [gzip.compress(bomb), packed.getvalue(), b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\x7fELF", b"BZh91AY"]
    )
    (folder / f"a{_suffix(chance)}").write_bytes(data)


@maker
def nested_page(chance: random.Random, folder: Path) -> None:
    """A page that is nested deep, or has very many elements or attributes."""
    depth = chance.choice([10, 399, 401, 3000, 100_000])
    tag = chance.choice(["div", "table><tr><td", "b", "font", "ul><li", "svg", "blockquote"])
    form = chance.choice(["open", "many", "attributes", "closed"])
    if form == "open":
        page = f"<{tag}>" * depth + PROSE
    elif form == "closed":
        page = f"<{tag}>" * depth + PROSE + f"</{tag.split('>')[0]}>" * depth
    elif form == "many":
        page = f"<p>{PROSE}" + "<br>" * depth + "<i>x</i>" * depth
    else:
        page = "<p " + " ".join(f"a{number}='{number}'" for number in range(depth)) + f">{PROSE}"
    (folder / "a.html").write_text(f"<html><body>{page}", encoding="utf-8")


@maker
def broken_page(chance: random.Random, folder: Path) -> None:
    """Pieces of markup in any order."""
    pieces = [
        "<p>",
        "</p>",
        "<div",
        ">",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<![CDATA[",
        "]]>",
        "&#0;",
        "&#xD800;",
        "&#99999999;",
        "&lt",
        "<meta charset='utf-16'>",
        "<meta charset=nothing>",
        "<base href='file:///etc/passwd'>",
        "<title>",
        "<iframe src='//x'>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b '&a;&a;'>]>&b;",
        "<?xml version='1.0'?>",
        PROSE,
        "\x00",
        "<h1>",
        "<meta property='article:published_time' content='99999-13-45T99:99'>",
        "<time datetime='0000-00-00'>",
        "<svg><p>",
        "<plaintext>",
        "<script type='application/ld+json'>{\"@type\":[[[[",
        "<frameset>",
        "<math><mi>",
        "<template>",
        "</html>",
        "<a href='javascript:1'>",
    ]
    (folder / "a.html").write_text("".join(chance.choices(pieces, k=chance.randrange(1, 200))), encoding="utf-8")


@maker
def records(chance: random.Random, folder: Path) -> None:
    """JSON Lines with good and bad lines, nesting, numbers without end, and names that are paths."""
    lines: list[bytes] = []
    for _ in range(chance.randrange(1, 12)):
        lines.append(_record(chance))
    (folder / f"a{chance.choice(['.jsonl', '.ndjson'])}").write_bytes(
        chance.choice([b"\n", b"\r\n", b"\n\n"]).join(lines)
    )


def _record(chance: random.Random) -> bytes:
    number = b"9" * chance.choice([10, 400, 5000])
    deep = chance.choice([10, 1000, 100_000])
    bad = [
        b"{",
        b"null",
        b"[1]",
        b'{"text": ' + b"[" * deep,
        b'{"a":' * deep,
        b'{"text": ' + number + b"}",
        b'{"id": ' + number + b', "text": "x"}',
        b'{"text": "\\ud800"}',
        b'{"text": NaN}',
        b"\xff\xfe{}",
        b'{"text": "a", "text": "b"}',
        b'{"id": 1e999, "text": "x"}',
        b"\x00" * 9,
    ]
    if chance.random() < 0.4:
        return chance.choice(bad)
    values: list[object] = [
        None,
        True,
        0,
        -1,
        1e300,
        "",
        " ",
        [],
        {},
        [[]],
        {"name": {}},
        "\x00",
        "x" * 9000,
        "../../../etc/passwd",
        "a/b",
        "C:\\x",
        ".",
        "..",
        "-",
        "\u202egpj",
        "con",
        "a\nb",
        "%2e%2e",
        "0000-00-00",
        "2024-02-30T25:61",
        "file:///etc/passwd",
    ]
    fields = {
        key: chance.choice(values)
        for key in ("id", "title", "author", "published", "publisher", "url", "extra")
        if chance.random() < 0.5
    }
    fields[chance.choice(["text", "html"])] = chance.choice([PROSE, f"<p>{PROSE}</p>", "<" * 500, *values])
    data = json.dumps(fields).encode()
    return data[: chance.randrange(len(data))] if chance.random() < 0.15 else data


@maker
def links_and_devices(chance: random.Random, folder: Path) -> None:
    """Links that go in circles or lead out, pipes, devices, folders with the names of files."""
    for number in range(chance.randrange(1, 5)):
        path = folder / f"a{number}{_suffix(chance)}"
        what = chance.randrange(7)
        if what == 0:
            os.mkfifo(path)
        elif what == 1:
            path.mkdir()
        else:
            goal = ["/dev/zero", "/dev/stdin", path.name, "..", "../secret.txt", str(folder)][
                what - 2 + chance.randrange(2)
            ]
            path.symlink_to(goal)


@maker
def names(chance: random.Random, folder: Path) -> None:
    """Good text under bad names: bytes that are no text, controls, marks, one name twice."""
    parts = [
        b"a",
        b"\xff",
        b"\n",
        b"\x1b[2J",
        b" ",
        b"..",
        b"\xe2\x80\xae",
        b"%2F",
        b"'; --",
        b"\\",
        b"-rf",
        b"\xc3\xa9",
        b"b" * 80,
    ]
    for _ in range(chance.randrange(1, 4)):
        name = b"".join(chance.choices(parts, k=chance.randrange(1, 4))).lstrip(b".") or b"c"
        (
            Path(
                os.fsdecode(
                    os.fsencode(folder) + b"/" + name + chance.choice([b".txt", b".html", b".jsonl", b"", b".docx"])
                )
            )
        ).write_text(PROSE)


@maker
def rows(chance: random.Random, folder: Path) -> None:
    """Text whose lines look like everything at once, or like nothing."""
    parts = [
        "By ",
        "READ MORE",
        PROSE,
        "Monday, May 3, 2024",
        "February 31, 99999",
        "-" * 500,
        " " * 3000,
        "A-" * 500,
        "©",
        "Of " * 400,
        "“" * 50,
        "(" * 300,
        "President " * 60,
        "LIMA — ",
        "...",
        "\u200b" * 99,
        "1/1/1",
        "😀",
        "a\u0301" * 400,
        ", and " * 200,
        "met " * 90,
        "the 0th of May",
    ]
    joints = [" ", "\n", "\n\n", ", ", "\r", "\u2028", "\t"]
    text = "".join(chance.choice(parts) + chance.choice(joints) for _ in range(chance.randrange(1, 60)))
    (folder / "a.txt").write_text(text, encoding="utf-8")


@maker
def long_line(chance: random.Random, folder: Path) -> None:
    """Lines of up to fifty megabytes; sparse, so that they cost no disk."""
    size = chance.choice([500_000, 9_999_999, 50_000_000]) if chance.random() < 0.05 else chance.randrange(400_000)
    path = folder / f"a{_suffix(chance)}"
    with path.open("wb") as file:
        file.write(chance.choice([b"", PROSE.encode(), b'{"text": "', b"<p>"]))
        file.write(chance.choice([b"x", b"x ", b"(", b"<", b"A. "]) * 1000)
        file.truncate(size)
        file.seek(0, os.SEEK_END)
        file.write(chance.choice([b"", b"\n" + json.dumps({"text": PROSE}).encode()]))


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
