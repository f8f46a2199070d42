"""Tables are staged, compared and taken in whole; what stands is corrected with a reason, never overwritten."""

from __future__ import annotations

import datetime
import hashlib
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import Evidence, Observation, TableImport, TableMapping, TableTarget
from jichi.figures.services import decide_binding
from jichi.figures.statistics.judging import judge
from jichi.figures.statistics.queries import mapping_of, source_lines, sources_for
from jichi.figures.statistics.services import (
    discard_table,
    edit_source,
    map_table,
    remove_target,
    save_target,
    take_table,
)
from jichi.manifest import Role
from jichi.methods.tables.files import open_book
from jichi.methods.tables.layout import Layout
from jichi.methods.tables.proposing import propose

from . import given
from .given import HEAD, bind, define, mapped, placed, series, source, staged, table, year_2023, year_2024

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plan(city):
    series()


def words(error: pytest.ExceptionInfo[Invalid]) -> str:
    return " ".join(text for texts in error.value.messages.values() for text in texts)


def standing() -> list[tuple[int, str, Decimal | None, int]]:
    rows = Observation.objects.order_by("definition", "fiscal_year", "revision")
    return [(row.fiscal_year, row.definition, row.value, row.revision) for row in rows]


def states(viewer, row: TableImport) -> list[str]:
    return [one.state for one in judge(viewer, row)]


# --- taking in ------------------------------------------------------------------------------------------------
def test_a_bound_figure_gets_its_number_with_the_file_as_evidence(planning_officer):
    binding = bind()
    one = placed(planning_officer)
    content = year_2023()
    row = staged(planning_officer, one, content, as_of=datetime.date(2023, 10, 1))
    assert Observation.objects.count() == 0 and row.state == "staged"
    taken = take_table(viewer=planning_officer, import_id=row.pk)
    [value] = taken.entered
    assert (value.value, value.fiscal_year, value.decimals, value.unit) == (Decimal("59.4"), 2023, 1, "%")
    assert (value.binding, value.source_kind, value.quantity) == (binding, "outside_statistics", "rate")
    assert value.as_of == datetime.date(2023, 10, 1)
    assert value.computation["cell"] == "C3" and value.computation["names"] == ["見本市"]
    evidence = value.evidence
    assert (evidence.kind, evidence.filename) == (Evidence.Kind.TABLE, "hyo2023.csv")
    assert evidence.sha256 == hashlib.sha256(content).hexdigest() and evidence.is_sample
    row.refresh_from_db()
    assert (row.state, row.evidence, bytes(row.content)) == ("taken", evidence, content)
    assert AuditEntry.objects.filter(act="figures.table:take", object_id=str(row.pk)).count() == 2


def test_a_figure_bound_to_another_source_is_told_and_not_entered(planning_officer):
    bind("another-table")
    row = staged(planning_officer, placed(planning_officer), year_2023())
    assert states(planning_officer, row) == ["unbound"]
    assert take_table(viewer=planning_officer, import_id=row.pk).entered == ()
    assert Observation.objects.count() == 0


def test_a_new_decision_opens_the_way(planning_officer):
    one = placed(planning_officer)
    row = staged(planning_officer, one, year_2023())
    assert states(planning_officer, row) == ["unbound"]
    bind()
    assert states(planning_officer, row) == ["new"]


def test_marks_and_blanks_become_no_number_with_the_reason(planning_officer):
    bind()
    one = placed(planning_officer, select={"市区町村": "遠山村"})
    row = staged(planning_officer, one, year_2023())
    [value] = take_table(viewer=planning_officer, import_id=row.pk).entered
    assert value.value is None and "“-”" in value.translations["en"]["note"]
    assert value.note and value.computation["printed"] == "-"


def test_a_factor_makes_a_percentage_of_a_share(planning_officer):
    bind()
    one = placed(planning_officer, column="加入世帯数", factor=Decimal("0.001"), decimals=3)
    [value] = take_table(
        viewer=planning_officer, import_id=staged(planning_officer, one, year_2023()).pk
    ).entered
    assert value.value == Decimal("41.2") and value.computation["factor"] == "0.001"


