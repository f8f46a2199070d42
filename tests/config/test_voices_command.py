"""``jichi voices`` as a person at a terminal meets it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from jichi.config.cli import program, voices
from jichi.config.cli.console import Failure
from jichi.voices.models import Desk, Voice


def run(*arguments: str):
    return CliRunner().invoke(program, ["voices", *arguments], standalone_mode=False)


@pytest.mark.django_db
@pytest.mark.one_database
def test_files_mail_and_proof(city, department, tmp_path, monkeypatch):
    monkeypatch.setattr(voices, "start_django", lambda: None)
    monkeypatch.setattr(voices, "require_installation", lambda: None)
    Desk.objects.create(
        key="trees", mechanism="consultations", context="x:1", title="木陰", department=department
    )
    file = tmp_path / "意見.csv"
    file.write_text("受付ID,意見,ファイル\n1,木を植えて,\n2,,a.txt\n3,,../secret.txt\n", encoding="cp932")
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "a.txt").write_text("手書き", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("秘密", encoding="utf-8")
    done = run("import", "trees", str(file), "--channel", "post", "--scans", str(scans), "--json")
    assert done.return_value == 1
    told = json.loads(done.stdout)
    assert (told["received"], told["problems"], told["first_problems"][0]["line"]) == (2, 1, 4)
    assert "3 rows: 2 taken in" in run("import", "trees", str(file)).stdout
    (scans / "1.eml").write_bytes(b"Message-ID: <1@x>\r\n\r\n" + "賛成です".encode())
    assert "1 taken in" in run("mail", "trees", str(scans)).stdout
    assert Voice.objects.count() == 3
    proof = run("check")
    assert "received         2 = open         2" in proof.stdout
    with pytest.raises(Failure, match="trees"):
        CliRunner().invoke(program, ["voices", "mail", "no-such", str(scans)], catch_exceptions=False)
