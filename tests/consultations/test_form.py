"""The form by which anybody says something: nothing typed is lost, nothing is doubled, nobody is shut out."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city import limiting
from jichi.consultations.models import Consultation
from jichi.consultations.saying import Piece, one_text
from jichi.consultations.views import form as form_view
from jichi.voices.models import Attachment, Draft, Original, Voice
from jichi.voices.services import receiving

from .conftest import ConsultationMaker

SAID = {"whole": "賛成です。\r\nただし夜は心配です。", "may_publish": "yes"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    """Each test keeps its own files and counts its own callers."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    limiting.windows.clear()


def _hidden(page: str) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def _url(row: Consultation) -> str:
    return f"/consultations/{row.key}/say/"


@pytest.mark.django_db
def test_from_the_draft_to_the_receipt(opened: ConsultationMaker) -> None:
    row = opened(questions=[{"key": "night", "text": "夜に使いますか。"}])
    client = Client(enforce_csrf_checks=True)
    page = client.get(_url(row) + "?p=1-1&p=2-1&p=none").content.decode()
    data = _hidden(page) | SAID
    assert data["p"] == ["1-1", "2-1"]
    data |= {
        "p_2-1": "木は切らないで。",
        "q_night": "はい。",
        "f_name": "見本 花子",
        "f_email": "h@example.jp",
    }
    review = client.post(_url(row), data | {"do": "check"}).content.decode()
    assert "木は切らないで。" in review and not Voice.objects.exists()
    sent = _hidden(review) | {"do": "send", "files": [SimpleUploadedFile("a.txt", "資料".encode())]}
    done = client.post(_url(row), sent)
    assert done.status_code == 302
    voice = Voice.objects.get()
    original = voice.original
    assert original.text == "賛成です。\nただし夜は心配です。\n\n木は切らないで。\n\nはい。"
    assert [(one["anchor"], one["question"]) for one in original.passages] == [
        ("", ""),
        ("2-1", ""),
        ("", "night"),
    ]
    assert "見本" not in str(original.fields) and voice.has_contact and voice.is_suspect
    assert Attachment.objects.get().name == "a.txt"
    receipt = client.get(done["Location"]).content.decode()
    again = client.post(_url(row), sent | {"files": [SimpleUploadedFile("a.txt", "資料".encode())]})
    assert client.get(again["Location"]).content.decode().count("slip__number") == 1
    assert Voice.objects.count() == 1 and "slip__number" in receipt
    changed = client.post(_url(row), sent | {"whole": "反対です。", "files": []})
    assert changed.status_code == 302 and Voice.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"whole": ""}, "id_whole"),
        ({"whole": "あ" * 100_001}, "id_whole"),
        ({"may_publish": ""}, "id_may_publish"),
        ({"f_email": "keine"}, "id_f_email"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    opened: ConsultationMaker, client: Client, facts: dict[str, str], name: str
) -> None:
    row = opened()
    page = client.post(_url(row), SAID | {"f_name": "見本 太郎", "do": "send"} | facts).content.decode()
    assert f'href="#{name}' in page and "見本 太郎" in page
    assert facts.get("whole", "")[:1000] in page
    assert not Voice.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["😀" * 50, "\u202eabc\u202c עברית", "ã\x81\x82 mojibake", "<script>alert(1)</script>"],
)
def test_any_signs_are_taken_unchanged(opened: ConsultationMaker, client: Client, text: str) -> None:
    row = opened()
    assert (
        "<script>alert" not in client.post(_url(row), SAID | {"whole": text, "do": "check"}).content.decode()
    )
    assert client.post(_url(row), SAID | {"whole": text, "do": "send"}).status_code == 302
    assert Original.objects.get().text == text


