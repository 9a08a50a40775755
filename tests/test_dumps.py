"""Dumps: the files as they are, with ranges, checksums and nothing else of the disk."""

import base64
import gzip
import hashlib

import pytest
from publishing import get, publishing

DUMP = "dumps/communique.nq.gz"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


@pytest.fixture(scope="module")
def content(client):
    return (client.application.extensions["communique"].release.path / DUMP).read_bytes()


def test_a_dump_is_sent_as_the_file_that_it_is(client, content):
    response = get(client, DUMP, Accept_Encoding="gzip")
    assert response.data == content
    assert response.mimetype == "application/gzip"
    assert "Content-Encoding" not in response.headers
    assert response.headers["Accept-Ranges"] == "bytes"
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    head = client.head("/" + DUMP, buffered=True)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(content)))


@pytest.mark.parametrize(
    ("header", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=20-", 20, None), ("bytes=-7", -7, None)]
)
def test_ranges(client, content, header, start, end):
    response = get(client, DUMP, status=206, Range=header)
    assert response.data == content[start:end]
    assert response.headers["Content-Range"].endswith(f"/{len(content)}")


def test_ranges_that_cannot_be_are_told_or_passed_over(client, content):
    refused = get(client, DUMP, status=416, Range=f"bytes={len(content)}-")
    assert refused.headers["Content-Range"] == f"bytes */{len(content)}"
    for header in ("bytes=0-1,4-5", "items=0-5", "bytes=5-2", "nonsense"):
        assert get(client, DUMP, Range=header).data == content, header
    assert client.head("/" + DUMP, headers={"Range": "bytes=0-9"}, buffered=True).status_code == 200


def test_conditions(client, content):
    first = get(client, DUMP)
    assert get(client, DUMP, status=304, If_None_Match=first.headers["ETag"]).data == b""
    assert get(client, DUMP, status=304, If_Modified_Since=first.headers["Last-Modified"])
    assert get(client, DUMP, status=206, Range="bytes=0-4", If_Range=first.headers["ETag"]).data == content[:5]
    assert get(client, DUMP, Range="bytes=0-4", If_Range='"another"').data == content


def test_every_listed_file_is_there_and_has_its_checksum(client):
    lines = get(client, "dumps/SHA256SUMS").text.splitlines()
    assert len(lines) >= 12
    index = get(client, "dumps/").text
    for line in lines:
        digest, name = line.split("  ")
        response = get(client, f"dumps/{name}")
        assert hashlib.sha256(response.data).hexdigest() == digest, name
        assert response.headers["ETag"] == f'"{digest}"'
        assert f'href="/dumps/{name}"' in index


def test_dumps_hold_as_many_statements_as_they_say(client):
    files = get(client, "manifest.json").json["files"]
    for suffix in ("nt", "nq"):
        lines = gzip.decompress(get(client, f"dumps/communique.{suffix}.gz").data).splitlines()
        assert len(lines) == files[f"dumps/communique.{suffix}.gz"]["triples"]


@pytest.mark.parametrize(
    "path",
    [
        "dumps/../manifest.json",
        "dumps/%2e%2e/manifest.json",
        "dumps/..%2fmanifest.json",
        "dumps/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        "dumps//etc/passwd",
        "dumps/nothing.gz",
        "store/CURRENT",
        "articles/first.json",
    ],
)
def test_nothing_else_of_the_disk_can_be_had(client, path):
    assert client.get("/" + path, buffered=True).status_code == 404


def test_reports_and_facts(client):
    assert get(client, "report.txt").text == "conforms\n"
    assert get(client, "report.ttl").mimetype == "text/turtle"
    assert get(client, "changes.json").json["added"]
