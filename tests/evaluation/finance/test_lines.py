"""Lines of the finance system: taken in whole or told row by row, never overwritten, shared out within 100 %."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.evaluation.finance_file import read_lines, read_shares
from jichi.evaluation.models import BudgetAmount, BudgetLine, BudgetShare, FinanceImport
from jichi.evaluation.queries.finance import lines_for, seen_lines, totals_of
from jichi.evaluation.services.finance import BadRows, share_line, take_in_lines, take_in_shares
from jichi.manifest import Role

LINES = """会計,科目コード,名称,所属,予算額,国庫支出金,市債,その他特財,一般財源
一般会計,02-01-05,市民活動費,青葉課,"12,000",3000,-,,9000
一般会計,02-01-06,広報費,紅花課,8000,0,0,0,8000
特別会計,02-01-05,基金,茶畑課,０,,,,
"""
SHARES = """会計,科目コード,事務事業コード,按分率
一般会計,02-01-05,1-1-01,60
一般会計,02-01-05,1-1-02,40%
一般会計,02-01-06,1-2-01,33.333
"""

pytestmark = pytest.mark.django_db


def take(viewer: Any, text: str = LINES, kind: str = "estimate", **more: Any) -> Any:
    facts = {
        "fiscal_year": 2023,
        "filename": "lines.csv",
        "content": text.encode(),
        "kind": kind,
        "unit": 1000,
    }
    return take_in_lines(viewer=viewer, **{**facts, **more})


def share(viewer: Any, text: str = SHARES, **more: Any) -> Any:
    return take_in_shares(
        viewer=viewer, fiscal_year=2023, filename="shares.csv", content=text.encode(), **more
    )


def line(code: str = "02-01-05", account: str = "一般会計") -> BudgetLine:
    return BudgetLine.objects.get(code=code, account=account)


def test_lines_are_taken_in_with_their_sources_in_yen(people: Any) -> None:
    taken = take(people.planner)
    assert (taken.new, taken.changed, taken.same) == (3, 0, 0)
    amount = line().amounts.get()
    assert (amount.amount, amount.national, amount.bonds, amount.other) == (12_000_000, 3_000_000, None, None)
    assert line(account="特別会計").amounts.get().amount == 0
    assert line("02-01-06").amounts.get().bonds == 0
    assert FinanceImport.objects.get().row_count == 3


def test_the_same_file_again_changes_nothing_and_another_amount_is_another_revision(people: Any) -> None:
    take(people.planner)
    assert take(people.planner).same == 3
    changed = take(people.planner, LINES.replace('"12,000",3000,-,,9000', "13000,,,,"))
    assert (changed.new, changed.changed, changed.same) == (0, 1, 2)
    assert list(line().amounts.values_list("revision", "amount")) == [(1, 12_000_000), (2, 13_000_000)]


def test_a_file_counts_again_after_another_one(people: Any) -> None:
    take(people.planner)
    take(people.planner, LINES.replace('"12,000",3000,-,,9000', "13000,,,,"))
    again = take(people.planner)
    assert (again.new, again.changed, again.same) == (0, 1, 2)
    assert line().amounts.order_by("revision").last().amount == 12_000_000
    assert FinanceImport.objects.count() == 2


def test_a_file_taken_in_by_the_wrong_unit_is_taken_in_again(people: Any) -> None:
    take(people.planner, unit=1)
    assert take(people.planner, unit=1000).changed == 2
    assert line().amounts.order_by("revision").last().amount == 12_000_000


def test_lines_known_by_long_codes_are_never_made_one(people: Any) -> None:
    long = "0" * 40
    text = f"会計,科目コード,名称,予算額\n一般,{long}1,甲,1\n一般,{long}2,乙,2\n"
    with pytest.raises(BadRows) as refused:
        take(people.planner, text)
    assert [one.row for one in refused.value.bad] == [2, 3]
    assert not BudgetLine.objects.exists()


def test_thousands_written_out_are_not_read_as_yen(people: Any) -> None:
    text = "会計,科目コード,名称,予算額\n一般,1,甲,12千円\n"
    with pytest.raises(BadRows):
        take(people.planner, text, unit=1)
    assert take(people.planner, text, unit=1000).new == 1


def test_of_very_many_bad_rows_the_first_are_told(people: Any) -> None:
    rows = "".join(f"一般,{number},甲,多い\n" for number in range(300))
    with pytest.raises(BadRows) as refused:
        take(people.planner, f"会計,科目コード,名称,予算額\n{rows}")
    assert len(refused.value.bad) == 300
    assert len(refused.value.messages["file"]) == 51


def test_the_list_of_lines_bears_any_year_in_its_address(people: Any, client_as: Any) -> None:
    take(people.planner)
    for year in ("9" * 5000, "²", "-1", "x"):
        assert (
            client_as(Role.PLANNING_OFFICER).get(reverse("staff-finance"), {"year": year}).status_code == 200
        )


def test_estimate_and_settled_account_are_two_values(people: Any) -> None:
    take(people.planner)
    take(people.planner, LINES.replace("8000,0,0,0,8000", "7000,,,,"), kind="settled")
    (_first, seen, _third) = seen_lines(list(lines_for(people.planner, 2023)))
    assert seen.estimate is not None and seen.settled is not None
    assert (seen.estimate.amount, seen.settled.amount) == (8_000_000, 7_000_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_files_of_both_encodings(people: Any, encoding: str) -> None:
    assert take(people.planner, content=LINES.encode(encoding)).new == 3


def test_a_workbook_whose_heads_stand_lower(people: Any) -> None:
    book = openpyxl.Workbook()
    book.active.append(["令和5年度 歳出予算"])
    for row in LINES.splitlines():
        book.active.append([cell.strip('"') for cell in row.replace('"12,000"', "12000").split(",")])
    buffer = io.BytesIO()
    book.save(buffer)
    assert take(people.planner, content=buffer.getvalue()).new == 3


BAD = """会計,科目コード,名称,予算額,国庫支出金,市債,その他特財,一般財源
一般会計,1,よい行,100,,,,
一般会計,2,和が違う,100,10,20,30,41
一般会計,,名だけ,100,,,,
一般会計,1,二度目,100,,,,
一般会計,5,字,たくさん,,,,
"""


def test_bad_rows_are_told_by_line_and_nothing_is_taken(people: Any) -> None:
    with pytest.raises(BadRows) as refused:
        take(people.planner, BAD)
    assert [one.row for one in refused.value.bad] == [3, 4, 5, 6]
    assert not BudgetLine.objects.exists() and not FinanceImport.objects.exists()
    taken = take(people.planner, BAD, skips_bad=True)
    assert (taken.new, len(taken.bad)) == (1, 4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01",
        "名称,予算額\nあ,1\n".encode(),
        "科目コード,名称,予算額\n".encode(),
        "コード".encode("utf-16"),
    ],
)
def test_files_that_are_none_are_refused_in_words(people: Any, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        take(people.planner, content=content)
    assert refused.value.messages["file"]


@pytest.mark.parametrize(
    ("place", "facts"), [("kind", {"kind": "x"}), ("fiscal_year", {"fiscal_year": 1}), ("unit", {"unit": 7})]
)
def test_what_is_said_beside_the_file_must_make_sense(people: Any, place: str, facts: Any) -> None:
    with pytest.raises(Invalid) as refused:
        take(people.planner, **facts)
    assert list(refused.value.messages) == [place]


def test_shares_are_many_to_many(people: Any, plan: Any) -> None:
    take(people.planner)
    taken = share(people.planner)
    assert (taken.new, taken.changed) == (2, 0)
    assert list(line().shares.order_by("node__code").values_list("node__code", "percent")) == [
        ("1-1-01", Decimal(60)),
        ("1-1-02", Decimal(40)),
    ]
    assert totals_of(people.planner, 2023).unshared == 2
    assert share(people.planner).same == 2


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("一般会計,9,1-1-01,5", "9"),
        ("一般会計,02-01-05,9-9-99,5", "9-9-99"),
        ("一般会計,02-01-05,1-1-01,1", "1-1-01"),
        ("一般会計,02-01-05,1-2-01,0.5", "100"),
        ("一般会計,02-01-05,1-2-01,0", "0"),
        ("一般会計,02-01-05,1-2-01,1e2", "1e2"),
    ],
)
def test_a_share_that_cannot_be_is_told_with_its_row(people: Any, plan: Any, row: str, word: str) -> None:
    take(people.planner)
    with pytest.raises(BadRows) as refused:
        share(people.planner, SHARES + row + "\n")
    assert [one.row for one in refused.value.bad] == [5]
    assert word in refused.value.bad[0].sentence
    assert not BudgetShare.objects.exists()


def test_the_database_itself_keeps_the_whole(people: Any, plan: Any) -> None:
    take(people.planner)
    share(people.planner)
    node = plan.nodes.get(code="1-2-01")
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetShare.objects.create(line=line(), node=node, percent=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetAmount.objects.update(amount=1)


def test_two_who_share_a_line_at_once(people: Any, plan: Any) -> None:
    take(people.planner)
    one, two = (plan.nodes.get(code=code).pk for code in ("1-1-01", "1-1-02"))
    share_line(viewer=people.planner, line_id=line().pk, shares={one: Decimal(100)}, seen={})
    with pytest.raises(Conflict):
        share_line(viewer=people.other_planner, line_id=line().pk, shares={two: Decimal(50)}, seen={})
    assert line().shares.get().node_id == one


def test_who_may(people: Any, plan: Any) -> None:
    take(people.planner)
    for viewer in (people.a, people.bureau, people.reviewer, people.council, people.auditor, people.stranger):
        with pytest.raises(NotAllowed):
            take(viewer)
        with pytest.raises(NotAllowed):
            share(viewer)
    assert not lines_for(people.a, 2023).exists()
    assert lines_for(people.auditor, 2023).count() == 3


def test_the_pages(people: Any, plan: Any, client_as: Any) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    address = reverse("staff-finance-upload")

    def send(text: str, **more: Any) -> Any:
        file = io.BytesIO(text.encode())
        file.name = "行.csv"
        facts = {"kind": "estimate", "fiscal_year": 2023, "unit": 1000, "file": file}
        return client.post(address, {**facts, **more})

    refused = send(BAD, fiscal_year=2023)
    assert refused.status_code == 422 and 'value="2023"' in refused.content.decode()
    assert send(LINES).status_code == 302
    assert send(SHARES, kind="shares").status_code == 302
    listed = client.get(reverse("staff-finance"), {"year": "2023", "only": "unshared"}).content.decode()
    assert "広報費" in listed and "市民活動費" not in listed
    page = client.get(reverse("staff-finance-line", args=[line().pk])).content.decode()
    assert "12,000,000" in page and "1-1-01" in page
    shares = reverse("staff-finance-shares", args=[line().pk])
    seen = client.get(shares).context["form"].initial["seen"]
    wrong = client.post(shares, {"seen": seen, "node_0": plan.nodes.get(code="1-1-01").pk})
    assert wrong.status_code == 422
    late = client.post(shares, {"seen": "", "node_0": plan.nodes.get(code="1-1-01").pk, "percent_0": "50"})
    assert late.status_code == 409
    done = client.post(shares, {"seen": seen, "node_0": plan.nodes.get(code="1-1-01").pk, "percent_0": "50"})
    assert done.status_code == 302 and line().shares.get().percent == 50
    file = client.get(reverse("staff-finance-file", args=[FinanceImport.objects.first().pk]))
    assert file.content == LINES.encode()


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (lambda content: read_lines(content, unit=1), read_shares):
        try:
            read(f"科目コード,名称,予算額,事務事業コード,按分率\n{text}".encode("utf-8", "ignore"))
        except Invalid as refused:
            assert refused.messages["file"]
