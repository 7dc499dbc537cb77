"""Forms as people have them: what of them is carried, at which row, and under which key."""

from typing import Any

import pytest

from base.errors import Invalid
from surveys.forms.proofreading import proofread
from surveys.xlsform.languages import language_of
from surveys.xlsform.questions import make
from surveys.xlsform.reading import import_form
from surveys.xlsform.workbooks import open_workbook
from tests.surveys.polling import Polling
from tests.surveys.xlsform.test_xlsform import COLOURS, XLSX, YES_NO, Row, form, imported, q, questions

END: Row = {"type": "end_group"}


def told(found: Any) -> set[tuple[str, int | None, str | None]]:
    return {(note.sheet, note.row, note.column) for note in found.notes}


def named(*names: Any, listed: str = "c") -> list[Row]:
    return [{"list_name": listed, "name": name, "label": f"({name})"} for name in names]


def test_one_name_in_three_groups_keeps_its_rows_and_looks() -> None:
    found = imported(
        [
            q("begin_group", "g1"),
            q("select_one yn or_other", "navn", appearance="quick"),
            END,
            q("begin_group", "g2"),
            q("text", "navn", appearance="multiline"),
            END,
            q("begin_group", "g3"),
            q("image", "navn"),
            END,
            q("begin_group", "g4"),
            q("text", "navn"),
            END,
        ],
        YES_NO,
    )
    asked = questions(found)
    assert [key for key in asked if key.startswith("navn")] == ["navn", "navn_2", "navn_3"]
    assert asked["navn"]["options"][-1]["other"] is True
    assert (asked["navn_2"]["long"], asked["navn_3"]["long"]) == (True, False)
    assert told(found) == {
        ("survey", 3, "type"),
        ("survey", 3, "appearance"),
        ("survey", 6, "name"),
        ("survey", 9, None),
        ("survey", 12, "name"),
    }


def test_a_condition_on_a_name_that_is_there_twice_is_refused_at_its_row() -> None:
    with pytest.raises(Invalid) as refused:
        imported([q("begin_group", "g1"), q("text", "a"), END, q("text", "a"), q("text", "b", relevant="${a} = 'x'")])
    assert refused.value.errors[0].pointer == "/survey/6"


def test_notes_without_names_are_carried() -> None:
    found = imported([{"type": "note", "label": "Read this."}, q("text", "a"), {"type": "note", "label": "Thanks!"}])
    assert [(x["type"], x["label"]["nb"]) for x in questions(found).values()] == [
        ("info", "Read this."),
        ("text", "a?"),
        ("info", "Thanks!"),
    ]
    assert found.notes == []


def test_headers_sheets_and_old_types_are_read_as_pyxform_reads_them() -> None:
    rows = [
        {"TYPE": "select one from yn", "Name ": "a", "LABEL": "A?", "Relevance": ""},
        {"TYPE": "q string", "Name ": "b", "LABEL": "B?", "Relevance": "${a} = 'yes'"},
        {"TYPE": "select1 yn", "Name ": "c", "LABEL": "C?"},
        {"TYPE": "int", "Name ": "d", "LABEL": "D?"},
        {"TYPE": "add date prompt", "Name ": "e", "LABEL": "E?"},
        {"TYPE": "gps", "Name ": "f", "LABEL": "F?"},
        {"TYPE": "select all that apply from yn", "Name ": "g", "LABEL": "G?"},
        {"TYPE": "percentage", "Name ": "h", "LABEL": "H?"},
        {"TYPE": "Text", "Name ": "i", "LABEL": "I?"},
    ]
    choices = [{"List Name": "yn", "VALUE": n, "Caption": n} for n in ("yes", "no")]
    found = imported(rows, choices)
    kinds = {key: x["type"] for key, x in questions(found).items()}
    assert kinds == {
        "a": "single",
        "b": "text",
        "c": "single",
        "d": "number",
        "e": "date",
        "f": "map",
        "g": "multiple",
        "h": "number",
        "i": "text",
    }
    assert questions(found)["b"]["show_if"] == {"question": "a", "is": "yes"}
    assert (questions(found)["h"]["min"], questions(found)["h"]["max"]) == (0, 100)
    assert found.notes == []


