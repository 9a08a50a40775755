"""What the words around a trigger say of it: whether they name, host, refuse or postpone what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mapper.syntax import children, is_negated, is_verb, objects, prepositional, subjects

if TYPE_CHECKING:
    from spacy.tokens import Token

SPEECH_ACTS = frozenset(
    {"Condemnation", "Accusation", "Denial", "Appeal", "Endorsement", "Warning", "Expulsion", "Recall", "Summoning"}
)
"""Classes that exist by being said or done: what is only planned of them is not published."""
MEASURES = frozenset({"Expulsion", "Recall", "Sanction", "RelationsChange"})
"""Acts of one state against another, which often come in a row."""
BEGUN = frozenset({"RelationsChange", "Agreement", "Sanction", "AidPledge", "Deployment", "JointStatement"})
"""Acts that are done by announcing them."""
REFERABLE = {
    "talk": "Meeting", "meeting": "Meeting", "conversation": "Meeting", "discussion": "Meeting", "encounter": "Meeting",
    "call": "TelephoneCall", "summit": "Summit", "conference": "Summit", "negotiation": "Negotiation", "visit": "Visit",
    "trip": "Visit", "tour": "Visit", "agreement": "Agreement", "deal": "Agreement", "accord": "Agreement",
    "pact": "Agreement", "declaration": "Agreement", "announcement": "Agreement", "statement": "JointStatement",
    "readout": "Meeting",
}  # fmt: skip
"""Nouns by which an event that was told before is taken up again: "the conversation"."""
PAPERS = frozenset(
    "statement communique communiqué declaration letter note proclamation decree order readout "
    "post tweet message package resolution".split()
)
"""Nouns for what people say in writing."""
SIDELINES = frozenset({"sideline", "margin", "fringe"})
"""Words for what happens beside a gathering."""
HOSTING = frozenset(
    "host chair convene mediate moderate lead arrange organise organize broker facilitate attend".split()
)
"""Verbs whose subject is there for others, or lets them meet."""
UNBLAMED = frozenset(
    "meet speak talk call ring phone telephone agree visit invite accept welcome support praise sign win succeed "
    "be have broker mediate".split()
)
"""Verbs of deeds that nobody is accused of."""
OWNING = ("poss", "compound", "amod", "nmod")
"""How what something belongs to hangs on it."""
DEFINITE = frozenset({"the", "this", "that", "their", "its", "his", "her", "these", "those"})
ABOUT = ("on", "over", "about", "for")
"""Prepositions of what is talked about."""
QUARRELS = frozenset(
    "war conflict dispute crisis row fighting tension hostility clash violence feud standoff relation tie border "
    "rivalry battle".split()
)
"""What people have with one another of whom others talk."""
BARGAINS = frozenset("agreement deal treaty pact accord swap exchange cooperation visa arrangement".split())
"""What people talk about with those with whom they want it."""
COMPANIONS = frozenset({"along", "together", "jointly"})
"""Words before "with" whose nouns act with the subject."""
BY_PHONE = frozenset({"phone", "telephone", "telephonic", "video"})
ABROAD = frozenset({"capital", "country", "nation", "island"})
"""Nouns for places that may be abroad."""
NOTHING = frozenset({"nothing", "none", "nobody"})
PRESENT = frozenset({"in", "during", "after", "following", "under"})
"""Prepositions of an occasion at which the subject of the clause is present."""
TRAVELLING = frozenset("fly travel arrive visit head go come land host receive welcome join be".split())
"""Verbs whose subject is present at what it is done for."""
WHOLES = frozenset(
    "round series number set package tranche string couple pair spate raft range wave batch kind form host sort day "
    "cycle hour week month year bout flurry session level".split()
)
"""Nouns that stand before the noun that matters: "a round of talks"."""


def has_modifier(noun: Token, words: frozenset[str]) -> bool:
    """Whether one of the words, or of their forms, stands beside the noun or below the verb."""
    near = [noun, *noun.children, *(grand for child in noun.children for grand in child.children)]
    if noun.dep_ == "pobj" and noun.head.head.lemma_ in WHOLES:
        near += [noun.head.head]
    if is_verb(noun):
        near = list(noun.subtree)
    return any(
        token.lower_ in words or token.lemma_.lower() in words for token in near if token != noun or is_verb(noun)
    )


def together(verb: Token, heads: Sequence[Token]) -> list[Token]:
    """Those who act with the subject: "Qatar, along with Egypt, has mediated", "flew there together with Vance"."""
    hung = [child for governor in (verb, *heads) for child in governor.children]
    hung += [inner for child in hung if child.lower_ in COMPANIONS for inner in child.children]
    return [
        noun
        for child in hung
        if (child.lower_ == "with" and child.i > 0 and child.nbor(-1).lower_ in COMPANIONS)
        or (child.lower_ == "alongside" and child.i < verb.i)
        for noun in children(child, "pobj")
    ]


def company(noun: Token, preposition: str) -> list[Token]:
    """Those behind a preposition of the noun, or of what it is about: "talks on the dam between".

    Parties of a war or a row that is talked about do not take part.
    """
    found = prepositional(noun, preposition)
    if found or preposition not in ("between", "with"):
        return found
    about = [topic for topic in prepositional(noun, *ABOUT) if topic.lemma_ not in QUARRELS]
    if preposition == "with":
        about = [topic for topic in about if topic.lemma_ in BARGAINS]
    return [each for topic in about for each in prepositional(topic, preposition)]


def speaker_of(verb: Token) -> list[Token]:
    """The subject of the saying that the parser put a coordinated verb under: "he said … was wrong, and urged …"."""
    token = verb
    for _ in range(4):
        if token.dep_ == "ccomp" and is_verb(token.head):
            return subjects(token.head)
        token = token.head
    return []


def is_decided(verb: Token) -> bool:
    """Whether somebody has decided on what the verb tells: "decided to close its embassy", "agreed to restore ties"."""
    while verb.dep_ == "conj" and is_verb(verb.head):
        verb = verb.head
    above = verb.head
    if verb.dep_ == "acl" and above.lemma_ == "decision":
        return any(children(above, "poss"))
    decides = verb.dep_ == "xcomp" and above.lemma_ in ("decide", "resolve", "agree")
    announces = verb.dep_ == "ccomp" and above.lemma_ in ("decide", "announce", "declare")
    return (decides or announces) and above.tag_ in ("VBD", "VBN", "VBZ", "VBP")


def issuers(paper: Token) -> list[Token]:
    """Whose words a paper is: "a statement by the ministers condemned", "signed an order barring"."""
    named = [*children(paper, "poss", "compound"), *prepositional(paper, "by", "from", "of")]
    if named or paper.dep_ != "dobj" or not is_verb(paper.head):
        return named
    return subjects(paper.head)


def is_somewhere(verb: Token) -> bool:
    """Whether the verb leads to a place without a name that is abroad: "landed in the Chinese capital"."""
    return any(noun.lemma_ in ABROAD for noun in (*objects(verb), *prepositional(verb, "in", "to", "at")))


def attends(verb: Token) -> bool:
    """Whether the subject of the verb is there: "attended the summit", "have confirmed attendance at the meeting"."""
    if verb.lemma_ in ("attend", "join", "chair", "host", "address", "participate", "open"):
        return True
    nouns = {noun.lemma_ for noun in objects(verb)}
    return verb.lemma_ in ("take", "confirm", "announce") and bool(nouns & {"part", "attendance", "participation"})


def neutral(clause: Token) -> bool:
    """Whether a claim is of something that nobody is blamed for: that they met, spoke, agreed."""
    return clause.lemma_ in UNBLAMED


def during(noun: Token) -> bool:
    """Whether the clause tells what was said in it: "in a phone call with Xi, Putin said"."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.lemma_ in WHOLES:
        noun = noun.head.head  # "after two days of talks"
    if noun.dep_ != "pobj":
        return False
    governor = noun.head.head
    if governor.dep_ == "advmod":
        governor = governor.head  # "flew back from talks"
    if not is_verb(governor):
        return False
    if noun.head.lower_ in ("for", "from") and governor.lemma_ in TRAVELLING:
        return True  # "flew to Rome for talks with"
    if noun.head.lower_ == "at":  # not "at the meeting", which was told before, nor "speaking at a meeting of others"
        return noun.lemma_ == "invitation" or not (
            governor.lemma_ == "speak" or any(child.lower_ in DEFINITE for child in noun.children)
        )
    return noun.head.lower_ in PRESENT or (noun.lemma_ == "invitation" and noun.head.lower_ in ("on", "upon"))


