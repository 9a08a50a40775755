"""Names of events last from release to release, and none that was published dangles."""

from __future__ import annotations

from dataclasses import replace

from telling import FRANCE, JAPAN, KISHIDA, MACRON, article, event, on

from mapper.document import Evidence, MappedArticle, Medium
from mapper.merging import merge
from mapper.naming import Memory, Named, name_events, remember

CALL = event("TelephoneCall", KISHIDA, MACRON, when=on("2022-03-04"), medium=Medium.TELEPHONE, words="They spoke.")
VISIT = event("Visit", by=[KISHIDA], to=[FRANCE], when=on("2022-03-09"), words="He will visit.", start=40)


def named(*articles: MappedArticle, memory: Memory | None = None, gone: dict[str, str] | None = None) -> Named:
    return name_events(merge(articles), memory or Memory(), gone=gone)


def memory_of(result: Named) -> Memory:
    """What the release would remember for the next build."""
    return Memory({one.name: remember(one, "digest") for one in result.events}, result.merged, result.withdrawn)


def names(result: Named) -> list[str]:
    return [one.name for one in result.events]


def test_a_name_says_kind_day_and_agents() -> None:
    (name,) = names(named(article("a", CALL)))
    assert name.startswith("telephone-call-2022-03-04-kishida-macron-")
    assert len(name.rsplit("-", 1)[1]) == 6


def test_months_years_and_no_date_in_names() -> None:
    spans = [on("2022-03-01", "2022-03-31"), on("2022-01-01", "2022-12-31"), on("2021-12-01", "2022-01-31"), None]
    parts = [names(named(article("a", replace(CALL, bounds=span))))[0] for span in spans]
    assert [part.removeprefix("telephone-call-").split("-kishida")[0] for part in parts] == [
        "2022-03", "2022", "undated", "undated"
    ]  # fmt: skip


def test_events_that_look_alike_get_names_of_their_own() -> None:
    twin = replace(CALL, evidence=(Evidence(0, 11, "They spoke.", "TelephoneCall/test"),), confidence=0.3)
    result = names(named(article("a", CALL, twin)))
    assert len(set(result)) == 2


def test_a_name_stays_when_the_event_is_told_better() -> None:
    before = named(article("a", event("Meeting", KISHIDA, words="They spoke.")))
    after = named(article("a", CALL), article("b", CALL), memory=memory_of(before))
    assert names(after) == names(before)
    assert not after.merged
    assert not after.withdrawn


def test_a_name_stays_when_the_text_before_it_changes() -> None:
    before = named(article("a", CALL))
    moved = replace(CALL, evidence=(replace(CALL.evidence[0], start=900, end=911),), bounds=on("2022-03-05"))
    assert names(named(article("a", moved), memory=memory_of(before))) == names(before)


def test_another_event_of_the_same_article_gets_another_name() -> None:
    before = named(article("a", CALL))
    after = named(article("a", VISIT), memory=memory_of(before))
    assert not set(names(after)) & set(names(before))
    assert after.withdrawn == {names(before)[0]: "no article is read any more as telling this event"}


def test_what_was_two_and_is_one_leads_from_one_name_to_the_other() -> None:
    before = named(article("a", CALL), article("b", replace(CALL, bounds=on("2022-03-05"))))
    after = named(article("a", CALL), article("b", CALL), memory=memory_of(before))
    (name,) = names(after)
    (other,) = set(names(before)) - {name}
    assert name in names(before)
    assert after.merged == {other: name}
    assert not after.withdrawn


def test_what_is_withdrawn_says_why_in_every_later_release() -> None:
    first = named(article("a", CALL), article("b", VISIT))
    (lost,) = [name for name in names(first) if name.startswith("visit")]
    second = named(article("a", CALL), memory=memory_of(first), gone={"b": "its article was held back"})
    third = named(article("a", CALL), memory=memory_of(second))
    assert second.withdrawn == third.withdrawn == {lost: "its article was held back"}


def test_a_chain_of_mergers_ends_at_the_event_that_is_there() -> None:
    memory = Memory(memory_of(named(article("a", CALL))).events, {"oldest": "older"}, {})
    (name,) = memory.events
    assert named(article("a", CALL), memory=replace(memory, merged={"oldest": name})).merged == {"oldest": name}
    gone = named(article("b", VISIT), memory=replace(memory, merged={"oldest": name}))
    assert set(gone.withdrawn) == {"oldest", name}


def test_a_name_that_is_used_again_is_no_longer_withdrawn() -> None:
    first = named(article("a", CALL))
    second = named(article("b", VISIT), memory=memory_of(first))
    third = named(article("a", CALL), article("b", VISIT), memory=memory_of(second))
    assert names(first)[0] in names(third)
    assert names(first)[0] not in third.withdrawn


def test_agents_of_one_state_are_no_reason_to_take_another_name() -> None:
    people, states = named(article("a", CALL)), event("TelephoneCall", JAPAN, FRANCE, words="They spoke.")
    assert names(named(article("a", states), memory=memory_of(people))) == names(people)
