"""The components as HTML: whole, accessible in their structure, and within the security policy."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

import jichi.ui
from jichi.ui.gallery import gallery
from jichi.ui.states import State, state_mark, state_word
from jichi.ui.tables import Column, Table
from jichi.ui.year_table import YearGroup, YearSpan, lanes, year_table

UI = Path(jichi.ui.__file__).parent
LANGUAGES = ["ja", "en", "ja-simple"]


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest) -> str:
    with translation.override(request.param):
        return render_to_string(
            "ui/gallery.html", gallery() | {"pack": {"city_name": "見本市", "is_sample": True}}
        )


def test_gallery_holds_to_the_policy(page: str) -> None:
    assert not re.search(r"\sstyle\s*=", page)
    assert not re.search(r"\son[a-z]+\s*=", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", page)
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_gallery_ids_are_unique_and_references_resolve(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]*)"', page):
        for name in names.split():
            assert name in ids


def test_headings_do_not_skip_a_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_gallery_uses_every_component_template() -> None:
    components = {path.stem for path in (UI / "templates/ui/components").glob("*.html")}
    sources = "".join(path.read_text() for path in (UI / "tags").glob("*.py"))
    used = set(re.findall(r'render\(\s*"(\w+)"', sources)) | {"year_span"}
    assert components == used
    gallery_text = (UI / "templates/ui/gallery.html").read_text()
    for name in used - {"year_span", "strip_body"}:
        assert "{% " + name in gallery_text, f"{name} is not shown in the gallery"


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_shape_and_word(state: State, language: str) -> None:
    with translation.override(language):
        html = state_mark(state, n=3, of=41) if state is State.PARTIAL else state_mark(state)
        assert state_word(state) in html and "<svg" in html


def test_partial_shows_its_share() -> None:
    assert "3/41" in state_mark("partial", n=3, of=41)
    assert "visually-hidden" in state_mark("met", bare=True)


def test_figure_says_why_it_is_missing() -> None:
    assert "まだ調査していません" in render('{% figure None unit="%" missing="まだ調査していません" %}')
    html = render('{% figure 64 unit="%" comparator="ge" year=2025 source="計画" %}')
    assert ">64<" in html and "%以上" in html and "令和7（2025）年度" in html


def test_form_field_ties_hint_and_error_and_keeps_the_value() -> None:
    form = gallery()["form"]
    html = render("{% form_field form.name %}{% form_field form.text %}{% error_summary form %}", form=form)
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "朝のあいさつ運動" in html
    assert 'href="#id_name"' in html


def test_text_from_outside_is_escaped() -> None:
    table = Table("<b>", [Column("<i>")], [["<script>"]])
    html = render(
        "{% data_table table %}{% breadcrumb items %}", table=table, items=[{"title": "<u>", "url": "/"}]
    )
    assert "<script>" not in html and "<i>" not in html and "<u>" not in html


def test_table_rows_must_fit_their_columns() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = Table("x", [Column("a")], [["1", "2"]]).lines


def test_year_table_spans_are_real() -> None:
    table = year_table(
        caption="x",
        years=range(2021, 2027),
        groups=[
            YearGroup(
                title="g",
                spans=[YearSpan(text="a", first=2022, last=2025), YearSpan(text="b", first=2025, last=2030)],
            )
        ],
        current=2024,
    )
    assert [[cell.columns for cell in line.cells] for line in table.lines] == [[1, 4, 1], [4, 2]]
    assert table.lines[0].lines == 2 and table.lines[1].group is None
    assert table.lines[1].cells[1].goes_on
    html = render("{% year_table table %}", table=table)
    assert 'colspan="4"' in html and 'rowspan="2"' in html
    assert [head.year for head in table.heads if head.selected] == [2024]


def test_year_table_lanes_keep_everything_that_touches_the_table() -> None:
    spans = [
        YearSpan(text=str(i), first=f, last=t)
        for i, (f, t) in enumerate([(2020, 2022), (2022, 2023), (None, 2021), (2030, 2031)])
    ]
    packed = lanes(spans, 2021, 2025)
    assert sum(len(lane) for lane in packed) == 3
    for lane in packed:
        assert all(a[1] < b[0] for a, b in itertools.pairwise(lane))


def test_a_phone_never_says_that_nothing_is_planned_without_being_certain() -> None:
    table = year_table(
        caption="x",
        years=range(2021, 2026),
        selected=2023,
        groups=[
            YearGroup(title="parent", spans=[]),
            YearGroup(title="child", depth=1, spans=[YearSpan(text="a", first=2022, last=2024)]),
            YearGroup(title="undated", spans=[YearSpan(text="b", first=None, last=None, certain=False)]),
            YearGroup(title="past", spans=[YearSpan(text="c", first=2021, last=2021)]),
        ],
    )
    assert [chosen.idle for chosen in table.chosen] == [False, False, False, True]
    assert [len(chosen.running) for chosen in table.chosen] == [0, 1, 0, 0]
    assert [len(chosen.undated) for chosen in table.chosen] == [0, 0, 1, 0]
    with translation.override("en"):
        html = render("{% year_table table %}", table=table)
    assert html.count("Nothing is planned in this year.") == 1
    assert "does not tell for certain" in html


def test_qr_code_scales_as_a_whole() -> None:
    html = render('{% qr "https://mihon.example/plans/mihon/2-1/" %}')
    assert "viewBox=" in html and not re.search(r"<svg[^>]*\sheight=", html)
    assert 'role="img"' in html and "aria-label=" in html


def test_the_mark_of_an_empty_place_is_seen_and_never_read_out() -> None:
    source = (
        '{% load ui %}{% empty_state title="Nobody is late" state="met" %}<p>Rest.</p>{% endempty_state %}'
    )
    page = Template(source).render(Context())
    mark, _seen, rest = page.partition('<div class="empty__body')
    assert 'aria-hidden="true"' in mark.partition(state_word(State.MET))[0]
    assert state_word(State.MET) not in rest and "Nobody is late" in rest


def test_years_must_be_consecutive() -> None:
    with pytest.raises(ValueError, match="consecutive"):
        year_table(caption="x", years=[2021, 2023], groups=[])


def test_pagination_keeps_the_filter() -> None:
    request = RequestFactory().get("/?q=x&page=4")
    html = render("{% pagination page_obj %}", page_obj=gallery()["page_obj"], request=request)
    assert "?q=x&amp;page=5" in html and 'aria-current="page"' in html


def test_built_styles_are_committed_and_carry_the_licence_notice() -> None:
    css = (UI / "static/ui/jichi.css").read_text()
    assert "デジタル庁" in css and "@layer" in css
    assert "url(" not in css and "@import" not in css
    assert "MIT License" in (UI / "static/ui/vendor/design-tokens/LICENSE").read_text()


def test_components_name_meanings_never_colours() -> None:
    for name in ("base", "components"):
        source = (Path("css") / f"{name}.css").read_text()
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b", source), name


def test_package_lock_names_no_host() -> None:
    assert '"resolved"' not in Path("package-lock.json").read_text()