def to_come(noun: Token) -> bool:
    """Whether a gathering is still to come when it is called: "a summit set to be held on", "talks due next week"."""
    return any(
        verb.lemma_ in ("set", "schedule", "slate", "plan", "expect", "due")
        or any(c.tag_ == "TO" for c in children(verb, "aux"))
        for verb in children(noun, "acl", "relcl")
        if verb.lemma_ in ("set", "schedule", "slate", "plan", "expect", "due", "hold", "take", "begin", "start", "be")
    )


def exist(noun: Token) -> bool:
    """Whether "there are" such: "there are soldiers from Jamaica"."""
    while noun.dep_ == "conj" and noun.head != noun:
        noun = noun.head
    return noun.dep_ == "attr" and any(child.dep_ == "expl" for child in noun.head.children)


def refused(noun: Token) -> bool:
    """ "no talks", "another meeting": nothing that happened."""
    return any(child.lower_ in ("no", "another", "any", "further", "future", "possible") for child in noun.children)


def says_no(clause: Token) -> bool:
    """Whether a clause says that something is not so: "had no troops there", "its forces had not fired"."""
    if any(child.tag_ == "MD" for child in children(clause, "aux")):
        return False
    missing = any(noun.lower_ in NOTHING or is_negated(noun) for noun in objects(clause))
    return missing or is_negated(clause)


def clause_objects(verb: Token, nouns: Sequence[Token], clause: Token | None) -> list[Token]:
    """What the clause acts on: also in "would continue to support Chad" and "was given 48 hours to leave Chad"."""
    clauses = (
        [clause] if clause is not None else [v for noun in (verb, *nouns) for v in children(noun, "relcl", "advcl")]
    )
    found = [noun for each in clauses for noun in children(each, "dobj")]
    return found or [noun for each in clauses for inner in children(each, "xcomp") for noun in children(inner, "dobj")]
