"""The hostile queries of `soak.py`, one of each kind that we could think of; a number makes each unlike all others."""

from __future__ import annotations

from collections.abc import Callable

_PATTERN = "?s%d ?p%d ?o%d . "
_TWO = "?a ?b ?c . ?d ?e ?f"
_THREE, _FOUR = f"{_TWO} . ?g ?h ?i", f"{_TWO} . ?g ?h ?i . ?j ?k ?l"
HOSTILE: dict[str, Callable[[int], str]] = {
    "cross product": lambda n: "SELECT * { " + "".join(_PATTERN % (i, i, i) for i in range(4)) + f"}} # {n}",
    "counted cross": lambda n: f"SELECT (COUNT(*) AS ?n{n}) {{ {_FOUR} }}",
    "sorted cross": lambda n: f"SELECT * {{ {_TWO} }} ORDER BY ?f ?a OFFSET {n}",
    "grouped cross": lambda n: f"SELECT ?a (GROUP_CONCAT(?f) AS ?x{n}) {{ {_THREE} }} GROUP BY ?a",
    "distinct cross": lambda n: f"SELECT DISTINCT ?a ?d ?g {{ {_THREE} }} OFFSET {n}",
    "unbounded path": lambda n: f"SELECT (COUNT(*) AS ?n) {{ ?a (<urn:{n}>|!<urn:x>)* ?b . ?b (!<urn:y>)* ?c }}",
    "regular expression": lambda n: f"SELECT * {{ {_TWO} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(.*a){{9}}{n}$'))}}",
    "growing string": lambda n: "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxx' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40)) + f" }} # {n}",
    "huge IN": lambda n: f"SELECT * {{ {_TWO} FILTER(?a NOT IN ({','.join(str(n + i) for i in range(9000))}))}}",
    "huge VALUES": lambda n: "SELECT (COUNT(*) AS ?n) { " + "".join(
        f"VALUES ?v{k} {{ {' '.join(str(n + i) for i in range(2000))} }} " for k in range(4)) + "}",
    "brackets": lambda n: "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + f") }} # {n}",
    "braces": lambda n: "SELECT * " + "{" * 5000 + "}" * 5000 + f" # {n}",
    "negations": lambda n: "SELECT * { FILTER(" + "!" * 30_000 + f"{n}) }}",
    "unions": lambda n: "SELECT * { " + " UNION ".join(["{?s ?p ?o}"] * 9000) + f" }} # {n}",
    "alternatives": lambda n: "SELECT * { ?s ?p ?o FILTER(" + "||".join([f"?s={n}"] * 20_000) + ") }",
    "path chain": lambda n: "SELECT * { ?s " + "/".join(["<urn:p>"] * 20_000) + f" ?o }} # {n}",
    "pattern chain": lambda n: "SELECT * { " + "?s ?p ?o . " * 1000 + f" }} # {n}",
    "ten megabytes": lambda _: "",
    "long answer": lambda n: f"SELECT * {{ {_TWO} }} LIMIT {300_000 + n}",
    "three steps": lambda n: f"SELECT * {{ <urn:bulk:{n % 4000}> ?p ?a{n} . ?a{n} ?q ?b . ?b ?r ?c }} ORDER BY ?c ?b",
    "heavy functions": lambda n: f"SELECT (MAX(SHA512(CONCAT(STR(?a), STR(?d)))) AS ?x{n}) {{ {_TWO} }}",
}  # fmt: skip

TEN_MEGABYTES = "query=ASK+%7B%7D%23" + "x" * 10_000_000