def test_two_definitions_of_one_figure_are_both_kept_and_never_joined(planning_officer):
    define("kofu")
    define("hoyu", first_year=2023, reason="数え方が変わった")
    bind(definition="hoyu")
    one = placed(planning_officer, definition="kofu")
    save_target(
        viewer=planning_officer,
        source=one,
        version=one.version,
        series=series(),
        select={"市区町村": "隣町"},
        column="加入率",
        decimals=1,
        definition="hoyu",
    )
    taken = take_table(viewer=planning_officer, import_id=staged(planning_officer, source(), year_2023()).pk)
    assert {(row.definition, row.value, row.revision) for row in taken.entered} == {
        ("kofu", Decimal("59.4"), 1),
        ("hoyu", Decimal("71.0"), 1),
    }
    later = take_table(
        viewer=planning_officer, import_id=staged(planning_officer, source(), year_2024(), 2024).pk
    )
    assert len(later.entered) == 2
    assert standing() == [
        (2023, "hoyu", Decimal("71.0"), 1),
        (2024, "hoyu", Decimal("70.1"), 1),
        (2023, "kofu", Decimal("59.4"), 1),
        (2024, "kofu", Decimal("58.8"), 1),
    ]


def test_one_figure_has_one_place_for_each_definition(planning_officer):
    one = placed(planning_officer)
    with pytest.raises(Invalid) as refused:
        placed(planning_officer)
    assert "definition" in refused.value.messages
    assert TableTarget.objects.filter(source=one).count() == 1


def test_a_definition_that_nobody_wrote_down_is_refused(planning_officer):
    define("kofu")
    with pytest.raises(Invalid) as refused:
        placed(planning_officer, definition="hoyu")
    assert "kofu" in refused.value.messages["definition"][0]


# --- again next year ----------------------------------------------------------------------------------------------
def test_next_year_says_what_is_added_gone_and_another_number(planning_officer):
    bind()
    one = placed(planning_officer)
    take_table(viewer=planning_officer, import_id=staged(planning_officer, one, year_2023()).pk)
    row = staged(planning_officer, source(), year_2024(), 2024)
    assert row.diff["counts"] == {"added": 2, "gone": 2, "revised": 0, "next": 4, "same": 0}
    [touching] = [item for item in row.diff["cells"] if item["targets"]]
    assert (touching["old"], touching["year_before"], touching["new"], touching["year"]) == (
        "59.4",
        2023,
        "58.8",
        2024,
    )
    assert touching["cell"] == "C3" and row.diff["cells"][0] is touching


def test_the_same_file_is_known_by_its_checksum(planning_officer):
    bind()
    one = placed(planning_officer)
    row = staged(planning_officer, one, year_2023())
    assert staged(planning_officer, one, year_2023()).pk == row.pk
    take_table(viewer=planning_officer, import_id=row.pk)
    with pytest.raises(Invalid) as refused:
        staged(planning_officer, one, year_2023())
    assert "2023" in words(refused) and TableImport.objects.count() == 1


def wide(*rows: tuple[str, ...], years: tuple[str, ...] = ("令和4年度", "令和5年度")) -> bytes:
    return table(*rows, head=("市区町村", *years))


