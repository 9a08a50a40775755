"""In which orders the engine may go through the triple patterns of a query, and by what it looks each of them up."""

from __future__ import annotations

MOST_PATTERNS = 6
_MOST_ORDERS = 8  # that differ in what they cost

#: A variable with its question mark, the number of an IRI among the query's, a prefixed name, or None for a literal.
Term = str | int | tuple[str, str] | None
Pattern = tuple[Term, Term, Term]
#: Each step is the number of a pattern, and by what it is looked up: `out` by its subject, `in` by its object, `any`
#: by its subject whatever the predicate. A pattern of which both ends are known costs nothing and is left out.
Order = tuple[tuple[int, str], ...]


def orders(patterns: tuple[Pattern, ...]) -> tuple[Order, ...]:
    """All ways through the patterns that begin at something known and go on from what is known by then.

    The engine takes one of them: it never begins with a pattern of which nothing is known while there are others, and
    goes on with one that shares a variable. Ways with the same steps are told once; where there is none, or there are
    very many, nothing is told.

    >>> orders((("?e", ("dip", "participant"), 0), ("?e", ("dip", "location"), "?place")))
    (((0, 'in'), (1, 'out')),)
    >>> orders((("?e", ("dip", "location"), "?place"),))
    ()
    """
    loose = [term for _, term, _ in patterns if isinstance(term, str)]
    ends = {term for subject, _, last in patterns for term in (subject, last)}
    if not patterns or len(patterns) > MOST_PATTERNS or len(set(loose)) < len(loose) or ends & set(loose):
        return ()  # patterns may be joined by a variable for predicates
    found: set[Order] = set()
    seen: set[tuple[frozenset[int], frozenset[tuple[int, str]]]] = set()

    def go_on(known: frozenset[Term], left: frozenset[int], steps: frozenset[tuple[int, str]]) -> None:
        if (left, steps) in seen:
            return
        seen.add((left, steps))
        if not left:
            found.add(tuple(sorted(steps)))
        for place in left:
            how = _how(patterns[place], known)
            if how is not None:
                subject, _, last = patterns[place]
                go_on(known | {subject, last}, left - {place}, steps | ({(place, how)} if how else set()))

    go_on(frozenset(), frozenset(range(len(patterns))), frozenset())
    return tuple(sorted(found)) if len(found) <= _MOST_ORDERS else ()


def _how(pattern: Pattern, known: frozenset[Term]) -> str | None:
    """By what a pattern is looked up when these variables are known; empty for by all, None for by nothing."""
    subject, predicate, last = pattern
    by_subject = not isinstance(subject, str) or subject in known
    by_object = not isinstance(last, str) or last in known
    if isinstance(predicate, str):
        return "any" if by_subject else None
    if by_subject:
        return "" if by_object else "out"
    return "in" if by_object else None
