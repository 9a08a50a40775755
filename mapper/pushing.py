"""A release into another SPARQL server: graph by graph beside what it serves, counted, then swapped in by one update.

Staged graphs are named below {base}staging/{version}/. A push that was interrupted is resumed: graphs that are whole
are not sent again. What the server serves changes only with the last update, which moves all staged graphs to their
places and drops those that are no longer in the release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mapper.errors import PushError, ReleaseError
from mapper.graphstore import Server
from mapper.progress import Progress
from mapper.release import read_manifest

MOST_STATEMENTS = {True: 20_000, False: 1_000}
"""In one request, by whether it goes to a graph store or is an update: some servers compile those in little memory."""
MOST_CHARACTERS = 4_000_000
"""In one request."""
MERGED = "graph/merged"
"""Holds the merge of all graphs where the server's own default graph cannot."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push came to."""

    version: str
    graphs: int
    statements: int
    sent: int
    """Statements that had to be sent; fewer than there are where an earlier push was resumed."""
    dropped: int
    """Graphs of earlier releases that were dropped."""
    default: str
    """Where queries find the merge of all graphs: "default graph", "union", or the IRI of a graph."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A graph of the release, where it is staged, where it goes, and how much it holds."""

    source: ox.NamedNode | ox.DefaultGraph
    staged: str
    target: str
    size: int


def push(release: Path, server: Server, *, progress: Progress | None = None) -> Pushed:
    """Put a release into a server.

    Parameters:
        release: the folder of the release.
        server: where to.
        progress: who is told how far it is.

    Raises ReleaseError when there is no release, PushError when the server does not do what it should; what it serves
    is then as it was.
    """
    progress = progress or Progress(quiet=True)
    manifest = read_manifest(release)
    try:
        store = ox.Store.read_only(str(release / "store"))
    except OSError as error:
        raise ReleaseError(f"The store of {release} cannot be opened: {error}") from error
    base, version, graphs = manifest["base"], manifest["version"], manifest["graphs"]
    area = f"{base}staging/{version}/"
    left = [graph for graph in server.graphs(f"{base}staging/") if not graph.startswith(area)]
    if left:
        progress.say(f"Dropping {len(left)} graphs that a push of another release left behind")
        _drop(server, left)
    default = _default(server, area, base)
    parts = [_Part(ox.NamedNode(g), area + g.removeprefix(base), f"GRAPH <{g}>", n) for g, n in sorted(graphs.items())]
    if default != "union":
        target = "DEFAULT" if default == "default graph" else f"GRAPH <{default}>"
        merged = ox.DefaultGraph()
        size = sum(1 for _ in store.quads_for_pattern(None, None, None, merged))
        parts.append(_Part(merged, area + MERGED, target, size))
    sent = sum(_staged(server, store, part, have) for part, have in progress.count(_missing(server, parts), "graphs"))
    _check(server, {part.staged: part.size for part in parts}, "were staged")
    kept = {*graphs, default}
    gone = [graph for graph in server.graphs(f"{base}graph/") if graph not in kept]
    progress.say("Swapping the release in")
    live = {**graphs, **({default: parts[-1].size} if default.startswith(base) else {})}
    _swap(server, parts, gone, live)
    _check(server, live, "arrived")
    return Pushed(version, len(graphs), sum(graphs.values()), sent, len(gone), default)


def _default(server: Server, area: str, base: str) -> str:
    """Where the merge of all graphs has to be: tells what a query without GRAPH sees, by a statement in two graphs."""
    probe, other = f"{area}probe/1", f"{area}probe/2"
    said = f'<{probe}> <{probe}> "probe"'
    server.update(f"INSERT DATA {{ GRAPH <{probe}> {{ {said} }} GRAPH <{other}> {{ {said} }} }}")
    seen = len(server.select(f"SELECT ?o WHERE {{ <{probe}> <{probe}> ?o }}"))
    _drop(server, [probe, other])
    if seen == 0:
        return "default graph"
    return "union" if seen == 1 else base + MERGED


def _missing(server: Server, parts: Iterable[_Part]) -> Iterator[tuple[_Part, int]]:
    """The parts that are not staged yet, with how much of each is."""
    parts = list(parts)
    sizes = server.sizes(part.staged for part in parts)
    for part in parts:
        if sizes.get(part.staged, 0) != part.size:
            yield part, sizes.get(part.staged, 0)


def _staged(server: Server, store: ox.Store, part: _Part, have: int) -> int:
    """Send a graph to where it is staged; returns how many statements were sent."""
    if have > part.size:
        _drop(server, [part.staged])
    sent = 0
    for lines in _portions(store, part.source, most=MOST_STATEMENTS[bool(server.at.graphs)]):
        server.add(part.staged, lines)
        sent += len(lines)
    return sent


def _portions(store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, *, most: int) -> Iterator[list[str]]:
    """The statements of a graph as lines of N-Triples, so many at once as a request may carry."""
    lines, length = list[str](), 0
    for quad in store.quads_for_pattern(None, None, None, graph):
        line = f"{quad.triple} ."
        if lines and (len(lines) >= most or length + len(line) > MOST_CHARACTERS):
            yield lines
            lines, length = [], 0
        lines.append(line)
        length += len(line)
    if lines:
        yield lines


def _drop(server: Server, graphs: Iterable[str]) -> None:
    server.update(" ;\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in graphs))


def _swap(server: Server, parts: Iterable[_Part], gone: Iterable[str], live: Mapping[str, int]) -> None:
    """Move all staged graphs to their places by one request, sent once: a second one would find none staged."""
    moves = [f"MOVE GRAPH <{part.staged}> TO {part.target}" for part in parts]
    try:
        server.update(" ;\n".join([*moves, *(f"DROP SILENT GRAPH <{graph}>" for graph in gone)]), tries=1)
    except PushError as error:
        if server.sizes(live) != dict(live) or server.sizes(part.staged for part in parts):
            raise PushError(f"{error} The release is staged but not served; push again to go on from there.") from error


def _check(server: Server, wanted: Mapping[str, int], what: str) -> None:
    found = server.sizes(wanted)
    wrong = [f"{graph}: {found.get(graph, 0)} of {size}" for graph, size in wanted.items() if found.get(graph) != size]
    if wrong:
        some = "; ".join(wrong[:3]) + (" …" if len(wrong) > 3 else "")
        raise PushError(f"{len(wrong)} of {len(wanted)} graphs hold another number of statements than {what}: {some}")
