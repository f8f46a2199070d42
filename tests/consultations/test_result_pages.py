"""The published result on its pages, in the API, and as files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from types import SimpleNamespace

import jsonschema
import pytest
from django.core.cache import cache
from django.test import Client

from jichi.consultations.models import Consultation
from jichi.consultations.queries.results import published_result, result_of
from jichi.consultations.results.finding import Asked, rows_found
from jichi.consultations.services import (
    add_text,
    correct_result,
    dispose,
    explain_change,
    keep_draft,
    publish_result,
    withdraw,
)
from jichi.site.api.application import openapi

from .conftest import BENCH, DARK, DRAFT, LIGHT, ConsultationMaker, desk_of, fresh
from .saying import say, set_of, topic

# The services that these pages call are tested on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HOSTILE = "<script>alert(1)</script>\u202e=cmd|' /C calc'!A0😀"


def published(row: Consultation, people: SimpleNamespace) -> Consultation:
    """The consultation with its result out: one set changed the draft, against the wish of another."""
    topic(desk_of(row), "light", "明かり", LIGHT, DARK)
    for text, code, view in (
        (LIGHT, "1", "朝までつけることとしました。"),
        (DARK, "4", "=1+1 街灯の光は下に向けます。"),
        (BENCH, "2", HOSTILE),
    ):
        dispose(
            viewer=people.demo,
            consultation_id=row.pk,
            set_id=set_of(desk_of(row), text).pk,
            code=code,
            summary=f"要旨 {text}",
            view=view,
            change="夜10時を朝に改める。" if code == "1" else "",
            promise={"text": "点灯時間を公表します。"} if code == "1" else None,
        )
    final = add_text(
        viewer=people.demo,
        consultation_id=row.pk,
        content=DRAFT.replace("夜10時に消します", "朝までつけます"),
        filename="f.md",
        kind="final",
    )
    (changed,) = result_of(fresh(row)).passages
    explain_change(
        viewer=people.demo,
        text_id=final.pk,
        anchor=changed.anchor,
        reason="夜道が怖いという意見が多いため",
        behind=[set_of(desk_of(row), LIGHT).pk],
        against=[set_of(desk_of(row), DARK).pk],
    )
    publish_result(viewer=people.demo, consultation_id=row.pk, version=fresh(row).version)
    return fresh(row)


def _text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def test_the_result_in_every_form(over: Consultation, people: SimpleNamespace, client: Client) -> None:
    url = f"/consultations/{over.key}/result/"
    for path in ("result/", "result/changes/", "result.pdf", "result.json"):
        _text(client, f"/consultations/{over.key}/{path}", 404)
    _text(client, f"/api/v1/consultations/{over.key}/result", 404)
    row = published(over, people)
    result = published_result(row)
    assert result is not None
    anchor = result.passages[0].anchor

    page = _text(client, "/en" + url)
    assert "3 submissions with 5 opinions came in; 2 changed the draft" in page.replace("\u2060", "").replace(
        '<span class="nowrap">', ""
    ).replace("</span>", "").replace("\u00a0", " ")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    assert "<del>" in page and "<ins>" in page and f'id="p-{anchor}"' in page
    assert "Late, and counted apart: 1 submission" in page
    assert "夜道が怖いという意見が多いため" in page and "/undertakings/" in page

    for query, there, gone in (
        (f"?passage={anchor}", LIGHT, BENCH),
        ("?code=2", BENCH, DARK),
        ("?q=虫や鳥", DARK, BENCH),
        ("?no=1", "要旨", "朝まで\0"),
        ("?topic=-", BENCH, DARK),
        ("?q=%00%E3%80%80&code=zz&page=999&no=-1", LIGHT, "\0"),
    ):
        found = _text(client, url + query).split('id="rows"')[1]
        assert there in found and gone not in found, query
    assert "該当" in _text(client, url + "?q=どこにもない") or "No opinion fits" in _text(
        client, url + "?q=どこにもない"
    )
    assert "<ins>" in _text(client, url + "changes/")
    for bad in ("result.exe", "result/?edition=7"):
        _text(client, f"/consultations/{over.key}/{bad}", 404)

    files = {
        form: client.get(f"/consultations/{over.key}/result.{form}").content
        for form in ("csv", "xlsx", "json")
    }
    assert files["csv"].startswith(b"\xef\xbb\xbf") and files["xlsx"].startswith(b"PK")
    lines = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert len(lines) == 1 + len(result.rows) + len(result.apart.late_rows)
    assert any(cell.startswith("'=1+1") for line in lines for cell in line)
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    edition = row.editions.get()
    assert hashlib.sha256(files["json"]).hexdigest() == edition.digest
    cache.clear()
    answer = client.get(f"/consultations/{over.key}/result.pdf")
    assert answer.content.startswith(b"%PDF") and answer["Content-Type"] == "application/pdf"

    document = openapi()
    for path, address in (
        ("/api/v1/consultations", "/api/v1/consultations"),
        ("/api/v1/consultations/{key}", f"/api/v1/consultations/{row.key}"),
        ("/api/v1/consultations/{key}/result", f"/api/v1/consultations/{row.key}/result"),
    ):
        body = json.loads(_text(client, address))
        responses = document["paths"][path]["get"]["responses"]
        schema = (responses.get(200) or responses.get("200"))["content"]["application/json"]["schema"]
        jsonschema.validate(body, {**schema, "components": document["components"]})
    assert body["result"]["opinions"] == 5 and body["edition"]["sha256"] == edition.digest
    _text(client, "/api/v1/consultations/nothing", 404)


def test_a_correction_shows_its_reason_and_the_older_edition_stays(
    over: Consultation, people: SimpleNamespace, client: Client
) -> None:
    row = published(over, people)
    dispose(
        viewer=people.demo,
        consultation_id=row.pk,
        set_id=set_of(desk_of(row), BENCH).pk,
        code="2",
        summary="要旨を直しました",
        view="考え方も直しました",
        version=row.dispositions.get(set=set_of(desk_of(row), BENCH)).version,
    )
    correct_result(
        viewer=people.demo, consultation_id=row.pk, version=fresh(row).version, reason="要旨が誤っていたため"
    )
    url = f"/consultations/{row.key}/result/"
    now, old = _text(client, url), _text(client, url + "?edition=1")
    assert "要旨が誤っていたため" in now and "考え方も直しました" in now and "?edition=1" in now
    assert "考え方も直しました" not in old and "&lt;script&gt;" in old
    assert "edition=1" in old.split('id="rows"')[1]


def test_nothing_came_in_and_a_withdrawn_proposal_say_so(
    closed: ConsultationMaker, people: SimpleNamespace, client: Client
) -> None:
    empty, gone = closed(key="empty"), closed(key="gone")
    keep_draft(viewer=people.demo, consultation_id=empty.pk)
    publish_result(viewer=people.demo, consultation_id=empty.pk, version=fresh(empty).version)
    say(desk_of(gone), LIGHT)
    withdraw(
        viewer=people.demo,
        consultation_id=gone.pk,
        version=fresh(gone).version,
        reason="国の法律が変わったため",
    )
    publish_result(viewer=people.demo, consultation_id=gone.pk, version=fresh(gone).version)
    assert "Nobody sent an opinion" in _text(client, "/en/consultations/empty/result/")
    page = _text(client, "/en/consultations/gone/result/")
    assert "The city withdrew the proposal; " in page and "国の法律が変わったため" in page
    for key in ("empty", "gone"):
        assert client.get(f"/consultations/{key}/result.pdf").content.startswith(b"%PDF")


def test_rows_are_found_by_words_in_any_width_and_case(over: Consultation, people: SimpleNamespace) -> None:
    result = published_result(published(over, people))
    assert result is not None
    for text, count in (("ＣＭＤ", 1), ("街灯 要旨", 2), ("街灯\u3000虫", 1), ("", 3), ("ない言葉", 0)):
        asked = Asked.given({"q": text}, result)
        assert len(rows_found(result, asked)) == count, text