def test_options_of_any_name_get_safe_keys_and_conditions_follow() -> None:
    names = ["vet ikke", "rød", "père", "a.b", "a b", "-99", "Ваш", "1.5"]
    found = imported(
        [
            q("select_one c", "land"),
            q("select_multiple c", "flere"),
            q("text", "x", relevant="${land} = 'vet ikke'"),
            q("text", "y", relevant="selected(${flere}, 'a b')"),
            q("text", "z", relevant="${land} = -99"),
        ],
        named(*names),
    )
    asked = questions(found)
    keys = [option["key"] for option in asked["land"]["options"]]
    assert keys == ["vet_ikke", "rod", "pere", "a_b", "a_b_2", "o-99", "o___", "1_5"]
    assert asked["x"]["show_if"] == {"question": "land", "is": "vet_ikke"}
    assert asked["y"]["show_if"] == {"question": "flere", "is": "a_b_2"}
    assert asked["z"]["show_if"] == {"question": "land", "is": "o-99"}
    assert told(found) == {("choices", row, "name") for row in range(2, 10)}


def test_rows_and_columns_of_tables_get_safe_keys() -> None:
    found = imported(
        [
            q("begin_group", "t", appearance="table-list", hint="Help"),
            q("select_one c", "é"),
            q("select_one c", "e"),
            END,
        ],
        named("svært bra", "dårlig"),
    )
    table = questions(found)["t"]
    assert [row["key"] for row in table["rows"]] == ["e", "e_2"]
    assert [column["key"] for column in table["columns"]] == ["svaert_bra", "darlig"]
    assert table["help"] == {"nb": "Help"}


def test_numbers_in_conditions_are_the_numbers_that_were_written() -> None:
    found = imported(
        [
            q("select_one c", "krets"),
            q("text", "a", relevant="${krets} = 39070101"),
            q("text", "b", relevant="${krets} >= 39070102"),
            q("select_one r", "mark"),
            q("text", "c", relevant="${mark} < 3"),
        ],
        [*named(39070101, 39070102.0, 39070103), *named(1, 2, 3, listed="r")],
    )
    asked = questions(found)
    assert asked["a"]["show_if"] == {"question": "krets", "is": "39070101"}
    assert asked["b"]["show_if"] == {"question": "krets", "any_of": ["39070102", "39070103"]}
    assert asked["c"]["show_if"] == {"question": "mark", "any_of": ["1", "2"]}
    assert found.notes == []


def test_equals_of_several_chosen_means_that_one_alone() -> None:
    found = imported([q("select_multiple c", "colours"), q("text", "a", relevant="${colours} = 'red'")], COLOURS)
    assert questions(found)["a"]["show_if"] == {
        "all": [{"question": "colours", "is": "red"}, {"question": "colours", "none_of": ["green", "blue"]}]
    }


@pytest.mark.parametrize(
    ("kind", "said", "limits", "noted"),
    [
        ("integer", ". > 0.5", {"min": 1}, False),
        ("integer", ". >= 0.5 and . < 9.5", {"min": 1, "max": 9}, False),
        ("integer", ". >= 5 and . >= 1", {"min": 5}, False),
        ("integer", ". <= 5 and . < 3 and . > -1", {"min": 0, "max": 2}, False),
        ("integer", ". = 7", {"min": 7, "max": 7}, False),
        ("integer", ". >= 9 and . <= 3", {}, True),
        ("decimal", ". > 0 and . <= 2.5", {"min": 0, "max": 2.5}, True),
        ("decimal", ". <= 99999999999999999999", {"max": 10**12}, True),
        ("text", "string-length(.) <= 10000", {"max_length": 5000}, True),
        ("text", "string-length(.) < 1", {"max_length": 1}, True),
        ("text", "string-length(.) <= 20.5", {"max_length": 20}, False),
        ("text", "string-length(.) >= 3 and string-length(.) <= 9", {"max_length": 9}, True),
        ("select_multiple c", "count-selected(.) <= 0", {"max": 1}, True),
        ("select_multiple c", "count-selected(.) >= 9", {"min": 3}, True),
        ("select_multiple c", "count-selected(.) = 2", {"min": 2, "max": 2}, False),
        ("select_multiple c", "count-selected(.) > 0 and count-selected(.) < 3", {"min": 1, "max": 2}, False),
        ("date", ". > '2026-01-01' and . < '2026-02-01'", {"min": "2026-01-02", "max": "2026-01-31"}, False),
        ("date", ". > '9999-12-31'", {}, True),
    ],
)
def test_a_limit_is_the_stricter_one_within_what_is_allowed(kind: str, said: str, limits: Row, noted: bool) -> None:
    found = imported([q(kind, "a", constraint=said)], COLOURS)
    asked = questions(found)["a"]
    usual = {"max_length": 1000} if kind == "text" else {}
    assert {k: v for k, v in asked.items() if k in ("min", "max", "max_length")} == {**usual, **limits}
    assert (("survey", 2, "constraint") in told(found)) is noted


