"""Input of any kind: mapped, or set aside with the reason; nothing raised, nothing outside its folder."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mapper import reading
from mapper.article import InputProblem, read_articles
from mapper.document import Article
from mapper.errors import InputError
from mapper.reading import decode

PROSE = "The presidents of both countries met in the capital on Friday and signed a treaty on trade."


def read(*paths: Path) -> list[Article | InputProblem]:
    return list(read_articles(paths))


def reasons(*paths: Path) -> dict[str, str]:
    return {one.source: one.reason for one in read(*paths) if isinstance(one, InputProblem)}


def identifiers(*paths: Path) -> list[str]:
    return [one.identifier for one in read(*paths) if isinstance(one, Article)]


# --- encodings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text", "note"),
    [
        ("Zürich – talks".encode(), "Zürich – talks", None),
        (b"\xef\xbb\xbfZ\xc3\xbcrich", "Zürich", None),
        ("Zürich talks".encode("utf-16"), "Zürich talks", "utf-16"),
        ("Zürich talks".encode("utf-16-be"), None, None),
        ("Zürich talks".encode("utf-32"), "Zürich talks", "utf-32"),
        ("The caf\xe9 “talks” in Lima ended".encode("cp1252"), "The café “talks” in Lima ended", "cp1252"),
        ("Zürich and Genève signed".encode() + b"\xc3", "Zürich and Genève signed\ufffd", "damaged UTF-8"),
        (b"The two met\x00 in Lima and signed a treaty", "The two met  in Lima and signed a treaty", "control"),
    ],
)
def test_encodings(content: bytes, text: str | None, note: str | None) -> None:
    if text is None:
        with pytest.raises(InputError):
            decode(content, html=False)
        return
    told, notes = decode(content, html=False)
    assert told == text
    assert (note is None) == (notes == ())
    assert note is None or note in notes[0]


def test_declared_encoding_of_a_page() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body>Łódź</body></html>'.encode("iso-8859-2")
    assert "Łódź" in decode(page, html=True)[0]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04zip", b"\x1f\x8bgz", b"%PDF-1.7", b"\x89PNG\r\n", bytes(range(32)) * 9]
)
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    assert list(reasons(tmp_path)) == ["a.txt"]


# --- files -------------------------------------------------------------------------------------------------


def test_order_and_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.TXT", "sub/.hidden.txt", ".hidden/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(PROSE, encoding="utf-8")
    assert identifiers(tmp_path) == ["a", "b", "c"]
    assert [one.source for one in read(tmp_path / "b.txt", tmp_path / "a.txt") if isinstance(one, Article)] == [
        "a.txt",
        "b.txt",
    ]
    digests = {one.digest for one in read(tmp_path) if isinstance(one, Article)}
    assert [len(digest) for digest in digests] == [64]


def test_what_is_set_aside_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "blank.txt").write_text(" \n\n ")
    (tmp_path / "other.docx").write_text("x")
    (tmp_path / "good.txt").write_text(PROSE)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "twice").mkdir()
    (tmp_path / "twice" / "good.txt").write_text(PROSE)
    assert identifiers(tmp_path) == ["good"]
    assert reasons(tmp_path, tmp_path / "missing.txt") == {
        "blank.txt": "has no text",
        "empty.txt": "is empty",
        "other.docx": "is no file that is read: .txt, .html and .jsonl are",
        "pipe.txt": "is a link to a folder or no regular file",
        "twice/good.txt": "has the identifier 'good', which another article has",
        "missing.txt": "does not exist",
    }


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (inside / "sub").mkdir(parents=True)
    (outside / "secret.txt").write_text(PROSE)
    (inside / "good.txt").write_text(PROSE)
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "sub" / "loop").symlink_to(inside)
    (inside / "sub" / "self.txt").symlink_to("self.txt")
    (inside / "sub" / "gone.txt").symlink_to("nothing.txt")
    (inside / "sub" / "same.txt").symlink_to(inside / "good.txt")
    assert identifiers(inside) == ["good", "same"]
    assert {*reasons(inside)} == {"file.txt", "folder", "sub/loop", "sub/self.txt", "sub/gone.txt"}


def test_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 2_000)
    (tmp_path / "big.txt").write_text("x" * 2_001)
    lines = [json.dumps({"id": "a", "text": PROSE}), "x" * 9_000, json.dumps({"id": "b", "text": PROSE})]
    (tmp_path / "long.jsonl").write_text("\n".join(lines))
    assert identifiers(tmp_path) == ["a", "b"]
    assert {*reasons(tmp_path)} == {"big.txt", "long.jsonl#2"}
    monkeypatch.setattr("mapper.article.MOST_CHARACTERS", 100)
    (tmp_path / "wide.txt").write_text(PROSE * 2)
    assert "longer than an article" in reasons(tmp_path)["wide.txt"]


def test_records(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "text": "' + PROSE + '"}',
        "not json",
        "[1, 2]",
        '{"id": "b"}',
        '{"id": "c", "text": ""}',
        '{"id": "a", "text": "again"}',
        '{"id": "x\\ny", "text": "' + PROSE + '"}',
        '{"id": "..", "text": "' + PROSE + '"}',
        '{"id": "' + "i" * 200 + '", "text": "' + PROSE + '"}',
        '{"id": "s", "text": "\\ud800 ' + PROSE + '", "title": 7, "author": {}, "published": [], "url": null}',
        '{"text": ' + "[" * 100_000,
        "",
        '{"id": "../../etc/passwd", "text": "' + PROSE + '"}',
        '{"id": "deep", "html": "' + "<div>" * 5_000 + '"}',
    ]
    (tmp_path / "r.jsonl").write_text("\n".join(lines))
    assert identifiers(tmp_path) == ["a", "s", "../../etc/passwd"]
    assert [*reasons(tmp_path)] == [f"r.jsonl#{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 11, 14)]
    assert "nested too deep" in reasons(tmp_path)["r.jsonl#14"]
    assert all("\ud800" not in one.text for one in read(tmp_path) if isinstance(one, Article))


# --- anything ----------------------------------------------------------------------------------------------

Maker = Callable[[random.Random], bytes]


def _bytes(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 4_000))


def _text(chance: random.Random) -> bytes:
    letters = "aB .\n\r\t\x00\u2028\ufeff—“”|:©#[](){}<>/@-–•19520:July Monday By and \U0001f600é\u200b"
    return "".join(chance.choices(letters, k=chance.randrange(1, 3_000))).encode(
        chance.choice(["utf-8", "utf-16", "utf-8-sig"])
    )


def _page(chance: random.Random) -> bytes:
    tags = [
        "<p>",
        "</p>",
        "<div",
        ">",
        "<table><tr>",
        "<!--",
        "-->",
        "<script>",
        "<![CDATA[",
        "&#x0;",
        "&lt;",
        PROSE,
        "\x00",
        "<h1>",
    ]
    return ("<html><body>" + "".join(chance.choices(tags, k=chance.randrange(1, 400)))).encode()


def _record(chance: random.Random) -> bytes:
    values: list[object] = [
        None,
        1,
        "",
        PROSE,
        [],
        {},
        "\x00\ud800",
        "2024-13-45",
        "x" * 500,
        {"name": [1]},
        True,
        -1e99,
    ]
    keys = ["id", "text", "html", "title", "published", "author", "publisher", "url"]
    line = json.dumps({key: chance.choice(values) for key in chance.sample(keys, 5)}).encode()
    return line[: chance.randrange(len(line))] if chance.random() < 0.3 else line


def _rows(chance: random.Random) -> bytes:
    parts = [
        "By ",
        "READ MORE",
        PROSE,
        "Monday, May 3, 2024",
        "-" * 50,
        " " * 300,
        "A-" * 200,
        "©",
        "Of " * 40,
        "\t|\t",
        "LIMA — ",
        "...",
    ]
    return "\n".join(" ".join(chance.choices(parts, k=3)) for _ in range(40)).encode()


@pytest.mark.parametrize(
    ("suffix", "maker"),
    [
        (".txt", _bytes),
        (".txt", _text),
        (".txt", _rows),
        (".html", _page),
        (".html", _bytes),
        (".jsonl", _record),
        (".jsonl", _text),
    ],
)
def test_anything_is_mapped_or_told(suffix: str, maker: Maker, tmp_path: Path) -> None:
    chance = random.Random(f"{suffix}{maker.__name__}")
    for number in range(60):
        (tmp_path / f"{number:03}{suffix}").write_bytes(maker(chance))
    found = read(tmp_path)
    told = {one.source.split("#")[0] for one in found}
    expected = {file.name for file in tmp_path.iterdir() if suffix != ".jsonl" or file.read_bytes().strip()}
    assert told == expected
    for one in found:
        if isinstance(one, Article):
            assert one.text.encode()
            assert one.text.strip()
            assert all(0 <= line.start <= line.end <= len(one.text) for line in one.lines)
        else:
            assert one.reason


@pytest.mark.parametrize(
    "line",
    [
        "Monday " * 20_000,
        "A-" * 60_000,
        " " * 150_000 + "end",
        "x" * 150_000,
        "July 3, 2024 to " * 9_000,
        ".'" * 70_000,
        "a@" * 60_000,
    ],
    ids=["weekdays", "hyphens", "spaces", "letters", "dates", "quotes", "signs"],
)
def test_long_lines_end(line: str, tmp_path: Path) -> None:
    from mapper.timewords import find_times

    (tmp_path / "a.txt").write_text(f"Talks end\n{PROSE}\n{line}\n{PROSE}\n")
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert all(found.words for one in article.own_lines() for found in find_times(article.text[one.start : one.end]))