def test_a_number_the_publisher_changed_for_an_earlier_year_is_a_correction_with_a_reason(planning_officer):
    bind()
    first = wide(("見本市", "60.1", "59.4"), ("隣町", "72.0", "71.0"))
    one = mapped(planning_officer, content=first)
    save_target(
        viewer=planning_officer,
        source=one,
        version=one.version,
        series=series(),
        select={"市区町村": "見本市"},
        column="値",
        decimals=1,
    )
    take_table(viewer=planning_officer, import_id=staged(planning_officer, source(), first).pk)
    years = ("令和4年度", "令和5年度", "令和6年度")
    second = wide(("見本市", "60.1", "59.9", "58.8"), ("隣町", "72.0", "71.0", "70.1"), years=years)
    row = staged(planning_officer, source(), second, 2024)
    assert states(planning_officer, row) == ["same", "correction", "new"]
    assert row.diff["counts"] == {"added": 2, "gone": 0, "revised": 1, "next": 0, "same": 3}
    with pytest.raises(Invalid) as refused:
        take_table(viewer=planning_officer, import_id=row.pk)
    assert list(refused.value.messages) == ["reason"]
    assert Observation.objects.count() == 2
    taken = take_table(viewer=planning_officer, import_id=row.pk, reason="県が令和5年度の値を改めた")
    assert (len(taken.entered), taken.unchanged) == (2, 1)
    assert standing() == [
        (2022, "1", Decimal("60.1"), 1),
        (2023, "1", Decimal("59.4"), 1),
        (2023, "1", Decimal("59.9"), 2),
        (2024, "1", Decimal("58.8"), 1),
    ]
    corrected = Observation.objects.get(revision=2)
    assert (corrected.status, corrected.reason) == ("corrected", "県が令和5年度の値を改めた")


def test_a_later_table_without_a_day_does_not_correct_the_day_away(planning_officer):
    bind()
    first = wide(("見本市", "60.1", "59.4"))
    one = mapped(planning_officer, content=first)
    place = {"series": series(), "select": {"市区町村": "見本市"}, "column": "値", "decimals": 1}
    save_target(viewer=planning_officer, source=one, version=one.version, **place)
    row = staged(planning_officer, source(), first, as_of=datetime.date(2024, 3, 31))
    take_table(viewer=planning_officer, import_id=row.pk)
    years = ("令和4年度", "令和5年度", "令和6年度")
    row = staged(planning_officer, source(), wide(("見本市", "60.1", "59.4", "58.8"), years=years), 2024)
    assert states(planning_officer, row) == ["same", "same", "new"]
    row = staged(planning_officer, source(), wide(("見本市", "60.1", "59.5", "58.8"), years=years), 2024)
    take_table(viewer=planning_officer, import_id=row.pk, reason="県の訂正")
    assert Observation.objects.get(revision=2).as_of == datetime.date(2024, 3, 31)


def test_a_number_that_is_gone_takes_nothing_away(planning_officer):
    bind()
    first = wide(("見本市", "60.1", "59.4"))
    one = mapped(planning_officer, content=first)
    save_target(
        viewer=planning_officer,
        source=one,
        version=one.version,
        series=series(),
        select={"市区町村": "見本市"},
        column="値",
        decimals=1,
    )
    take_table(viewer=planning_officer, import_id=staged(planning_officer, source(), first).pk)
    second = wide(("見本市", "59.4", "58.8"), years=("令和5年度", "令和6年度"))
    row = staged(planning_officer, source(), second, 2024)
    assert row.diff["counts"]["gone"] == 1
    take_table(viewer=planning_officer, import_id=row.pk)
    assert [year for year, *_ in standing()] == [2022, 2023, 2024]


# --- what is in the way ---------------------------------------------------------------------------------------------
def test_a_renamed_column_is_named_with_its_cell_and_nothing_is_taken_in(planning_officer):
    bind()
    one = placed(planning_officer)
    renamed = table(("見本市", "40,900", "58.8"), head=("市区町村", "加入世帯数（世帯）", "加入している割合"))
    row = staged(planning_officer, one, renamed, 2024)
    [gone] = [item for item in row.problems if item["code"] == "column_gone"]
    assert (gone["cell"], gone["facts"]["column"], gone["facts"]["now"]) == (
        "C2",
        "加入率",
        "加入している割合",
    )
    assert states(planning_officer, row) == ["lost"]
    with pytest.raises(Invalid):
        take_table(viewer=planning_officer, import_id=row.pk)
    assert Observation.objects.count() == 0 and Evidence.objects.count() == 0
    layout = propose(open_book(renamed)).as_json()
    fresh = source()
    with pytest.raises(Invalid) as refused:
        map_table(viewer=planning_officer, source=fresh, version=fresh.version, layout=layout)
    assert list(refused.value.messages) == ["reason"]
    map_table(
        viewer=planning_officer,
        source=fresh,
        version=fresh.version,
        layout=layout,
        reason="県が見出しを改めた",
    )
    [target] = source().targets.all()
    fresh = source()
    save_target(
        viewer=planning_officer,
        source=fresh,
        version=fresh.version,
        target=target,
        series=series(),
        select={"市区町村": "見本市"},
        column="加入している割合",
        decimals=1,
    )
    [value] = take_table(viewer=planning_officer, import_id=row.pk).entered
    assert value.value == Decimal("58.8")
    assert [mapping.number for mapping in TableMapping.objects.order_by("number")] == [1, 2]


