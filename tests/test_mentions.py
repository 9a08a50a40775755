"""Names, titles and offices are found where the text names them, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from mapper_texts import article, gazetteer, linked, links

from mapper.document import Form, Kind, Mention
from mapper.mentions import add_unknown, find_mentions


def found(text: str, *, headline: str = "", noise: str = "") -> list[Mention]:
    return list(find_mentions(article(text, headline=headline, noise=noise), gazetteer()))


def one(mentions: list[Mention] | tuple[Mention, ...], words: str) -> Mention:
    (mention,) = [m for m in mentions if m.text == words]
    return mention


def test_mentions_are_in_order_do_not_overlap_and_quote_the_text() -> None:
    text = "Kenyan President William Ruto met Qatar's prime minister and the UN's António Guterres in Addis Ababa."
    value = article(text)
    mentions = find_mentions(value, gazetteer())
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    assert all(value.text[m.start : m.end] == m.text for m in mentions)
    assert len(mentions) >= 7


def test_only_the_articles_own_lines_are_read() -> None:
    assert [m.text for m in found("France spoke.", noise="READ MORE: Brazil wins")] == ["France"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the Democratic Republic of the Congo", ["Democratic Republic of the Congo"]),
        ("the United Nations Security Council", ["United Nations Security Council"]),
        ("Guinea-Bissau and Equatorial Guinea", ["Guinea-Bissau", "Equatorial Guinea"]),
        ("the Kenya-US pact and the Ethiopia–Somalia row", ["Kenya", "US", "Ethiopia", "Somalia"]),
        ("Sino-Russian drills", ["Sino", "Russian"]),
        ("the U.S.-Kenya deal", ["U.S.", "Kenya"]),
        ("St. Lucia's cabinet", ["St. Lucia"]),
        ("talks in Guinea. Bissau was calm.", ["Guinea", "Bissau"]),
        ("N’Djamena’s view", ["N’Djamena"]),
        ("the Democratic People’s Republic of Korea voted no", ["Democratic People’s Republic of Korea"]),
        ("the South Sudanese army", ["South Sudanese", "army"]),
    ],
)
def test_the_longest_name_counts(text: str, names: list[str]) -> None:
    assert [m.text for m in found(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "they told us so",
        "nobody knows who did it",
        "a turkey and some china",
        "it may rain",
        "in a reading room",
        "to be or not",
    ],
)
def test_lower_case_words_are_no_names(text: str) -> None:
    assert found(text) == []


def test_forms_tell_how_something_is_named() -> None:
    mentions = found("The Kenyan envoy of the UN left Nairobi for Kenya, and the president of Kenya followed.")
    assert {m.text: m.form for m in mentions if m.text != "president"} == {
        "Kenyan": Form.DEMONYM,
        "envoy": Form.OFFICE,
        "UN": Form.ACRONYM,
        "Nairobi": Form.METONYM,
        "Kenya": Form.NAME,
    }
    assert one(mentions, "president").form is Form.OFFICE


@pytest.mark.parametrize(
    ("text", "person", "words", "of"),
    [
        ("US Secretary of State Hillary Clinton", "Hillary Clinton", "Secretary of State", "Q30"),
        ("President of the Republic of Rwanda Paul Kagame", "Paul Kagame", "President", "Q1037"),
        ("HE President of the Republic of Rwanda, Paul Kagame", "Paul Kagame", "President", "Q1037"),
        ("Somali President Hassan Sheikh Mohamud", "Hassan Sheikh Mohamud", "President", "Q1045"),
        ("Turkey's Foreign Minister Hakan Fidan", "Hakan Fidan", "Minister of Foreign Affairs", "Q43"),
        ("the Emir of Qatar, Sheikh Tamim bin Hamad Al Thani,", "Tamim bin Hamad Al Thani", "Emir", "Q846"),
        ("Paul Kagame, the president of Rwanda, said", "Paul Kagame", "President", "Q1037"),
        ("Paul Kagame (President of Rwanda)", "Paul Kagame", "President", "Q1037"),
        ("EAM Subrahmanyam Jaishankar", "Subrahmanyam Jaishankar", "Minister of External Affairs", None),
        ("UN Secretary-General António Guterres", "António Guterres", "Secretary-General", "Q1065"),
        ("French counterpart Emmanuel Macron", "Emmanuel Macron", "Counterpart", "Q142"),
        ("US special envoy for Sudan Tom Perriello", "Tom Perriello", "Special Envoy for Sudan", "Q30"),
    ],
)
def test_titles_are_attached_to_the_people_beside_them(text: str, person: str, words: str, of: str | None) -> None:
    mention = one(linked(text), person)
    assert mention.title is not None
    assert (mention.title.words, mention.title.of) == (words, of if of else mention.title.of)


def test_a_title_takes_the_person_right_behind_it_rather_than_the_one_before() -> None:
    mentions = linked("He met Emmanuel Macron, German Chancellor Olaf Scholz and others.")
    assert one(mentions, "Emmanuel Macron").title is None
    title = one(mentions, "Olaf Scholz").title
    assert title is not None
    assert title.words == "Chancellor"


def test_an_office_after_a_name_belongs_to_it_and_not_to_the_next() -> None:
    mentions = linked("Olaf Scholz, the chancellor of Germany, Emmanuel Macron and others met.")
    title = one(mentions, "Olaf Scholz").title
    assert title is not None
    assert title.words == "Chancellor"
    assert one(mentions, "Emmanuel Macron").title is None


def test_former_holders_are_marked() -> None:
    title = one(linked("former US President Barack Obama spoke"), "Barack Obama").title
    assert title is not None
    assert title.former
    assert title.of == "Q30"


def test_an_office_is_mentioned_by_its_words_and_keeps_the_whole_phrase() -> None:
    text = "On Monday the Kenyan president spoke."
    mentions = found(text)
    office = one(mentions, "president")
    assert office.title is not None
    assert article(text).text[office.title.start : office.title.end] == "Kenyan president"
    assert one(mentions, "Kenyan").form is Form.DEMONYM


@pytest.mark.parametrize("text", ["a president may do so", "the Office of the President said", "every minister agreed"])
def test_indefinite_offices_are_no_mentions(text: str) -> None:
    assert [m for m in found(text) if m.form is Form.OFFICE] == []


def test_surnames_refer_back_to_full_names_also_from_the_headline() -> None:
    mentions = linked("President Paul Kagame spoke. Kagame then left.", headline="Kagame holds talks")
    kagames = [m for m in mentions if m.text == "Kagame"]
    assert len(kagames) == 2
    assert {m.entity.key for m in kagames if m.entity} == {"Q1231345"}
    assert {m.form for m in kagames} == {Form.SURNAME}


def test_given_names_refer_back_where_people_are_called_by_them() -> None:
    assert links("Abiy Ahmed spoke. Abiy then left.")["Abiy"] == "Abiy Ahmed"
    assert links("Xi Jinping spoke. Xi then left.")["Xi"] == "Xi Jinping"
    assert (
        links("Sheikh Tamim bin Hamad Al Thani spoke. Sheikh Tamim then left.")["Tamim"] == "Tamim bin Hamad Al Thani"
    )


def test_a_surname_inside_an_unknown_name_is_not_the_known_person() -> None:
    mentions = linked("President Paul Kagame spoke. John Kagame Mugisha, a student, listened.")
    assert [m.text for m in mentions if m.text == "Kagame"] == []


def test_acronyms_that_the_text_explains_mean_what_it_says() -> None:
    text = "They signed the Coastal Fisheries and Trade Partnership (CFTP). The CFTP enters into force in May."
    mentions = [m for m in linked(text) if m.entity and m.entity.label == "Coastal Fisheries and Trade Partnership"]
    assert [m.text for m in mentions] == ["Coastal Fisheries and Trade Partnership", "CFTP", "CFTP"]
    assert {m.entity.kind for m in mentions if m.entity} == {Kind.INSTRUMENT}
    assert links("The African Union (AU) met. The AU agreed.")["AU"] == "African Union"


def test_bodies_told_by_their_noun_are_not_their_state() -> None:
    mentions = linked("The Uganda Communications Commission fined the firm in Kampala.")
    body = one(mentions, "Uganda Communications Commission").entity
    assert body is not None
    assert (body.kind, body.key) == (Kind.ORGANIZATION, "organization-uganda-communications-commission")


def test_unknown_names_become_local_entities_with_title_and_surname() -> None:
    text = "Trade official Jane Wanyama met Bwalya Chanda Tembo, the Zambian foreign minister. Tembo thanked Wanyama."
    value = article(text)
    known = linked(text)
    spans = [
        (text.index(name), text.index(name) + len(name), "PERSON") for name in ("Jane Wanyama", "Bwalya Chanda Tembo")
    ]
    mentions = add_unknown([m for m in known if m.form is not Form.SURNAME], spans, value, gazetteer())
    tembo = one(list(mentions), "Bwalya Chanda Tembo")
    assert tembo.entity is not None
    assert (tembo.entity.key, tembo.form) == ("person-bwalya-chanda-tembo", Form.UNKNOWN)
    assert tembo.title is not None
    assert tembo.title.words == "Minister of Foreign Affairs"
    again = [m.entity.key for m in mentions if m.text in {"Wanyama", "Tembo"} and m.entity]
    assert again == ["person-bwalya-chanda-tembo", "person-jane-wanyama"]


@pytest.mark.parametrize(
    ("text", "name", "key"),
    [
        ("Zambian Foreign Minister Bwalya Chanda Tembo left.", "Bwalya Chanda Tembo", "person-bwalya-chanda-tembo"),
        ("South Korean Trade Minister Ahn Jung-dae left.", "Ahn Jung-dae", "person-ahn-jung-dae"),
        ("The spokesperson Dr. Amina K. Osei left.", "Amina K. Osei", "person-amina-k-osei"),
        ("President Shavkat Mirziyaev of Uzbekistan left.", "Shavkat Mirziyaev", "Q57808"),
    ],
)
def test_whoever_is_called_by_an_office_is_a_person_known_or_not(text: str, name: str, key: str) -> None:
    mentions = linked(text + " " + name.split()[-1] + " will be back." if "-" not in name else text)
    entity = one(mentions, name).entity
    assert entity is not None
    assert entity.key == key
    assert {m.entity.key for m in mentions if m.entity and m.text in name} == {key}


@pytest.mark.parametrize(
    "text", ["Foreign Minister Level Talks resume", "The President Monday left.", "The minister Said."]
)
def test_what_follows_an_office_is_not_always_a_name(text: str) -> None:
    assert [m.text for m in found(text) if m.form is Form.NAME] == []


@pytest.mark.parametrize(("words", "label"), [("Rebels", "ORG"), ("Monday", "DATE"), ("Heads of State", "ORG")])
def test_what_the_parser_takes_for_a_name_by_mistake_is_left_out(words: str, label: str) -> None:
    text = f"{words} were there, and rebels came."
    value = article(text)
    assert add_unknown((), [(0, len(words), label)], value, gazetteer()) == ()


def test_unknown_names_never_replace_known_ones() -> None:
    text = "Kenya and Paul Kagame agreed."
    mentions = linked(text)
    assert add_unknown(mentions, [(0, 22, "ORG"), (10, 21, "PERSON")], article(text), gazetteer()) == mentions
