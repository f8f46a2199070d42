"""A form as a page and on paper: what a browser is given, and what comes back from it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.sheets.definition import Address, Filler
from jichi.sheets.pages import PaperHead, form_page, paper_page, raw_from_post, row_counts, rows_pressed
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import read
from tests.sheets.samples import COUNCILS, RICH
from tests.sheets.strategies import answers, forms

A = Address.of
FORM = parse_definition(COUNCILS)
WIDE = parse_definition(RICH)
GOOD = {A("held"): "yes", A("name.1"): "環境審議会", A("members.1"): "12", A("women.1"): "5"}


class Controls(HTMLParser):
    """The page as a browser sends it: successful controls, labels, ids and what describes what."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.buttons: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.described: list[str] = []
        self._select: dict[str, Any] | None = None
        self._text: tuple[str, list[str]] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.ids += [found["id"]] if "id" in found else []
        self.labels |= {found["for"]} if tag == "label" else set()
        self.described += found.get("aria-describedby", "").split()
        if tag in {"input", "select", "textarea"}:
            self.controls.append(found)
        if tag == "button":
            self.buttons.append(found.get("name", ""))
        elif tag == "select":
            self._select = {"name": found["name"], "options": []}
        elif tag == "option" and self._select is not None:
            self._select["options"].append((found["value"], "selected" in found))
        elif tag == "textarea":
            self._text = (found["name"], [])
        elif tag == "input" and (found.get("type") not in {"radio", "checkbox"} or "checked" in found):
            self.sent.append((found["name"], found.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            options = self._select["options"]
            chosen = [value for value, selected in options if selected] or [options[0][0]]
            self.sent.append((self._select["name"], chosen[0]))
            self._select = None
        if tag == "textarea" and self._text is not None:
            # The first line break behind the tag is no text.
            self.sent.append((self._text[0], "".join(self._text[1]).removeprefix("\n")))
            self._text = None

    def post(self, *pressed: str, **changes: str) -> QueryDict:
        """What the browser sends, with a button and with some controls typed in."""
        data = QueryDict(mutable=True)
        for name, value in self.sent:
            if name not in changes:
                data.appendlist(name, value)
        for name, value in changes.items():
            data[name] = value
        for name in pressed:
            data[name] = "1"
        return data


def html_of(definition, raw=None, **facts) -> str:
    return render_to_string("sheets/form.html", form_page(definition, raw=raw or {}, **facts))


def page_of(definition, raw=None, **facts) -> Controls:
    return Controls(html_of(definition, raw, **facts))


def paper_of(definition, **facts) -> str:
    return render_to_string("sheets/paper.html", paper_page(definition, **facts))


# --- the page ------------------------------------------------------------------------------------------------
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms().flatmap(lambda form: st.tuples(st.just(form), answers(form, as_typed=True))))
def test_what_the_page_shows_comes_back_the_same(pair):
    definition, raw = pair
    reading = read(definition, raw)
    page = page_of(definition, raw, problems=reading.problems)
    again = raw_from_post(definition, page.post())
    assert read(definition, again).values == reading.values
    sound(page)


def sound(page: Controls) -> None:
    """Ids once, every control labelled, every description there."""
    assert len(page.ids) == len(set(page.ids))
    assert set(page.described) <= set(page.ids)
    for control in page.controls:
        if control.get("type") != "hidden":
            assert control["id"] in page.labels, control


@pytest.mark.parametrize("definition", [FORM, WIDE])
def test_every_control_is_labelled_and_described(definition):
    sound(page_of(definition))
    wrong = {A("held"): "?", A("made"): "yes", A("copies.1"): "x", A("members.2"): "y", A("as_of"): "z"}
    page = page_of(
        definition, wrong, problems=read(definition, wrong).problems, previous=read(FORM, GOOD).values
    )
    sound(page)


def test_nothing_typed_is_lost_even_where_it_is_no_answer():
    typed = {
        A("year"): "おととし",
        A("as_of"): "きのう",
        A("made"): "たぶん",
        A("languages"): "英語、ドイツ語",
        A("way"): "ペン",
        A("why_not"): " 一\n\n二",
        A("paper.2"): '"><script>alert(1)</script>',
        A("online.2"): "一部",
        A("place_kind.umi"): "駅",
        A("remark.kita"): "typed though not asked",
    }
    page = page_of(WIDE, typed, problems=read(WIDE, typed).problems)
    assert raw_from_post(WIDE, page.post()) == typed
    assert "<script>" not in html_of(WIDE, typed)


def test_an_error_stands_in_the_summary_and_beside_its_field():
    raw = GOOD | {A("members.1"): "約12"}
    html = html_of(FORM, raw, problems=read(FORM, raw).problems)
    summary = re.search(r'class="error-summary".*?</div>', html, re.S)
    assert summary and 'href="#a-members-1"' in summary.group()
    control = re.search(r'<input[^>]*id="a-members-1"[^>]*>', html)
    assert control and 'aria-invalid="true"' in control.group()
    assert "a-members-1--error" in re.search(r'aria-describedby="([^"]*)"', control.group()).group(1)
    assert 'id="a-members-1--error"' in html


def test_warnings_do_not_pose_as_errors():
    raw = GOOD | {A("members.1"): "400"}
    html = html_of(FORM, raw, problems=read(FORM, raw).problems)
    assert "error-summary" not in html
    assert "300人を超えています" in html


def test_a_problem_of_a_whole_column_points_to_its_part():
    data = {
        **COUNCILS,
        "checks": [{"key": "all", "expression": "sum(women) > 9", "message": {"ja": "少ない"}}],
    }
    form = parse_definition(data)
    html = html_of(form, GOOD, problems=read(form, GOOD).problems)
    assert 'href="#a-part-councils"' in html
    assert html.count("少ない") == 2


def test_what_is_not_asked_stands_folded_with_its_condition_in_words():
    with translation.override("en"):
        html = html_of(FORM, {A("held"): "yes"})
        assert "Only if “Are there councils?” is “No”" in html
    folded = re.findall(r"<details class=\"sheet-(?:part|field)--?\S*[^>]*>", html)
    assert len(folded) == 1 and " open" not in folded[0]
    # With something typed in it, it stands open, so that nothing is hidden.
    raw = {A("held"): "yes", A("reason"): "x"}
    opened = html_of(FORM, raw, problems=read(FORM, raw).problems)
    assert re.search(r"<details class=\"sheet-field--folded\" open>", opened)
    # And once it is asked, it is a field like others.
    no = html_of(FORM, {A("held"): "no"})
    assert "sheet-field--folded" not in no and 'name="a-reason"' in no


def test_the_last_return_stands_beside():
    previous = read(FORM, GOOD | {A("name.2"): "廃止会", A("members.2"): "3", A("women.2"): "1"}).values
    now = {A("held"): "yes", A("name.1"): "新会", A("name.2"): " 環境 審議会 "}
    with translation.override("ja"):
        html = html_of(FORM, now, previous=previous, previous_note="令和６年度")
    cell = re.search(r'id="a-members-2--previous">(.*?)</p>', html)
    assert cell and "12人" in cell.group(1)
    assert html.count("令和６年度") >= 2
    # A row that was not there last time has nothing beside it, and last time's rows are all to be seen.
    assert 'id="a-members-1--previous"' not in html
    assert "廃止会" in html
    assert re.search(r'id="a-held--previous">[^<]*はい|id="a-held--previous">[^<]*Yes', html)


def test_computed_fields_show_the_last_result():
    html = html_of(FORM, GOOD)
    assert re.search(r'id="a-share-1"><strong>41.7', html)
    assert "a-share.1" not in html


def test_parts_of_others_are_shown_or_hidden_but_not_filled():
    known = read(FORM, {A("seen"): "yes"}, fill=Filler.CHECKER).values
    html = html_of(FORM, GOOD, known=known)
    assert 'name="a-seen"' not in html and "名簿と照合" in html
    checker = html_of(FORM, {}, fill=Filler.CHECKER, known=read(FORM, GOOD).values)
    assert 'name="a-seen"' in checker and 'name="a-members.1"' not in checker
    assert "環境審議会" in checker
    hidden = parse_definition(
        {**COUNCILS, "parts": [*COUNCILS["parts"][:2], {**COUNCILS["parts"][2], "see": ["checker"]}]}
    )
    assert "名簿と照合" not in html_of(hidden, GOOD, known=known)


# --- rows ------------------------------------------------------------------------------------------------------
def test_a_row_is_added_without_script_and_without_loss():
    page = page_of(FORM, GOOD)
    data = page.post("more:councils", **{"a-name.1": "改称"})
    assert rows_pressed(data)
    raw = raw_from_post(FORM, data)
    assert raw == GOOD | {A("name.1"): "改称"}
    counts = row_counts(FORM, data)
    assert counts == {"councils": 2}
    wider = page_of(FORM, raw, rows=counts)
    assert "less:councils.2" in wider.buttons
    # A blank row that was added stays when another one is.
    assert row_counts(FORM, wider.post("more:councils")) == {"councils": 3}
    assert not rows_pressed(wider.post())


def test_a_row_in_the_middle_is_removed_and_those_behind_it_move_up():
    raw = {A("held"): "yes"}
    for row in "123":
        raw |= {A(f"name.{row}"): row, A(f"members.{row}"): row, A(f"women.{row}"): row}
    data = page_of(FORM, raw).post("less:councils.2")
    left = raw_from_post(FORM, data)
    assert {str(key): text for key, text in left.items() if key.field == "name"} == {
        "name.1": "1",
        "name.2": "3",
    }
    assert row_counts(FORM, data) == {"councils": 2}


def test_no_more_rows_than_the_form_takes():
    raw = {A("held"): "yes"} | {A(f"name.{row}"): "x" for row in range(1, 11)}
    page = page_of(FORM, raw)
    assert "more:councils" not in page.buttons
    too_many = raw | {A("name.12"): "x"}
    page = page_of(FORM, too_many, problems=read(FORM, too_many).problems)
    assert raw_from_post(FORM, page.post()) == too_many


@pytest.mark.parametrize(
    "name",
    [
        "less:councils.x",
        "less:none.1",
        "less:basic.1",
        "less:councils.",
        "less:councils.99999",
        "a-rows:councils",
    ],
)
def test_names_that_no_page_sends_do_no_harm(name):
    data = page_of(FORM, GOOD).post()
    data[name] = "９９" if name.startswith("a-") else "1"
    data["a-"] = "x"
    data["a-..."] = "x"
    data["a-share.1"] = "99"
    assert raw_from_post(FORM, data) == GOOD


def test_enter_saves_the_draft_and_removes_no_row():
    # A browser presses the first button of a form when Enter is typed in a field.
    assert page_of(WIDE).buttons[0] == "draft"


# --- languages ---------------------------------------------------------------------------------------------
def test_japanese_on_an_english_page_is_marked_as_such():
    with translation.override("en"):
        html = html_of(WIDE) + paper_of(WIDE)
    unmarked = re.sub(r'<(\w+)[^>]*lang="ja"[^>]*>.*?</\1>', "", html, flags=re.S)
    visible = re.sub(r"<[^>]*>", "", unmarked)
    assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", visible), visible


def test_a_form_without_the_readers_language_is_shown_in_japanese():
    with translation.override("en"):
        html = html_of(FORM)
    assert "Are there councils?" in html
    assert '<span lang="ja">課長の確認</span>' not in html  # it has an English title
    assert "一つの審議会等を一行に" in html


# --- paper -------------------------------------------------------------------------------------------------
def test_blank_paper_has_boxes_lines_and_conditions():
    with translation.override("ja"):
        html = paper_of(WIDE, head=PaperHead(return_to="企画課", due="2025年5月9日", reference="R7-0012"))
    assert "企画課" in html and "R7-0012" in html
    assert html.count("paper-box__mark") > 10
    assert "paper-box__mark--ticked" not in html
    assert "2-5" in html and "５" not in html
    # Rows: 6 blank ones of a table that takes 8, and every ward.
    assert html.count("<tr>") == 1 + 6 + 1 + 3
    assert ">0<" not in html


def test_filled_paper_says_what_was_answered():
    raw = {
        A("year"): "R6",
        A("made"): "○",
        A("languages"): "en\nother",
        A("paper.1"): "くらしのガイド",
        A("copies.1"): "1,200",
        A("placed.kita"): "たくさん",
    }
    with translation.override("ja"):
        html = paper_of(WIDE, raw=raw, previous=read(WIDE, {A("placed.kita"): "80"}).values)
    assert html.count("paper-box__mark--ticked") == 3
    assert "令和6年度" in html and "くらしのガイド" in html and "たくさん" in html
    assert "1,200" in html and "80部" in html


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms().flatmap(lambda form: st.tuples(st.just(form), answers(form))))
def test_any_form_comes_on_paper(pair):
    definition, raw = pair
    blank, filled = paper_of(definition), paper_of(definition, raw=raw)
    for part in definition.parts:
        assert part.title["ja"] in blank and part.title["ja"] in filled


def test_a_telephone_shows_digits_only_where_no_minus_is_needed():
    change = parse_definition(
        {
            "title": {"ja": "増減"},
            "parts": [
                {
                    "key": "p",
                    "title": {"ja": "部"},
                    "fields": [
                        {"key": "people", "label": {"ja": "数"}, "type": "integer", "least": 0},
                        {"key": "share", "label": {"ja": "率"}, "type": "decimal", "least": 0},
                        {"key": "change", "label": {"ja": "増減"}, "type": "integer"},
                        {"key": "low", "label": {"ja": "気温"}, "type": "decimal", "least": -50},
                    ],
                }
            ],
        }
    )
    modes = [one.get("inputmode") for one in page_of(change).controls if one.get("type") == "text"]
    assert modes == ["numeric", "decimal", None, None]
