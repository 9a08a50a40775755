"""What the inputs of `malformed.py` are: one function for each kind, which writes one into a folder."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

PROSE = "The presidents of Peru and Chile met in Lima on Friday, 3 May 2024, and signed a treaty on trade."
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
        b"", b" ", b"\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b[31m",
        b"\x85\xe2\x80\xa8", b"\r",
    ]  # fmt: skip
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
        "<p>", "</p>", "<div", ">", "<!--", "-->", "<script>", "</script>", "<![CDATA[", "]]>", "&#0;",
        "&#xD800;", "&#99999999;", "&lt", "<meta charset='utf-16'>", "<meta charset=nothing>",
        "<base href='file:///etc/passwd'>", "<title>", "<iframe src='//x'>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY b '&a;&a;'>]>&b;",
        "<?xml version='1.0'?>", PROSE, "\x00", "<h1>",
        "<meta property='article:published_time' content='99999-13-45T99:99'>", "<time datetime='0000-00-00'>",
        "<svg><p>", "<plaintext>", "<script type='application/ld+json'>{\"@type\":[[[[", "<frameset>",
        "<math><mi>", "<template>", "</html>", "<a href='javascript:1'>",
    ]  # fmt: skip
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
        b"{", b"null", b"[1]", b'{"text": ' + b"[" * deep, b'{"a":' * deep, b'{"text": ' + number + b"}",
        b'{"id": ' + number + b', "text": "x"}', b'{"text": "\\ud800"}', b'{"text": NaN}', b"\xff\xfe{}",
        b'{"text": "a", "text": "b"}', b'{"id": 1e999, "text": "x"}', b"\x00" * 9,
    ]  # fmt: skip
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
        b"a", b"\xff", b"\n", b"\x1b[2J", b" ", b"..", b"\xe2\x80\xae", b"%2F", b"'; --", b"\\", b"-rf",
        b"\xc3\xa9", b"b" * 80,
    ]  # fmt: skip
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
        "By ", "READ MORE", PROSE, "Monday, May 3, 2024", "February 31, 99999", "-" * 500, " " * 3000,
        "A-" * 500, "©", "Of " * 400, "“" * 50, "(" * 300, "President " * 60, "LIMA — ", "...", "\u200b" * 99,
        "1/1/1", "😀", "a\u0301" * 400, ", and " * 200, "met " * 90, "the 0th of May",
    ]  # fmt: skip
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
