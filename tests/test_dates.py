"""Time expressions of news English: which words they are, and which days they mean."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from mapper.calendars import easter
from mapper.dates import find_times, resolve
from mapper.datewords import written_dates
from mapper.document import Bounds, DateReason, Granularity
from mapper.timeforms import UNBOUNDED, TimeKind


def day(text: str) -> Bounds:
    known = date.fromisoformat(text)
    return Bounds(known, known, Granularity.DAY, DateReason.PUBLICATION)


def told(bounds: Bounds | None) -> str:
    """Bounds as the gold data write them: a day, "first/last", or "-"."""
    if bounds is None:
        return "-"
    return str(bounds.day) if bounds.day else f"{bounds.earliest}/{bounds.latest}"


# Written on Thursday 13 June 2024 unless a line says otherwise: tense | text | the words | the days
CASES = """
past | They met on 28 July 2022 in Lima. | 28 July 2022 | 2022-07-28
past | They met on July 28, 2022, in Lima. | July 28, 2022 | 2022-07-28
past | They met on the evening of 28 July 2022. | the evening of 28 July 2022 | 2022-07-28
past | They met on the 3rd of May 2024. | 3rd of May 2024 | 2024-05-03
past | The pact of 2024-01-27 was signed. | 2024-01-27 | 2024-01-27
past | The pact of 12.12.2023 was signed. | 12.12.2023 | 2023-12-12
past | The memorandum was signed on Jan. 1. | Jan. 1 | 2024-01-01
past | The accord was signed on Sept 5. | Sept 5 | 2023-09-05
future | The summit opens on Sept. 5. | Sept. 5 | 2024-09-05
future | The talks were to be held on June 12. | June 12 | 2024-06-12
past | They met on June 13. | June 13 | 2024-06-13
future | They will meet on January 20. | January 20 | 2025-01-20
past | On Monday, May 27, they met. | Monday, May 27 | 2024-05-27
past | On Monday 27 May they met. | Monday 27 May | 2024-05-27
past | They met on Tuesday, the 4th of June. | Tuesday, the 4th of June | 2024-06-04
past | He came on October 2 last year. | October 2 last year | 2023-10-02
past | The treaty of last December 14 holds. | last December 14 | 2023-12-14
past | Relations froze after the May 10 ceasefire. | May 10 | 2024-05-10
past | The envoy arrived on the 10th. | the 10th | 2024-06-10
future | The envoy arrives on the 27th, he said. | the 27th | 2024-06-27
past | He left on the 27th of last month. | the 27th of last month | 2024-05-27
past | They spoke on the night of Dec. 3. | the night of Dec. 3 | 2023-12-03
past | They met in January. | January | 2024-01-01/2024-01-31
past | They met in August. | August | 2023-08-01/2023-08-31
past | They met in June. | June | 2024-06-01/2024-06-30
future | They will meet in June. | June | 2024-06-01/2024-06-30
future | They will meet in August. | August | 2024-08-01/2024-08-31
future | They will meet next March. | next March | 2025-03-01/2025-03-31
past | They met in January 2016. | January 2016 | 2016-01-01/2016-01-31
past | They met in March of this year. | March of this year | 2024-03-01/2024-03-31
past | In October last year, they met. | October last year | 2023-10-01/2023-10-31
past | They met last November. | last November | 2023-11-01/2023-11-30
past | They met in late March. | late March | 2024-03-01/2024-03-31
past | They met in mid-January. | mid-January | 2024-01-01/2024-01-31
past | They met in May and parted. | May | 2024-05-01/2024-05-31
past | They met on Monday. | Monday | 2024-06-10
past | They met on Thursday. | Thursday | 2024-06-13
past | They met on Friday. | Friday | 2024-06-07
future | They will meet on Friday. | Friday | 2024-06-14
future | They will meet on Thursday. | Thursday | 2024-06-13
future | They will meet on Wednesday. | Wednesday | 2024-06-19
past | They met late on Tuesday night. | late on Tuesday night | 2024-06-11
past | They met Wednesday evening. | Wednesday evening | 2024-06-12
past | It ended in the early hours of Wednesday. | the early hours of Wednesday | 2024-06-12
past | They met last Friday. | last Friday | 2024-06-07
future | They will meet next Wednesday. | next Wednesday | 2024-06-19
future | They will meet this Saturday. | this Saturday | 2024-06-15
past | They met Tuesday last week. | Tuesday last week | 2024-06-04
future | They meet Tuesday next week. | Tuesday next week | 2024-06-18
past | Friday's conversation was short. | Friday | 2024-06-07
past | After Monday's talks he left. | Monday | 2024-06-10
past | They met today. | today | 2024-06-13
past | They met yesterday evening. | yesterday evening | 2024-06-12
future | They will meet tomorrow. | tomorrow | 2024-06-14
past | They agreed tonight. | tonight | 2024-06-13
past | They spoke last night. | last night | 2024-06-12
past | They spoke this morning. | this morning | 2024-06-13
past | They spoke the day before yesterday. | the day before yesterday | 2024-06-11
past | They fought overnight. | overnight | 2024-06-12/2024-06-13
past | They met last week. | last week | 2024-06-03/2024-06-09
future | They will meet next week. | next week | 2024-06-17/2024-06-23
past | They met earlier this week. | earlier this week | 2024-06-10/2024-06-13
future | They will meet later this week. | later this week | 2024-06-13/2024-06-16
past | They met last month. | last month | 2024-05-01/2024-05-31
past | They met earlier this month. | earlier this month | 2024-06-01/2024-06-30
past | They met last year. | last year | 2023-01-01/2023-12-31
past | They had met earlier in the year. | earlier in the year | 2024-01-01/2024-12-31
past | They met late last year. | late last year | 2023-01-01/2023-12-31
past | They met last weekend. | last weekend | 2024-06-08/2024-06-09
past | They met over the weekend. | over the weekend | 2024-06-08/2024-06-09
future | They will meet at the weekend. | at the weekend | 2024-06-15/2024-06-16
future | They will meet this weekend. | this weekend | 2024-06-15/2024-06-16
past | They met last quarter. | last quarter | 2024-01-01/2024-03-31
past | They met two days ago. | two days ago | 2024-06-11
past | They met two weeks ago. | two weeks ago | 2024-05-27/2024-06-02
past | They met three months ago. | three months ago | 2024-03-01/2024-03-31
past | They met a year ago. | a year ago | 2023-01-01/2023-12-31
past | They met more than two weeks ago. | more than two weeks ago | -
past | They met a few days ago. | a few days ago | -
past | They met recently. | recently | -
past | They met from March 6 to 10. | from March 6 to 10 | 2024-03-06/2024-03-10
past | They met on March 6-10, 2023. | March 6-10, 2023 | 2023-03-06/2023-03-10
past | They met on 6 and 7 March. | 6 and 7 March | 2024-03-06/2024-03-07
past | They met from 30 May to 2 June. | from 30 May to 2 June | 2024-05-30/2024-06-02
past | They met from December 30 to January 2, 2023. | from December 30 to January 2, 2023 | 2022-12-30/2023-01-02
past | They met between May and July 2023. | between May and July 2023 | 2023-05-01/2023-07-31
past | They met in April and May. | April and May | 2024-04-01/2024-05-31
past | They talked in 2021 and 2022. | 2021 and 2022 | 2021-01-01/2022-12-31
past | They talked from January 2016 to March 2017. | from January 2016 to March 2017 | 2016-01-01/2017-03-31
past | They talked in 2018-20. | 2018-20 | 2018-01-01/2020-12-31
past | They talked in the 1990s. | the 1990s | 1990-01-01/1999-12-31
past | They met on Monday and Tuesday. | Monday and Tuesday | 2024-06-10/2024-06-11
past | They met from Saturday to Monday. | from Saturday to Monday | 2024-06-08/2024-06-10
future | They meet from Saturday to Monday. | from Saturday to Monday | 2024-06-15/2024-06-17
future | It takes place today and tomorrow. | today and tomorrow | 2024-06-13/2024-06-14
past | It was signed in 2001. | 2001 | 2001-01-01/2001-12-31
past | They met in the first quarter of 2023. | the first quarter of 2023 | 2023-01-01/2023-03-31
past | They met in the first half of last year. | the first half of last year | 2023-01-01/2023-06-30
past | They met in the summer of 2023. | summer of 2023 | 2023-06-01/2023-08-31
past | They met last winter. | last winter | 2023-12-01/2024-02-29
past | They met on New Year's Day. | New Year's Day | 2024-01-01
past | They met on Christmas Eve last year. | Christmas Eve last year | 2023-12-24
past | They met on Good Friday. | Good Friday | 2024-03-29
past | They met on Thanksgiving. | Thanksgiving | 2023-11-23
past | The war began with the October 7 attacks. | October 7 attacks | 2023-10-07
future | They reply by Friday. | by Friday | 2024-06-13/2024-06-14
future | They reply by the end of the month. | by the end of the month | 2024-06-13/2024-06-30
future | They meet no later than the end of February 2025. | no later than the end of February 2025 | 2024-06-13/2025-02-28
future | They reply within two months. | within two months | 2024-06-13/2024-08-13
past | In late June of 2022 they met. | late June of 2022 | 2022-06-01/2022-06-30
past | They met the week before last. | the week before last | 2024-05-27/2024-06-02
past | They met half a year ago. | half a year ago | -
past | They met on 3, 4 and 5 May. | 3, 4 and 5 May | 2024-05-03/2024-05-05
past | They met on May 3, 4 and 5. | May 3, 4 and 5 | 2024-05-03/2024-05-05
past | They met on 28 February/1 March. | 28 February/1 March | 2024-02-28/2024-03-01
past | They met on June the 3rd. | June the 3rd | 2024-06-03
past | He called off his July 2 trip. | July 2 | 2024-07-02
past | They met in the weeks that followed. | in the weeks that followed | -
future | They leave within 72 hours. | within 72 hours | 2024-06-13/2024-06-16
future | They meet in two weeks' time. | in two weeks' time | 2024-06-13/2024-06-27
past | He has visited twice since January. | since January | 2024-01-01/2024-06-13
past | They met three times in the past two weeks. | in the past two weeks | 2024-05-30/2024-06-13
past | They talked for close to two years. | for close to two years | -
past | They talk every Monday. | every Monday | -
past | He was on a four-day visit. | four-day | -
past | They met in the week of June 3. | the week of June 3 | 2024-06-03/2024-06-09
past | It came two years to the day since the war broke out on 13 June 2022. | two years to the day since the war broke out on 13 June 2022 | 2024-06-13
past | They met two days after March 10. | two days after March 10 | 2024-03-12
"""  # noqa: E501


@pytest.mark.parametrize("case", [line for line in CASES.strip().splitlines() if line])
def test_days(case: str) -> None:
    tense, text, words, expected = (part.strip() for part in case.split("|"))
    found = [one for one in find_times(text) if one.words == words]
    assert found, [one.words for one in find_times(text)]
    assert text[found[0].start : found[0].end] == words
    assert told(resolve(found[0], written=day("2024-06-13"), tense=tense)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Theresa May said that she may march on.",
        "The Good Friday Agreement ended the Troubles.",
        "He told the Sunday Times of it.",
        "Some 2,023 people fled.",
        "The 27th session of the council opened.",
        "The Arab Spring changed much.",
        "Spring has come to Tokyo.",
        "April Ryan asked the minister.",
        "The 2023 elections were free.",
        "It cost $2025.",
        "He second the motion.",
    ],
)
def test_no_dates(text: str) -> None:
    assert [one.words for one in find_times(text) if one.kind not in UNBOUNDED] == []


def test_expressions_do_not_overlap_and_keep_their_place() -> None:
    text = "On Monday, May 27, and from June 3 to 5 they met; by the end of July 2024 they meet again."
    found = find_times(text, offset=100)
    assert [text[one.start - 100 : one.end - 100] for one in found] == [one.words for one in found]
    assert all(one.end <= other.start for one, other in pairwise(found))
    inner = found[1].first
    assert inner is not None
    assert text[inner.start - 100 : inner.end - 100] == "June 3"


@pytest.mark.parametrize(
    ("text", "anchor", "inverse", "expected"),
    [
        ("a day after the talks", "2024-06-10", False, "2024-06-11"),
        ("This comes a day after he called for a truce", "2024-06-10", True, "2024-06-09"),
        ("on the eve of the summit", "2024-06-10", False, "2024-06-09"),
        ("the following day he left", "2024-06-10", False, "2024-06-11"),
        ("two days before", "2024-06-10", False, "2024-06-08"),
        ("A week earlier he had phoned", "2024-06-10", False, "2024-06-03/2024-06-09"),
        ("Hours later he left", "2024-06-10", False, "2024-06-10/2024-06-11"),
        ("the same day", "2024-06-10", False, "2024-06-10"),
        ("Later in the day he left", "2024-06-10", False, "2024-06-10"),
        ("In the evening he left", "2024-06-10", False, "2024-06-10"),
        ("the following Wednesday", "2024-06-10", False, "2024-06-12"),
        ("the following Friday", "2024-06-10", False, "-"),
        ("the previous Friday", "2024-06-10", False, "2024-06-07"),
        ("that same Monday", "2024-06-10", False, "2024-06-10"),
        ("the following March", "2022-06-10", False, "2023-03-01/2023-03-31"),
        ("On the second day they met", "2024-06-10", False, "-"),
        ("in June of that year", "2022-01-10", False, "2022-06-01/2022-06-30"),
    ],
)
def test_days_counted_from_another_event(text: str, anchor: str, inverse: bool, expected: str) -> None:
    found = next(one for one in find_times(text) if one.kind is TimeKind.SHIFT)
    given = resolve(found, written=day("2024-06-13"), tense="past", anchor=day(anchor), inverse=inverse)
    assert told(given) == expected
    assert resolve(found, written=day("2024-06-13"), tense="past") is None


def window(first: str, last: str | None) -> Bounds:
    end = date.fromisoformat(last) if last else None
    return Bounds(date.fromisoformat(first), end, Granularity.OPEN, DateReason.OFFICES)


@pytest.mark.parametrize(
    ("text", "written", "tense", "expected"),
    [
        ("on Wednesday", window("2024-06-10", "2024-06-12"), "future", "2024-06-12"),
        ("on Sunday", window("2024-06-10", "2024-06-12"), "past", "2024-06-09"),
        ("on Tuesday", window("2024-06-10", "2024-06-12"), "past", "2024-06-04/2024-06-11"),
        ("last month", window("2024-06-10", "2024-06-12"), "past", "2024-05-01/2024-05-31"),
        ("on Monday", window("2021-01-01", None), "past", "-"),
        ("on March 3", window("2021-01-01", "2023-01-01"), "past", "-"),
        ("on March 3, 2022", window("2021-01-01", "2023-01-01"), "past", "2022-03-03"),
        ("on March 3", window("2022-04-01", "2022-12-31"), "past", "2022-03-03"),
        ("on Thursday, November 7", window("2021-01-26", "2025-01-20"), "past", "2024-11-07"),
        ("on Thursday, November 7", window("2012-01-26", "2025-01-20"), "past", "-"),
        ("in March 2016", None, "past", "2016-03-01/2016-03-31"),
        ("last week", None, "past", "-"),
    ],
)
def test_writing_day_known_within_bounds(text: str, written: Bounds | None, tense: str, expected: str) -> None:
    assert told(resolve(find_times(text)[0], written=written, tense=tense)) == expected  # type: ignore[arg-type]


def test_bounds_tell_granularity_words_and_reason() -> None:
    written = day("2024-06-13")
    texts = {
        "on Monday": Granularity.DAY,
        "last week": Granularity.WEEK,
        "last month": Granularity.MONTH,
        "in the first quarter of 2023": Granularity.QUARTER,
        "in 2019": Granularity.YEAR,
        "from March 6 to 10": Granularity.RANGE,
    }
    for text, granularity in texts.items():
        bounds = resolve(find_times(text)[0], written=written, tense="past")
        assert bounds is not None
        assert (bounds.granularity, bounds.reason) == (granularity, DateReason.ADJUNCT)
        assert bounds.words in text


def test_ambiguous_numbers_are_no_day() -> None:
    both, sure = (next(written_dates(text)) for text in ("3/4/2025", "3/14/2025"))
    assert (both.date, both.swapped) == (date(2025, 4, 3), date(2025, 3, 4))
    assert (sure.date, sure.swapped) == (date(2025, 3, 14), None)
    assert resolve(find_times("on 3/4/2025")[0], written=None, tense="past") is None


@pytest.mark.parametrize("text", ["February 30, 2024", "31 April 2024", "2024-13-01", "0 May 2024", "99.99.2024"])
def test_impossible_days_are_not_found(text: str) -> None:
    assert [one.date for one in written_dates(text) if one.date] == []


@pytest.mark.parametrize(
    ("year", "month", "number"),
    [(1999, 4, 4), (2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2038, 4, 25)],
)
def test_easter(year: int, month: int, number: int) -> None:
    assert easter(year) == date(year, month, number)
