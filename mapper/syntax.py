"""Questions about a parsed sentence: whose verb is this, who acts, what is it done to.

Dependency labels are those of the ClearNLP scheme that spaCy's English models use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = frozenset("nsubj csubj expl".split())
PASSIVE_SUBJECTS = frozenset("nsubjpass csubjpass".split())
OBJECTS = frozenset("dobj attr dative oprd".split())
RELATIVES = frozenset("which who that whom".split())
CONTROL = frozenset("urge ask tell call invite press order request want push allow let force help".split())
"""Verbs whose object is the subject of the infinitive that follows."""
FUTURE = frozenset({"will", "shall", "'ll", "’ll"})
FINITE = frozenset({"VBD", "VBZ", "VBP"})
STANDING_FOR_TIMES = frozenset({"Thursday", "January", "2001", "yesterday"})
"""The names that the parser sees in place of dates."""
UNREAL = frozenset("would could might may should can must ca wo need".split())
NEGATIONS = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor", "hardly"})


def is_verb(token: Token) -> bool:
    """Whether the token is used as a verb."""
    return token.pos_ in ("VERB", "AUX")


def children(token: Token, *labels: str) -> Iterator[Token]:
    """The children with one of these dependency labels, in order."""
    return (child for child in token.children if child.dep_ in labels)


def group(token: Token) -> list[Token]:
    """The token and all that is coordinated with it: "France" → France, Germany, Italy.

    An appositive that is one of a list ("A, B, C") counts as coordinated.
    """
    found = [token]
    for child in token.conjuncts:
        if child.i > token.i and child not in found:
            found.append(child)
    return found


def clause_head(token: Token) -> Token:
    """The nearest verb above the token, or the root; the token itself when it is a verb."""
    while not is_verb(token) and token.head != token:
        token = token.head
    return token


def in_main_clause(token: Token) -> bool:
    """Whether it stands in the main clause of its sentence or in what that says, not in a clause beside it."""
    while token.head != token:
        if token.dep_ in ("acl", "relcl", "advcl", "pcomp"):
            return False
        token = token.head
    return True


def later(token: Token) -> bool:
    """Whether it is an "after" or "before" with a stretch of time before it: "days after talks"."""
    if token.lower_ not in ("after", "before", "since", "following") or not token.i:
        return False
    return token.nbor(-1).lemma_ in ("day", "week", "month", "year", "decade")


def _one_of(noun: Token) -> Token:
    """Who is told to be one of many: "Kenya was among the countries that" → Kenya; else the noun itself."""
    governor = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "among" else noun
    first = next(children(governor, "nsubj"), None) if governor.lemma_ == "be" else None
    return noun if first is None else first


def cleft(verb: Token) -> Token | None:
    """The "was" of a sentence that points out who did it, asked of what was done: "It was Kenya that severed ties"."""
    being = verb.head.head if verb.dep_ == "relcl" and verb.head.dep_ == "attr" else verb.head
    pointing = being != verb and being.lemma_ == "be" and verb.dep_ in ("ccomp", "advcl", "relcl")
    told = any(child.lower_ == "it" for child in children(being, "nsubj", "expl"))
    return being if pointing and told and any(children(being, "attr")) else None


def antecedent(token: Token) -> Token:
    """What a relative pronoun stands for: the noun that its clause hangs on."""
    if token.tag_ in ("WDT", "WP") and token.lower_ in RELATIVES:
        verb = clause_head(token)
        if (being := cleft(verb)) is not None:
            return next(children(being, "attr"))
        for _ in range(4):
            if verb.dep_ == "relcl":
                return _one_of(verb.head)
            verb = clause_head(verb.head)
    return token


def _helped(verb: Token) -> bool:
    """Whether an auxiliary makes the verb finite: "has met", "will meet"."""
    return any(child.tag_ in FINITE or child.tag_ == "MD" for child in children(verb, "aux", "auxpass"))


def _hyphened(verb: Token) -> bool:
    """Whether it is a participle that tells before its noun who did it: "Qatar-brokered talks"."""
    return verb.dep_ == "amod" and verb.tag_ == "VBN" and verb.i > 1 and verb.nbor(-1).text == "-"


def is_passive(verb: Token) -> bool:
    """Whether the verb is in the passive, or a bare past participle behind a noun ("a deal signed in 2001")."""
    if any(children(verb, "nsubjpass", "auxpass", "csubjpass")):
        return True
    if any(children(verb, "agent")):
        return not any(children(verb, "nsubj"))  # "had spoken by telephone"
    return verb.tag_ == "VBN" and verb.dep_ in ("acl",) and not any(children(verb, "aux"))


def subjects(verb: Token, depth: int = 0) -> list[Token]:
    """Who acts, as heads of noun phrases: of the verb itself, or of the verb that governs it.

    For a passive that is its "by" phrase.
    """
    if is_passive(verb):
        agents = [noun for by in children(verb, "agent") for noun in children(by, "pobj")]
        return [antecedent(noun) for noun in agents]
    own = [child for child in verb.children if child.dep_ in SUBJECTS and child.dep_ != "expl"]
    if own:
        return [antecedent(child) for child in own]
    helping = [child for aux in children(verb, "aux") for child in children(aux, "nsubj")]
    if helping:
        return helping  # "India has for its part long accused"
    unread = [
        t
        for near in (verb, *children(verb, "prep"))
        for t in children(near, "npadvmod", "compound")
        if t.tag_ == "NNP" and t.text not in STANDING_FOR_TIMES and t.i < verb.i
    ]
    if unread and (verb.tag_ in FINITE or _helped(verb) or _hyphened(verb)):
        return unread[:1]  # "Obama, through his spokesman, also appealed", "the France-brokered truce"
    if depth > 5 or verb.head == verb:
        return []
    head = verb.head
    if verb.dep_ == "conj" and is_verb(head) and verb.tag_ in FINITE and head.tag_ not in FINITE and not _helped(head):
        above = next((t for t in head.ancestors if is_verb(t) and (t.tag_ in FINITE or _helped(t))), None)
        if above is not None:
            return subjects(above, depth + 1)  # "accused them of plotting and expelled their diplomats"
    if verb.dep_ == "conj" and head.dep_ == "ccomp" and {verb.tag_, head.head.tag_} <= {"VBD", "VBZ"}:
        joining = [child for child in children(head, "cc") if child.i < verb.i]
        if joining and joining[-1].i and joining[-1].nbor(-1).text == "," and head.head.i < head.i:
            return subjects(head.head, depth + 1)  # "agreed that Iran was responsible, and recalled their envoys"
    if verb.dep_ == "conj" and is_verb(head):
        return (
            passive_objects(head)
            if is_passive(head) and not any(children(head, "agent"))
            else subjects(head, depth + 1)
        )
    if verb.dep_ in ("xcomp", "advcl", "ccomp") and is_verb(head):
        infinitive = any(child.tag_ == "TO" for child in verb.children)
        if (
            infinitive
            and verb.dep_ != "advcl"
            and (controlled := [c for c in head.children if c.dep_ in ("dobj", "dative")])
            and head.lemma_ in CONTROL
        ):
            return controlled
        if verb.dep_ == "ccomp" and not infinitive and verb.tag_ != "VBG":
            return []
        if is_passive(head):
            return passive_objects(head)
        return subjects(head, depth + 1)
    if verb.dep_ == "xcomp" and head.dep_ == "acomp":
        return subjects(head.head, depth + 1)  # "is due to host"
    if verb.dep_ == "pcomp":
        governor = head.head
        if is_verb(governor) and head.lower_ in ("of", "for", "from", "against") and (done := objects(governor)):
            return done  # "accused Iran of supplying", "thanked Oman for hosting"
        return subjects(governor, depth + 1) if is_verb(governor) else [governor]
    if verb.dep_ == "acl" and (verb.tag_ == "VBG" or any(child.tag_ == "TO" for child in verb.children)):
        return [head]
    if verb.dep_ == "relcl":
        first = head.dep_ == "attr" and any(child.tag_ == "TO" for child in verb.children)
        return subjects(head.head, depth + 1) if first else [head]  # "became the first country to recognise"
    if verb.dep_ == "aux" and is_verb(head):
        return subjects(head, depth + 1)
    return []


def passive_objects(verb: Token, depth: int = 0) -> list[Token]:
    """What is acted on in a passive: its grammatical subject, or the noun that the participle follows."""
    own = [antecedent(child) for child in verb.children if child.dep_ in PASSIVE_SUBJECTS]
    if own:
        return own
    if verb.dep_ in ("acl", "relcl"):
        return [verb.head]
    if verb.dep_ in ("conj", "xcomp", "advcl") and depth < 4 and is_verb(verb.head):
        head = verb.head
        return passive_objects(head, depth + 1) if is_passive(head) else subjects(head)
    return []


def objects(verb: Token) -> list[Token]:
    """What is acted on: the direct object, or in a passive the grammatical subject."""
    if is_passive(verb):
        found = passive_objects(verb)
        return found + [child for child in verb.children if child.dep_ in ("dobj", "oprd")]
    own = [antecedent(child) for child in verb.children if child.dep_ in OBJECTS]
    if verb.dep_ == "relcl" and any(noun.lower_ == "that" and noun.dep_ == "dobj" for noun in own):
        return [verb.head]  # "the accord that Somalia signed"
    if own:
        return own
    if _hyphened(verb):
        return [verb.head]
    placed = any(child.tag_ == "WRB" for child in verb.children)  # "in Oslo, where he met"
    if (
        verb.dep_ == "relcl"
        and not placed
        and not any(c.dep_ in SUBJECTS and c.lower_ in RELATIVES for c in verb.children)
    ):
        return [verb.head]  # "the accord Somalia denounced"
    return []


def shared_objects(verb: Token) -> list[Token]:
    """The object of the verb, or the one that it shares with a verb coordinated after it: "condemned and rejected"."""
    own = objects(verb)
    if own:
        return own
    for other in verb.conjuncts:
        if other.i > verb.i and is_verb(other) and other.i - verb.i <= 4 and (found := objects(other)):
            return found
    return []


def prepositional(token: Token, *prepositions: str) -> list[Token]:
    """The nouns behind these prepositions that hang on the token: "met with him" → him."""
    found = []
    for child in _with_adverbs(token):
        if child.dep_ in ("prep", "dative", "agent", "prt", "advmod") and child.lower_ in prepositions:
            found += [antecedent(noun) for noun in children(child, "pobj", "pcomp")]
            found += [noun for inner in children(child, "prep") for noun in children(inner, "pobj")]
            if child.lower_ == "as":  # "rejected as baseless"
                found += list(children(child, "amod", "acomp", "advmod"))
    return found


def _with_adverbs(token: Token) -> Iterator[Token]:
    """The children of a word, and for a verb what hangs on its adverbs: "went straight into", "was back in"."""
    for child in token.children:
        yield child
        if child.dep_ == "advmod" and is_verb(token):
            yield from children(child, "prep")


def has_particle(verb: Token, *words: str) -> bool:
    """Whether one of these particles or prepositions hangs on the verb, other than those of a time."""
    return any(
        child.lower_ in words
        and child.dep_ in ("prt", "prep", "advmod", "agent")
        and not any(noun.text in STANDING_FOR_TIMES for noun in children(child, "pobj"))
        for child in _with_adverbs(verb)
    )


def complement(verb: Token) -> Token | None:
    """The clause that the verb governs: "said that …", "agreed to …", or that it interrupts: "Chad, he said, had …"."""
    if verb.lower_ == "according" and is_verb(verb.head):
        return verb.head
    own = next(children(verb, "ccomp", "xcomp"), None)
    return verb.head if own is None and verb.dep_ == "parataxis" and is_verb(verb.head) else own


def is_negated(token: Token) -> bool:
    """Whether the verb or noun is negated: "did not meet", "no meeting", "without meeting"."""
    for child in token.children:
        if child.dep_ == "neg" or (child.dep_ in ("det", "advmod", "preconj") and child.lower_ in NEGATIONS):
            return True
    if any(child.lower_ == "no" for noun in prepositional(token, "at", "under") for child in children(noun, "det")):
        return True  # "at no point was a deal discussed"
    return token.head.lower_ == "without"