def test_a_head_that_moved_is_found_and_said(planning_officer):
    bind()
    one = placed(planning_officer)
    moved = table(("見本市", "40,900", "58.8"), above=("第1表　町内会の状況", "（令和6年10月1日現在）", ""))
    row = staged(planning_officer, one, moved, 2024)
    [said] = [item for item in row.problems if item["code"] == "head_moved"]
    assert said["facts"] == {"first": 2, "last": 2, "now_first": 4, "now_last": 4}
    [value] = take_table(viewer=planning_officer, import_id=row.pk).entered
    assert (value.value, value.computation["cell"]) == (Decimal("58.8"), "C5")


def test_columns_in_another_order_are_read_by_their_names(planning_officer):
    bind()
    one = placed(planning_officer)
    turned = table(
        ("見本市", "58.8", "40,900", "3"),
        head=("市区町村", "加入率（%）", "加入世帯数（世帯）", "町内会の数"),
    )
    row = staged(planning_officer, one, turned, 2024)
    codes = {item["code"]: item["cell"] for item in row.problems}
    assert codes == {"column_moved": "B2", "column_new": "D2"}
    assert take_table(viewer=planning_officer, import_id=row.pk).entered[0].value == Decimal("58.8")


def test_another_file_altogether_stops_everything(planning_officer):
    bind()
    one = placed(planning_officer)
    other = table(("1", "2"), head=("日付", "来館者"), above=())
    row = staged(planning_officer, one, other, 2024)
    assert [item["code"] for item in row.problems] == ["head_gone"]
    with pytest.raises(Invalid):
        take_table(viewer=planning_officer, import_id=row.pk)


def test_a_name_that_stands_twice_is_no_place(planning_officer):
    bind()
    one = placed(planning_officer)
    twice = table(("見本市", "1", "58.8"), ("見本市", "2", "12.0"))
    row = staged(planning_officer, one, twice, 2024)
    assert states(planning_officer, row) == ["several"]
    assert [item["cell"] for item in row.problems if item["code"] == "row_twice"] == ["4"]
    with pytest.raises(Invalid) as refused:
        take_table(viewer=planning_officer, import_id=row.pk)
    assert "C3, C4" in words(refused)


def test_a_cell_that_cannot_be_read_stops_its_figure_only_where_one_needs_it(planning_officer):
    bind()
    one = placed(planning_officer)
    bad = table(("見本市", "約4万", "58.8"), ("隣町", "3,080", "七割ほど"))
    row = staged(planning_officer, one, bad, 2024)
    assert [(item["code"], item["cell"]) for item in row.problems] == [
        ("not_a_number", "B3"),
        ("not_a_number", "C4"),
    ]
    assert states(planning_officer, row) == ["new"]
    needed = table(("見本市", "40,900", "約六割"))
    row = staged(planning_officer, one, needed, 2024)
    assert states(planning_officer, row) == ["unreadable"]