def test_every_cell_that_is_not_carried_is_told_at_its_place() -> None:
    odd = {
        "constraint": ". >= 16",
        "constraint_message": "Too young",
        "required": " yes",
        "required_message": "Needed",
        "calculation": "1 + 1",
        "trigger": "${b}",
        "default": "4",
        "guidance_hint": "G",
        "media::image": "a.png",
        "bind::custom": "x",
        "appearance": "w1",
        "made_up": "y",
        "repeat_count": "2",
    }
    found = imported(
        [
            q("text", "b"),
            q("integer", "age", **odd),
            q("text", "fixed", read_only="yes"),
            {"type": "hidden", "name": "h", "label": "H"},
            {"label": None, "made_up": "a remark"},
        ],
        style="pages",
        version="3",
    )
    assert list(questions(found)) == ["b", "age"]
    assert questions(found)["age"]["required"] is True
    carried = {"constraint", "required"}
    expected: set[tuple[str, int | None, str | None]]
    expected = {("survey", 3, column) for column in odd if column not in carried}
    expected |= {("survey", row, None) for row in (4, 5, 6)} | {("settings", 2, "style"), ("settings", 2, "version")}
    assert told(found) == expected


def test_cells_below_no_header_and_after_many_empty_rows_are_told_too() -> None:
    blank: list[Row] = [{}] * 80
    found = imported([q("text", "a"), {**q("text", "b"), "": "loose"}, *blank, q("text", "c")])
    assert list(questions(found)) == ["a", "b", "c"]
    assert told(found) == {("survey", 3, "D")}


def test_an_answer_in_a_text_is_taken_out_and_told() -> None:
    found = imported(
        [q("text", "barn"), {**q("select_one c", "x"), "label": "Hvor bor ${barn}?", "hint": "Om ${barn}"}],
        [*named("a"), {"list_name": "c", "name": "b", "label": "Hos ${barn}"}],
    )
    asked = questions(found)["x"]
    assert (asked["label"]["nb"], asked["help"]["nb"]) == ("Hvor bor …?", "Om …")
    assert asked["options"][1]["label"]["nb"] == "Hos …"
    assert told(found) == {("survey", 3, "label"), ("survey", 3, "hint"), ("choices", 3, "label")}


def test_characters_that_are_no_text_are_taken_out_and_told() -> None:
    row = {"type": "text", "name": "a", "label": "Hva\u202e mener du?", "hint": "\u200b"}
    found = imported([row])
    assert (questions(found)["a"]["label"], "help" in questions(found)["a"]) == ({"nb": "Hva mener du?"}, False)
    assert told(found) == {("survey", 2, "label"), ("survey", 2, "hint")}


def test_the_forms_default_language_comes_first() -> None:
    row = {"type": "text", "name": "a", "label::English (en)": "Hi", "label::Norsk bokmål (nb)": "Hei"}
    found = imported([row], default_language="Norsk bokmål (nb)")
    assert found.document.languages == ["nb", "en"]
    assert imported([row], default_language="English (en)").document.languages == ["en", "nb"]


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Norsk (no)", "nb"),
        ("Norsk", "nb"),
        ("NB", "nb"),
        ("Bokmål", "nb"),
        ("Nynorsk", "nn"),
        ("Norwegian", "nb"),
        ("English (UK)", "en"),
        ("EN", "en"),
        ("Ukrainian (uk)", "uk"),
        ("Somali", "so"),
        ("Tigrinya", "ti"),
        ("Davvisámegiella", "se"),
        ("nordsamisk", "se"),
        ("Kurdish (Sorani)", "ku"),
        ("en-GB", "en-GB"),
        ("Français (fr)", "fr"),
        ("Quenya", None),
        ("default", None),
    ],
)
def test_a_language_is_known_by_its_code_or_its_name(name: str, tag: str | None) -> None:
    assert language_of(name) == tag


def test_words_in_a_language_nobody_knows_are_kept() -> None:
    found = imported([{"type": "text", "name": "a", "label::Quenya": "Mára", "label::Sindarin": "Mae"}])
    assert questions(found)["a"]["label"] == {"nb": "Mára"}
    assert told(found) == {
        ("survey", 1, "label::Quenya"),
        ("survey", 1, "label::Sindarin"),
        ("survey", 2, "label::Sindarin"),
    }


def test_two_columns_of_one_language_do_not_overwrite_each_other_in_silence() -> None:
    found = imported(
        [{"type": "text", "name": "a", "label": "Plain", "label::Norsk (no)": "Hei", "label::nb": "Hallo"}]
    )
    assert questions(found)["a"]["label"] == {"nb": "Hei"}
    assert told(found) == {("survey", 2, "label"), ("survey", 2, "label::nb")}


