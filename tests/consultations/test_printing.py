"""Notice and result on paper: the city's form, many opinions, and the packet for approval."""

from __future__ import annotations

import dataclasses
import time
from types import SimpleNamespace

import pytest

from jichi.consultations.models import Consultation
from jichi.consultations.printing import packet_files, printed_notice, printed_result
from jichi.consultations.queries.results import result_of
from jichi.consultations.result import OpinionRow, Piece
from jichi.consultations.results.files import dataset_of
from jichi.consultations.services import add_file
from jichi.office.services.packing import require_sound
from jichi.ui.downloads import as_csv
from jichi.ui.paper.document import as_json
from jichi.ui.paper.pdf import pages_of, pdf_of

from .conftest import ConsultationMaker, fresh
from .test_result_pages import published

# The services that these pages call are tested on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
VIEW = "市では、夜間の安全と生きものへの影響の両方を考え、街灯の光を下に向け、時間を区切って点灯します。" * 3


def _words(printed: object) -> str:
    return str(as_json(printed))  # type: ignore[arg-type]


def test_the_print_has_the_citys_form(over: Consultation, people: SimpleNamespace) -> None:
    row = published(over, people)
    words = _words(printed_result(row, result_of(row), published_on=None, address="https://x.example/"))
    for told in ("https://x.example/", "夜道が怖いという意見が多いため", "【", "明かり"):
        assert told in words, told
    assert "朝までつけることとしました。" in words


def test_many_opinions_are_set_in_seconds(over: Consultation, people: SimpleNamespace) -> None:
    row = published(over, people)
    result = result_of(row)
    rows = tuple(
        OpinionRow(
            number=number,
            set=None,
            opinion=None,
            topic=result.rows[number % 2].topic if number > 200 else result.rows[0].topic,
            summary={"ja": f"意見{number}：夜道が怖いので街灯を朝までつけてほしい。"},
            view={"ja": VIEW},
            change={},
            code="1",
            opinions=number,
            submissions=number,
        )
        for number in range(1, 401)
    )
    rows = tuple(sorted(rows, key=lambda one: one.topic))
    large = dataclasses.replace(result, rows=rows)
    begun = time.monotonic()
    pdf = pdf_of(printed_result(row, large, published_on=None))
    assert time.monotonic() - begun < 20
    assert pages_of(pdf) > 20
    assert as_csv(dataset_of(large)).count(b"\r\n") >= 401


def test_hostile_texts_do_not_break_the_print(over: Consultation, people: SimpleNamespace) -> None:
    row = published(over, people)
    result = result_of(row)
    bad = {"ja": "\x00\x07#let x = [*\\u{202e}😀\n\n$" + "長" * 20_000}
    rows = tuple(dataclasses.replace(one, summary=bad, view=bad) for one in result.rows)
    passages = tuple(
        dataclasses.replace(one, new=(Piece(text="#panic()\t", changed=True),), behind=(99,))
        for one in result.passages
    )
    broken = dataclasses.replace(result, rows=rows, passages=passages)
    assert pdf_of(printed_result(row, broken, published_on=None)).startswith(b"%PDF")


def test_the_packets_of_notice_and_result_are_sound(
    over: Consultation, prepared: ConsultationMaker, people: SimpleNamespace
) -> None:
    ready = prepared(questions=[{"key": "q", "text": "夜は何時まで要りますか。"}])
    add_file(
        viewer=people.demo,
        consultation_id=ready.pk,
        title="概要",
        name="gaiyo.txt",
        content="公園の計画の概要です。".encode(),
    )
    notice = packet_files(fresh(ready), "notice")
    require_sound(notice)
    assert [one.name for one in notice] == ["notice.pdf", "form.pdf", "01-gaiyo.txt"]
    words = _words(printed_notice(ready))
    assert "公園の街灯は、夜10時に消します。" in words and "夜は何時まで要りますか。" in words
    result = packet_files(published(over, people), "result")
    require_sound(result)
    assert [one.name for one in result] == ["result.pdf", "result.xlsx", "result.csv", "final.pdf"]
    with pytest.raises(ValueError, match="other"):
        packet_files(over, "other")