def test_three_bad_rows_of_five_thousand_are_those_three(planning_officer):
    rows = [[f"第{number}区", str(number), "50.0"] for number in range(1, 5001)]
    for number, cells in (
        (17, ["", "5", "5"]),
        (2400, ["第2400区", "1", "234", "50.0"]),
        (4999, ["第4999区", "?", "5"]),
    ):
        rows[number - 1] = cells
    one = mapped(planning_officer, content=table(*rows[20:40]))
    row = staged(planning_officer, one, table(*rows))
    assert [(item["code"], item["cell"]) for item in row.problems if item["severity"] == "cell"] == [
        ("key_missing", "A19"),
        ("beyond_head", "D2402"),
        ("unknown_mark", "B5001"),
    ]
    assert (row.diff["read"], row.diff["unread"]) == (4998, 3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n ",
        b"\x00\x01\x02",
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1junk",
        b'a,"b\n',
        "\x00".join("令和").encode("utf-8"),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_nothing_is_kept(planning_officer, content):
    with pytest.raises(Invalid) as refused:
        staged(planning_officer, source(), content)
    assert refused.value.messages["file"][0] and TableImport.objects.count() == 0


def test_a_year_that_cannot_be_meant_is_refused(planning_officer):
    with pytest.raises(Invalid) as refused:
        staged(planning_officer, source(), year_2023(), 203)
    assert list(refused.value.messages) == ["fiscal_year"]


def test_a_file_waits_for_its_first_layout(planning_officer):
    row = staged(planning_officer, source(), year_2023())
    assert row.mapping is None
    with pytest.raises(Invalid):
        take_table(viewer=planning_officer, import_id=row.pk)
    mapped(planning_officer)
    row.refresh_from_db()
    assert row.mapping is not None and row.diff["read"] == 3


# --- two people -----------------------------------------------------------------------------------------------------
def test_what_changed_since_the_preview_is_read_anew_before_anything_is_entered(planning_officer):
    bind()
    one = placed(planning_officer)
    late = staged(planning_officer, one, year_2024(), 2024)
    assert late.previous is None
    take_table(viewer=planning_officer, import_id=staged(planning_officer, one, year_2023()).pk)
    with pytest.raises(Invalid):
        take_table(viewer=planning_officer, import_id=late.pk)
    late.refresh_from_db()
    assert late.diff["previous_year"] == 2023 and late.state == "staged"
    assert len(take_table(viewer=planning_officer, import_id=late.pk).entered) == 1


def test_the_second_of_two_people_is_told(planning_officer, viewer_as):
    bind()
    row = staged(planning_officer, placed(planning_officer), year_2023())
    take_table(viewer=planning_officer, import_id=row.pk)
    other = viewer_as(Role.PLANNING_OFFICER)
    with pytest.raises(Conflict):
        take_table(viewer=other, import_id=row.pk)
    with pytest.raises(Conflict):
        discard_table(viewer=other, import_id=row.pk)
    assert Observation.objects.count() == 1


def test_a_form_that_was_overtaken_is_refused(planning_officer):
    one = mapped(planning_officer)
    edit_source(viewer=planning_officer, source=one, version=one.version, title="名前を改めた表")
    layout = dict(mapping_of(one).layout)
    with pytest.raises(Conflict):
        map_table(viewer=planning_officer, source=one, version=one.version, layout=layout, reason="x")
    with pytest.raises(Conflict):
        edit_source(viewer=planning_officer, source=one, version=one.version, title="別の名前")


# --- who may --------------------------------------------------------------------------------------------------------
def test_an_officer_takes_in_the_tables_of_her_department_only(officer, department, other_department):
    mine = source(department)
    staged(officer, mine, year_2023())
    theirs = source(other_department, key="bosai-table")
    for act in (
        lambda: staged(officer, theirs, year_2023()),
        lambda: edit_source(viewer=officer, source=theirs, version=theirs.version, title="x"),
        lambda: edit_source(viewer=officer, source=mine, version=mine.version, department=other_department),
        lambda: map_table(viewer=officer, source=theirs, version=theirs.version, layout={}),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert set(sources_for(officer)) == {mine}


def test_a_table_does_not_enter_another_departments_figure(officer, department, other_department):
    subject = series()
    subject.indicator.__class__.objects.update(department=other_department)
    bind()
    row = staged(officer, placed(officer, department), year_2023())
    assert states(officer, row) == ["not_yours"]
    with pytest.raises(Invalid):
        take_table(viewer=officer, import_id=row.pk)
    assert Observation.objects.count() == 0


def test_an_auditor_reads_and_writes_nothing(auditor, planning_officer):
    one = mapped(planning_officer)
    assert list(sources_for(auditor)) == [one]
    with pytest.raises(NotAllowed):
        staged(auditor, one, year_2023())


# --- what is kept ---------------------------------------------------------------------------------------------------
def test_a_discarded_file_keeps_its_checksum_and_not_its_content(planning_officer):
    row = staged(planning_officer, mapped(planning_officer), year_2023())
    discard_table(viewer=planning_officer, import_id=row.pk)
    row.refresh_from_db()
    assert (row.state, bytes(row.content), row.rows) == ("discarded", b"", {})
    assert row.sha256 == hashlib.sha256(year_2023()).hexdigest()
    assert staged(planning_officer, source(), year_2023()).pk != row.pk


def test_the_database_itself_keeps_what_was_taken_in(planning_officer):
    bind()
    row = staged(planning_officer, placed(planning_officer), year_2023())
    take_table(viewer=planning_officer, import_id=row.pk)
    imports, mappings = TableImport.objects.filter(pk=row.pk), TableMapping.objects.all()
    for violate in (
        lambda: imports.update(content=b"other"),
        lambda: imports.update(state="staged", taken_at=None, evidence=None),
        lambda: imports.delete(),
        lambda: mappings.update(reason="other"),
        lambda: mappings._raw_delete(mappings.db),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            violate()


def test_a_place_taken_away_leaves_its_values(planning_officer):
    bind()
    one = placed(planning_officer)
    take_table(viewer=planning_officer, import_id=staged(planning_officer, one, year_2023()).pk)
    [target] = source().targets.all()
    remove_target(viewer=planning_officer, source=source(), version=source().version, target_id=target.pk)
    assert Observation.objects.count() == 1 and not source().targets.exists()


def test_the_list_says_what_was_taken_in_and_when_the_next_is_due(planning_officer):
    bind()
    one = placed(planning_officer)
    [line] = source_lines(planning_officer, [one])
    assert (line.last, line.due_year, line.due) == (None, 2023, datetime.date(2024, 9, 30))
    take_table(viewer=planning_officer, import_id=staged(planning_officer, one, year_2023()).pk)
    [line] = source_lines(planning_officer, [one])
    assert (line.last.fiscal_year, line.due_year, line.due) == (2023, 2024, datetime.date(2025, 9, 30))


def test_the_layout_is_kept_as_data_that_reads_the_same(planning_officer):
    one = mapped(planning_officer)
    stored = mapping_of(one).layout
    assert Layout.from_json(stored).as_json() == stored
    assert [value["name"] for value in stored["values"]] == [name.split("（")[0] for name in HEAD[1:]]
    fresh = source()
    again = map_table(viewer=planning_officer, source=fresh, version=fresh.version, layout=stored)
    assert again.number == 1 and TableMapping.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"head": {"first": 3, "last": 2, "spread": "blank"}},
        {"keys": []},
        {"values": []},
        {"end": {"rule": "pattern", "pattern": " "}},
        {"marks": {"x": "zero"}},
        {"sheet": {"by": "place", "value": "表1"}},
        {"surprise": 1},
    ],
)
def test_a_layout_that_cannot_be_meant_is_refused(planning_officer, change):
    one = source()
    layout = propose(open_book(year_2023())).as_json() | change
    with pytest.raises(Invalid):
        map_table(viewer=planning_officer, source=one, version=one.version, layout=layout)
    assert not TableMapping.objects.exists()


def test_a_later_decision_for_another_source_closes_the_way(planning_officer):
    bind()
    one = placed(planning_officer)
    decide_binding(
        viewer=given.loader(),
        series=series(),
        valid_from=datetime.date(2023, 4, 1),
        decided_on=datetime.date(2023, 4, 1),
        decision="県の表をやめる",
        source_kind="document",
        via="entry",
    )
    row = staged(planning_officer, one, year_2024(), 2024)
    assert states(planning_officer, row) == ["unbound"]