def test_something_else_is_called_so_in_each_language_under_a_free_key() -> None:
    found = imported(
        [{"type": "select_one f or_other", "name": "a", "label::English (en)": "Hue", "label::Polski (pl)": "Kolor"}],
        [
            {"list_name": "f", "name": name, "label::English (en)": name, "label::Polski (pl)": name}
            for name in ("red", "other")
        ],
    )
    added = questions(found)["a"]["options"][-1]
    assert (added["key"], added["label"], added["other"]) == ("other_2", {"en": "Other", "pl": "Inne"}, True)


@pytest.mark.parametrize(("town", "title"), [("nb", "Uten tittel"), ("nn", "Utan tittel"), ("en", "Untitled")])
def test_a_form_without_a_title_is_called_so_in_the_towns_language(town: str, title: str) -> None:
    found = import_form(open_workbook(form([q("text", "a")], form_title="")), town)
    assert found.document.title == {town: title}
    assert told(found) == {("settings", None, "form_title")}


@pytest.mark.parametrize("many", [201, 205])
def test_a_form_of_more_questions_than_a_survey_has_is_refused_in_words(many: int) -> None:
    assert len(imported([q("text", f"q{n}") for n in range(200)]).document.questions) == 200
    with pytest.raises(Invalid) as refused:
        imported([q("text", f"q{n}") for n in range(many)])
    assert "at most 200" in refused.value.errors[0].detail


def test_a_cascade_that_becomes_too_many_questions_is_refused_in_words() -> None:
    counties = named(*range(150), listed="k")
    towns = [
        {**row, "county": county} for county in range(150) for row in named(f"{county}a", f"{county}b", listed="t")
    ]
    twice = [q("select_one t", name, choice_filter="county=${county}") for name in ("town", "other_town")]
    with pytest.raises(Invalid) as refused:
        imported([q("select_one k", "county"), *twice], [*counties, *towns])
    assert "at most 200" in refused.value.errors[0].detail


def test_one_option_in_two_branches_stays_in_each() -> None:
    towns = [
        {"list_name": "t", "name": n, "label": n, "county": c}
        for n, c in (("a1", "a"), ("other", "a"), ("b1", "b"), ("other", "b"))
    ]
    found = imported(
        [
            q("select_one c", "county"),
            q("select_one t", "town", choice_filter="county=${county}"),
            q("text", "why", relevant="${town} = 'other'"),
            q("text", "where", relevant="${town} != ''"),
        ],
        [*named("a", "b"), *towns],
        allow_choice_duplicates="yes",
    )
    asked = questions(found)
    assert {key: [o["key"] for o in asked[key]["options"]] for key in ("town_a", "town_b")} == {
        "town_a": ["a1", "other"],
        "town_b": ["b1", "other"],
    }
    assert asked["why"]["show_if"] == {
        "any": [{"question": "town_a", "is": "other"}, {"question": "town_b", "is": "other"}]
    }
    assert [note.detail for note in found.notes if note.row == 3 and note.column == "choice_filter"] == [
        "It became 2 questions, one for each answer to county."
    ]
    assert proofread(found.document).errors == []


def test_a_table_of_other_questions_is_asked_row_by_row() -> None:
    found = imported(
        [q("begin_group", "t", appearance="table-list"), q("select_one c", "a"), q("text", "b"), END], COLOURS
    )
    assert [x["type"] for x in questions(found).values()] == ["section", "single", "text"]
    assert told(found) == {("survey", 2, "appearance")}


@pytest.mark.parametrize("count", [1, 201])
def test_too_few_or_too_many_options_leave_the_question_out_in_words(count: int) -> None:
    found = imported([q("select_one c", "a"), q("text", "b")], named(*range(count)))
    assert list(questions(found)) == ["b"]
    assert "options" in next(note.detail for note in found.notes if note.row == 2 and note.sheet == "survey")


async def test_a_form_too_long_for_a_survey_is_a_422_that_says_so(polling: Polling) -> None:
    raw = form([q("text", f"q{n}") for n in range(205)])
    headers = {**polling.staff, "Content-Type": XLSX, "Accept-Language": "nb"}
    refused = await polling.client.post("/v1/staff/surveys/import", headers=headers, content=raw)
    assert refused.status_code == 422
    assert "høyst 200" in refused.json()["errors"][0]["detail"]


def test_a_row_that_breaks_the_reading_is_left_out_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(making: Any, *rest: Any) -> Any:
        if making.name == "bad":
            raise ZeroDivisionError
        return make(making, *rest)

    monkeypatch.setattr("surveys.xlsform.reading.make", broken)
    found = imported([q("text", "a"), q("text", "bad"), q("text", "c")])
    assert list(questions(found)) == ["a", "c"]
    assert told(found) == {("survey", 3, None)}
