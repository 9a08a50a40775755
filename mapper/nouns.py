"""Nouns by what they say of those to whom they belong: who acts for a state, and what is only called after one."""

from __future__ import annotations

STATE_BODIES = frozenset(
    "government administration authority official ministry minister president premier leader leadership chief "
    "envoy ambassador diplomat delegation delegate negotiator side team troops troop force soldier police "
    "officer army military navy personnel contingent spokesperson spokesman spokeswoman office cabinet "
    "parliament state nation country regime junta representative aide counterpart head secretary "
    "representation mission embassy people citizen bloc body adviser advisor chair chairman chairperson "
    "commander commissioner monarch king emir ruler presidency department foreign-ministry statement medium "
    "media source lawmaker rebel group movement fighter militant council kingdom republic summit battalion "
    "peacekeeper staff ally prosecutor investigator warship vessel frigate coastguard guard commando paratrooper "
    "warplane jet report agency service senate congress ruler marine brigade chancellery panel "
    "expert agent operative intelligence hacker board commission".split()
)
"""Nouns whose holder acts for the state or organization that they are said to belong to."""

VICTIMS = frozenset("opposition party court candidate activist journalist company firm bank club player".split())
"""Nouns that do not act for their state although they belong to it."""

NAMED_AFTER_PLACES = frozenset(
    "convention agreement accord accords protocol process declaration treaty pact statute charter document principle "
    "principles consensus format initiative framework communique communiqué summit conference memorandum talk meeting "
    "roundtable track".split()
)
"""Nouns of what is named after the city where it was made, and is nobody's in particular."""

DELEGATIONS = frozenset("delegation team group mission entourage party".split())
"""Nouns for people who travel and talk together, whose leader may be named: "a delegation led by"."""

PRIVATE = frozenset("national citizen individual businessman tycoon oligarch".split())
"""Nouns for those whom a measure hits without its being aimed at their state: "sanctions on two Chinese nationals"."""

LINKS = frozenset({",", "and", "&", "the", "both"})
"""What may stand between the names of a list."""

INSIDE = ("poss", "compound", "amod", "nmod", "appos", "nounmod")
"""Where inside a phrase its owner stands: "Rwanda's backing", "joint US drills"."""