@pytest.mark.django_db
def test_a_bad_file_and_a_full_disk_give_no_receipt(
    opened: ConsultationMaker, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = opened()
    program = SimpleUploadedFile("plan.pdf", b"MZ\x90\x00" + b"\0" * 200)
    page = client.post(_url(row), SAID | {"do": "send", "files": [program]})
    assert page.status_code == 200 and "ただし夜は心配です。" in page.content.decode()

    def full(*_args: Any, **_facts: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(receiving.files, "store", full)
    page = client.post(_url(row), SAID | {"do": "send", "files": [SimpleUploadedFile("a.txt", b"x")]})
    assert page.status_code == 503 and "ただし夜は心配です。" in page.content.decode()
    assert not Voice.objects.exists()


@pytest.mark.django_db
def test_a_draft_is_kept_and_only_its_address_opens_it(opened: ConsultationMaker, client: Client) -> None:
    row = opened()
    page = client.post(_url(row), SAID | {"p": "1-1", "p_1-1": "途中", "do": "save"}).content.decode()
    found = re.search(r'href="[^"]*(/consultations/[^"]+/go-on/[^"]+)"', page)
    assert found is not None and "途中".encode() not in bytes(Draft.objects.get().sealed)
    again = client.get(found[1]).content.decode()
    assert "途中" in again and "ただし夜は心配です。" in again
    data = _hidden(again) | SAID | {"do": "send"}
    assert client.post(_url(row), data).status_code == 302
    assert client.get(found[1]).status_code == 404 and not Draft.objects.exists()
    saved = client.post(_url(row), SAID | {"do": "save"}, headers={"Accept": "application/json"}).json()
    assert client.post(f"/consultations/{row.key}/go-on/{saved['draft']}/").status_code == 200
    assert not Draft.objects.exists()


@pytest.mark.django_db
def test_more_passages_are_added_without_losing_anything(opened: ConsultationMaker, client: Client) -> None:
    row = opened()
    page = client.post(_url(row), SAID | {"p": ["1-1"], "more": "2-1", "do": "add"}).content.decode()
    assert 'id="id_p_1-1"' in page and 'id="id_p_2-1"' in page and "ただし夜は心配です。" in page


@pytest.mark.django_db
def test_a_flood_is_told_to_wait_with_its_text(
    opened: ConsultationMaker, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = opened()
    monkeypatch.setattr(form_view, "LIMIT", "1/h")
    client.post(_url(row), SAID | {"do": "check"})
    page = client.post(_url(row), SAID | {"do": "send"})
    assert page.status_code == 429 and "ただし夜は心配です。" in page.content.decode()


@pytest.mark.django_db
def test_requests_and_appeals_go_to_desks_of_their_own(opened: ConsultationMaker, client: Client) -> None:
    row = opened()
    for path, purpose in (("accommodation", "accommodation"), ("appeal", "appeals")):
        url = f"/consultations/{row.key}/{path}/"
        assert "error-summary" in client.post(url, {"text": ""}).content.decode()
        assert client.post(url, {"text": "手話通訳を", "email": "a@example.jp"}).status_code == 302
        voice = Voice.objects.get(desk__purpose=purpose)
        assert voice.wants_reply and not voice.may_publish


@given(st.lists(st.builds(Piece, text=st.text(max_size=40), anchor=st.sampled_from(["", "1", "a5-2"]))))
@settings(max_examples=40)
def test_pieces_are_the_whole_text(pieces: list[Piece]) -> None:
    text, passages = one_text(pieces)
    assert "".join(text[one["start"] : one["end"]] for one in passages) == text
    assert [one["start"] for one in passages] == [0, *(one["end"] for one in passages)][: len(passages)]
    assert "\r" not in text


@pytest.mark.django_db
def test_what_was_typed_stays_on_the_page_when_the_period_has_ended(
    opened: ConsultationMaker, over: Consultation, client: Client
) -> None:
    late = client.post(_url(over), SAID | {"p": "2-1", "p_2-1": "木は切らないで。", "do": "send"})
    page = late.content.decode()
    assert late.status_code == 409 and "ただし夜は心配です。" in page and "木は切らないで。" in page
    other, row = opened(), opened(title="別の案")
    asked = {"accept": "application/json"}
    token = client.post(_url(other), SAID | {"do": "save"}, headers=asked).json()["draft"]
    assert client.post(_url(row), SAID | {"do": "send", "draft": token}).status_code == 302
    assert Draft.objects.count() == 1
