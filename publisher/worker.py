"""The process that runs strangers' queries: reads one, answers it whole or says why not, reads the next.

It imports little, so that it starts in some tens of milliseconds, and is fenced in by `publisher.sandbox`. An answer
is complete before the first byte of it leaves: short ones in memory, long ones in an unnamed file whose descriptor is
handed over. So no client ever sees the beginning of an answer that could not be finished, and a slow reader does not
keep a worker.

Frames on the socket, both ways: two lengths (32 and 64 bits), a JSON head, a body. A long answer's body stays in the
file.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback
from array import array
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from publisher import sandbox
from publisher.diagnosis import syntax_problem
from publisher.lexer import Outline, outline
from publisher.results import OFFERED, Encoder, Spool, TooLongError, UnwritableError, serialize

HEAD = struct.Struct(">IQ")
_PART = 65536  # bytes of a request read at once
_LOOK_EVERY = 1.0  # seconds between two looks at what this process uses, which are costly
_KINDS = {ox.QuerySolutions: "solutions", ox.QueryBoolean: "boolean", ox.QueryTriples: "graph"}


class RefusedError(Exception):
    """A query that is not run; carries the members of the problem."""

    def __init__(self, status: int, title: str, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.problem = {"status": status, "title": title, "detail": detail, **members}


class Worker:
    """The state of one worker process: its store and its limits.

    Parameters:
        options: `release`, `engine` and its `merged` graph, `base`, `prefixes`, `allowlist`, `network` (whether this
            process may call the allowlist), and the limits `seconds`, `result_bytes`, `nesting`, `memory`, `inline`,
            `spool`.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._store = _store(options)
        self._merged: tuple[tuple[frozenset[str], frozenset[str]], ox.Store] = ((frozenset(), frozenset()), self._store)
        self._first_size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    @cached_property
    def _graphs(self) -> frozenset[str]:
        return frozenset(graph.value for graph in self._store.named_graphs())

    def answer(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], Spool | None]:
        """Run one query: the head of the frame to send, and the answer; without one the head holds the problem."""
        words = outline(request["query"])
        try:
            if (refusal := self._refusal(words)) is not None:
                return refusal, None
            if None in request["formats"].values():  # what cannot be written need not be evaluated
                self._require_format(request, self._query(ox.Store(), request["query"]))
            results = self._run(request, words)
            return self._serialize(request, results, words.volatile or bool(words.services))
        except RefusedError as refused:
            return {"problem": refused.problem}, None
        except SyntaxError as error:
            empty = ox.Store()
            problem = syntax_problem(request["query"], str(error), lambda query: self._query(empty, query))
            return {"problem": problem}, None
        except UnwritableError as error:
            return {"problem": {"status": 406, "title": "Not Acceptable", "detail": str(error)}}, None
        except (MemoryError, TooLongError) as error:
            title = "Answer Too Long" if isinstance(error, TooLongError) else "Out Of Memory"
            return {"problem": {"status": 507, "title": title, "detail": str(error)}, "retire": True}, None
        except (OSError, ValueError, RuntimeError) as error:
            remote = bool(words.services)
            detail = f"The query could not be evaluated: {error}"
            title = "Remote Service Failed" if remote else "Query Failed"
            return {"problem": {"status": 502 if remote else 400, "title": title, "detail": detail}}, None

    def worn(self) -> bool:
        """Whether a query has left so much memory behind that a fresh process is better."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - self._first_size > 64 * 1024

    def _refusal(self, words: Outline) -> dict[str, Any] | None:
        if words.depth > self._options["nesting"]:
            detail = f"Brackets are nested {words.depth} deep; this server reads {self._options['nesting']} levels."
            raise RefusedError(400, "Query Too Complex", detail)
        if not words.services:
            return None
        addresses = self._resolve(words, [text for text in words.services if text[0] not in "?$"])
        refused = [text for text in words.services if text[0] in "?$"]
        refused += [address for address in addresses if address not in self._options["allowlist"]]
        if refused:
            detail = f"SERVICE is not allowed here for {', '.join(refused)}. No connection was made."
            raise RefusedError(403, "Federation Refused", detail)
        return None if self._options["network"] else {"network": True}

    def _resolve(self, words: Outline, texts: list[str]) -> list[str]:
        """What IRIs the texts stand for under the query's own prologue; the engine reads them."""
        if not texts:
            return []
        variables = " ".join(f"({text} AS ?v{place})" for place, text in enumerate(texts))
        solution = next(iter(self._query(ox.Store(), f"{words.prologue}\nSELECT {variables} {{}}")))
        return [term.value for term in solution]

    def _query(self, store: ox.Store, query: str, **dataset: Any) -> Any:
        base = self._options["base"] + "sparql"
        try:
            return store.query(query, base_iri=base, **dataset)
        except SyntaxError:  # perhaps it uses the well-known prefixes, which are costly to declare each time
            return store.query(query, base_iri=base, prefixes=self._options["prefixes"], **dataset)

    def _run(self, request: Mapping[str, Any], words: Outline) -> Any:
        """Run the query over the dataset that the protocol or else the query names, or over everything."""
        default, named = request["default_graphs"], request["named_graphs"]
        if not default and not named:
            default, named = (
                self._resolve(words, list(words.default_graphs)),
                self._resolve(words, list(words.named_graphs)),
            )
            remote = [name for name in default + named if self._remote(name)]
            if remote:
                names = ", ".join(remote)
                detail = f"This server fetches no graphs, and {names} is not among its own. No connection was made."
                raise RefusedError(400, "Remote Graph Refused", detail)
        if not default and not named:
            return self._query(self._store, request["query"])
        return self._over(request["query"], frozenset(default), frozenset(named))

    def _remote(self, name: str) -> bool:
        local = name in self._graphs or name.startswith(self._options["base"])
        return not local and name.partition(":")[0].lower() in ("http", "https", "ftp", "file", "data")

    def _over(self, query: str, default: frozenset[str], named: frozenset[str]) -> Any:
        """Run a query over the RDF merge of some graphs, and some named graphs; unknown graphs are empty.

        The engine takes several default graphs too, but counts a statement once for each graph it stands in; SPARQL
        1.1 Query Language, section 13.2, asks for the merge.
        """
        store, graphs = self._store, [ox.NamedNode(name) for name in sorted(default & self._graphs)]
        defaults: list[ox.NamedNode | ox.DefaultGraph] = list(graphs)
        if graphs and default >= self._graphs:
            defaults = [ox.DefaultGraph()]
        elif len(graphs) > 1 and isinstance(store, ox.Store):  # a server of its own merges them itself
            key = (default, named)
            if self._merged[0] != key:
                self._merged = (key, self._merge(default & self._graphs, named & self._graphs))
            store, defaults = self._merged[1], [ox.DefaultGraph()]
        names = [ox.NamedNode(name) for name in sorted(named)]
        return self._query(store, query, default_graph=defaults, named_graphs=names)

    def _merge(self, default: frozenset[str], named: frozenset[str]) -> ox.Store:
        merged = ox.Store()
        for name in sorted(default):
            quads = self._store.quads_for_pattern(None, None, None, ox.NamedNode(name))
            merged.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        for name in sorted(named):
            merged.bulk_extend(self._store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        return merged

    def _require_format(self, request: Mapping[str, Any], results: Any) -> str:
        kind = _KINDS[type(results)]
        media_type = request["formats"][kind]
        if media_type is None:
            offered = ", ".join(OFFERED[kind])
            raise RefusedError(406, "Not Acceptable", f"The answer to this query can be written as {offered}.")
        return str(media_type)

    def _serialize(self, request: Mapping[str, Any], results: Any, volatile: bool) -> tuple[dict[str, Any], Spool]:
        media_type = self._require_format(request, results)
        spool = Spool(inline=self._options["inline"], folder=self._options["spool"])
        encoder = Encoder(spool, media_type, limit=self._options["result_bytes"], compress=request["gzip"])
        serialize(results, media_type, cast(IO[bytes], encoder), self._options["prefixes"])
        return {"media_type": media_type, "etag": encoder.finish(), "volatile": volatile}, spool


def _store(options: Mapping[str, Any]) -> Any:
    """The release's own store, or the server that answers instead of it."""
    if not options["engine"]:
        return ox.Store.read_only(options["release"] + "/store")
    from publisher.remote import RemoteStore  # costly to load, and seldom needed

    manifest = json.loads(Path(options["release"], "manifest.json").read_text(encoding="utf-8"))
    return RemoteStore(options["engine"], graphs=manifest["graphs"], merged=options["merged"])


def receive(connection: socket.socket, size: int) -> bytes:
    """Read exactly so many bytes; EOFError when the other side has gone."""
    parts = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _next_request(connection: socket.socket) -> bytes:
    data = connection.recv(_PART)
    if len(data) < HEAD.size:
        data += receive(connection, HEAD.size - len(data))
    length, _ = HEAD.unpack_from(data)
    return data[HEAD.size :] + receive(connection, HEAD.size + length - len(data))


def serve(connection: socket.socket, options: Mapping[str, Any]) -> None:
    """Answer queries until the other side hangs up or this process is worn."""
    worker = Worker(options)
    if not options["network"] and not options["engine"]:
        sandbox.close_network()
    sandbox.limit_memory(options["memory"])
    connection.sendall(b"!")  # ready
    looked, retire = -_LOOK_EVERY, False
    while not retire:
        try:
            request = json.loads(_next_request(connection).decode())
        except EOFError:
            return
        look = time.monotonic() - looked > _LOOK_EVERY
        if look:
            sandbox.limit_time(options["seconds"] + _LOOK_EVERY + 2)
            looked = time.monotonic()
        head, spool = worker.answer(request)
        retire = bool(head.get("retire")) or ((look or time.monotonic() - looked > _LOOK_EVERY) and worker.worn())
        head["retire"] = retire
        body = spool.body() if spool else b""
        text = json.dumps(head | {"file": spool is not None and spool.file is not None}).encode()
        data = HEAD.pack(len(text), len(body)) + text + body
        if spool is not None and spool.file is not None:
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", [spool.file.fileno()]))]
            sent = connection.sendmsg([data], rights)
            connection.sendall(data[sent:])
            spool.file.close()
        else:
            connection.sendall(data)


def nursery(descriptor: int, parent: int) -> None:
    """Entry of the process that forks workers (see `publisher.nursery`), until the server hangs up."""
    sandbox.die_with_parent(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    gc.collect()
    gc.freeze()  # what is there already stays shared
    own = os.getpid()
    with socket.socket(fileno=descriptor) as connection:
        while True:
            message, descriptors, _, _ = socket.recv_fds(connection, 1 << 20, 2)
            if not message:
                os._exit(0)
            pid = os.fork()
            if pid == 0:
                connection.close()
                _child(own, descriptors[0], descriptors[1], json.loads(message))
            try:
                descriptors.append(os.pidfd_open(pid))
            except ProcessLookupError:  # it has ended already
                connection.send(b"0")
            else:
                socket.send_fds(connection, [str(pid).encode()], descriptors[2:])
            for used in descriptors:
                os.close(used)


def _child(parent: int, descriptor: int, messages: int, options: Mapping[str, Any]) -> None:
    """The life of a worker, which ends in here."""
    try:
        sandbox.die_with_parent(parent)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(messages, 2)
        faulthandler.enable(2)  # a crash leaves a note for the server
        with socket.socket(fileno=descriptor) as connection:
            serve(connection, options)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(0)  # without the engine's and the interpreter's tidying up
