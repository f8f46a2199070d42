"""A full disk, a stopped database, hostile input, a form sent twice: no receipt for what was not kept."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, connection
from django.test import Client

from jichi.city import keys, limiting
from jichi.city.attachments import sweep
from jichi.city.models import AuditEntry, SubjectKey
from jichi.consultations.models import Consultation
from jichi.voices.models import Attachment, Contact, Original, Voice
from tests.consultations.conftest import opened, people, prepared, rules_loaded

__all__ = ["opened", "people", "prepared", "rules_loaded"]

SAID = {
    "whole": "夜の明かりを増やしてください。",
    "may_publish": "yes",
    "f_email": "hanako@example.jp",
    "secret": "a-secret-of-this-page",
    "do": "send",
}
RECEIPT = "/receipt/given/"


@pytest.fixture(autouse=True)
def own_callers() -> None:
    """Each test counts its own callers."""
    limiting.windows.clear()


@pytest.fixture
def send(opened: Callable[..., Consultation], client: Client) -> Callable[..., Any]:
    """``send(**fields)``: the form of an open consultation, sent."""
    address = f"/consultations/{opened().key}/say/"
    return lambda **fields: client.post(address, SAID | fields)


def _bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    return data.getvalue()


def _files_on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_a_database_that_stops_gives_no_receipt_and_keeps_what_was_typed(
    send: Callable[..., Any], tmp_path: Path
) -> None:
    entries = AuditEntry.objects.count()

    def stopped(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # After the original, the contact and the file: as late as it can be.
        if sql.startswith('INSERT INTO "voices_voice"'):
            raise InterfaceError("the connection is closed")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stopped):
        answer = send(files=[SimpleUploadedFile("a.txt", "資料".encode())])
    page = answer.content.decode()
    assert answer.status_code == 503 and answer["Retry-After"] and RECEIPT not in page
    assert "夜の明かりを増やしてください。" in page and "hanako@example.jp" in page
    assert 'name="csrfmiddlewaretoken"' in page and "a-secret-of-this-page" in page
    for model in (Voice, Original, Contact, Attachment, SubjectKey):
        assert not model.objects.exists()
    assert AuditEntry.objects.count() == entries
    folder = tmp_path / "files" / "voices"
    assert len(_files_on_disk(folder)) == 1
    assert sweep("voices", known=lambda keys: (), older_than=timedelta(0)) == 1
    assert not _files_on_disk(folder)
    assert send().status_code == 302 and Voice.objects.count() == 1


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_without_asking_it(send: Callable[..., Any]) -> None:
    def away(*_args: Any) -> Any:
        raise InterfaceError("the connection is closed")

    with connection.execute_wrapper(away):
        answer = send()
    assert answer.status_code == 503 and "夜の明かりを増やしてください。" in answer.content.decode()
    assert send().status_code == 302


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a size limit of its own is SQLite's")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_gives_no_receipt_and_nothing_half(send: Callable[..., Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 100}")
    given = 0
    try:
        for number in range(200):
            answer = send(whole=f"{number}" + "明" * 90_000)
            if answer.status_code != 302:
                break
            given += 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    page = answer.content.decode()
    assert answer.status_code == 503 and RECEIPT not in page and "明" * 90_000 in page
    for model in (Voice, Original, Contact, SubjectKey):
        assert model.objects.count() == given
    assert send().status_code == 302 and Voice.objects.count() == given + 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.docx", _bomb()),
        ("photo.jpg", b"MZ\x90\x00" + b"\0" * 500),
        ("notes.txt", b"\x7fELF" + b"\1" * 500),
        ("page.txt", b"<html><script>alert(1)</script></html>"),
        ("all.pdf", b"PK\x03\x04 cut off"),
    ],
)
def test_disguised_and_harmful_files_are_refused_and_the_text_stays(
    send: Callable[..., Any], name: str, content: bytes
) -> None:
    answer = send(files=[SimpleUploadedFile(name, content)])
    page = answer.content.decode()
    assert answer.status_code == 200 and "夜の明かりを増やしてください。" in page and RECEIPT not in page
    assert not Voice.objects.exists() and not Attachment.objects.exists()


@pytest.mark.django_db
def test_a_megabyte_is_answered_with_a_sentence_and_any_sign_is_taken(send: Callable[..., Any]) -> None:
    answer = send(whole="あ" * 349_000)
    assert answer.status_code == 200 and "あ" * 349_000 in answer.content.decode()
    assert send(whole="前\0後").status_code == 302
    assert Original.objects.get().text == "前後"  # no form of ours can hold a NUL
    for text in ("👩‍👩‍👧‍👦" * 2000, "\u202eעברית\u202c", "縺ゅ＞縺", "\ufffe\uffff"):
        assert send(whole=text).status_code == 302
        assert Original.objects.latest("pk").text == text


@pytest.mark.django_db
def test_a_replayed_form_is_one_voice_with_one_number(send: Callable[..., Any], client: Client) -> None:
    pages = [client.get(send(made=made)["Location"]).content.decode() for made in ("", "x", "y")]
    numbers = {found[0] for page in pages if (found := re.search(r"\d{4}-\d{4}-\d{4}-\d{2}", page))}
    assert len(numbers) == 1 and Voice.objects.count() == 1


def test_a_folder_of_keys_that_is_not_there_is_told_and_gives_no_receipt(
    send: Callable[..., Any], own_keys_and_files: None, tmp_path: Path
) -> None:
    assert send()["Location"].startswith(RECEIPT)
    before = Voice.objects.count()
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    keys.forget()
    answer = send(secret="another-secret", whole="鍵のないときの声")
    assert answer.status_code == 503
    assert "鍵のないときの声" in answer.content.decode()
    assert Voice.objects.count() == before
