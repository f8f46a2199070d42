"""Keys outside the database: made once, checked before use, rotated, destroyed; look-up and sealing."""

from __future__ import annotations

import dataclasses
import json
import uuid

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city import keys
from jichi.city.errors import NotAllowed
from jichi.city.keys import checks
from jichi.city.models import AuditEntry, KeyFingerprint, SubjectKey
from jichi.city.viewers import system_viewer
from jichi.config.cli import keys as commands
from jichi.config.environment import EnvironmentProblem, read_environment
from jichi.manifest import Role


@pytest.fixture
def own_keys(settings, tmp_path, db):
    """A folder of keys of this test's own."""
    settings.JICHI = dataclasses.replace(settings.JICHI, home=tmp_path, keys=tmp_path / "keys")
    keys.forget()
    yield tmp_path / "keys"
    keys.forget()


def test_a_key_is_made_once_in_a_private_folder_and_noted(own_keys):
    first = keys.key("lookup")
    assert len(first) == 32
    keys.forget()
    assert keys.key("lookup") == first
    assert own_keys.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in own_keys.iterdir()] == ["lookup-1.key"]
    assert (own_keys / "lookup-1.key").stat().st_mode & 0o777 == 0o600
    assert KeyFingerprint.objects.get().fingerprint == keys.fingerprint(first)
    assert list(checks.fit()) == []
    with pytest.raises(ValueError, match="no key has the purpose"):
        keys.key("anything")


@pytest.mark.parametrize("how", ["missing", "other", "cut"])
def test_a_folder_that_does_not_fit_is_named_before_anything_is_written(own_keys, how):
    keys.new_subject()
    path = own_keys / "contact-1.key"
    if how == "missing":
        path.unlink()
    else:
        path.chmod(0o600)
        path.write_text("jichi-key/1 " + "QUFB" * 10 + "QUE=\n" if how == "other" else "jichi-key/1 abc")
    keys.forget()
    with pytest.raises(keys.KeyWrong if how == "other" else keys.KeyMissing, match="contact-1"):
        keys.new_subject()
    assert SubjectKey.objects.count() == 1
    assert path.exists() is (how != "missing")  # no other is made in its place
    assert [problem.where for problem in checks.fit()] == ["key contact-1"]


def test_others_must_not_read_the_folder(own_keys):
    keys.key("digest")
    (own_keys / "digest-1.key").chmod(0o640)
    assert [problem.mend for problem in checks.fit()] == [f"chmod 600 {own_keys / 'digest-1.key'}"]


def test_what_a_subject_wrote_opens_only_for_her_and_in_its_place(own_keys):
    one, other = keys.new_subjects(2)
    sealed = keys.encrypt(one, "山田 044".encode(), b"voices.contact")
    assert keys.encrypt(one, "山田 044".encode(), b"voices.contact") != sealed
    one = SubjectKey.objects.get(pk=one.pk)  # as the database gives it back
    assert keys.decrypt(one, memoryview(sealed), b"voices.contact").decode() == "山田 044"
    for subject, text, context in [
        (other, sealed, b"voices.contact"),
        (one, sealed, b"office.message"),
        (one, sealed[:-1], b"voices.contact"),
        (one, b"", b"voices.contact"),
    ]:
        with pytest.raises(keys.Damaged):
            keys.decrypt(subject, text, context)
    other.wrapped = one.wrapped  # a wrapped key moved to another row
    with pytest.raises(keys.Damaged):
        keys.decrypt(other, sealed, b"voices.contact")


def test_a_destroyed_key_is_gone_and_stays_so(own_keys, viewer_as):
    subject, other = keys.new_subjects(2)
    sealed = keys.encrypt(subject, b"x", b"c")
    with pytest.raises(NotAllowed):
        keys.destroy_subject(viewer=viewer_as(Role.AUDITOR), subject=subject, reason="asked")
    keys.destroy_subject(viewer=viewer_as(Role.PLANNING_OFFICER), subject=subject, reason="asked")
    with pytest.raises(keys.KeyDestroyed):
        keys.decrypt(subject, sealed, b"c")
    assert AuditEntry.objects.get(act="city.subject:destroy").object_id == str(subject.pk)
    ids = [subject.pk, other.pk, uuid.uuid4()]
    assert keys.destroy_subjects(viewer=system_viewer("worker"), subjects=ids, reason="time") == 1
    for change in ({"wrapped": b"1", "destroyed_at": None}, {"wrapped": b"1"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SubjectKey.objects.filter(pk=subject.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SubjectKey.objects.create(wrapped=b"", key_version=1)


def test_rotation_wraps_all_anew_and_goes_on_where_it_was_stopped(own_keys, monkeypatch):
    monkeypatch.setattr("jichi.city.keys.rotation_services.BATCH", 2)
    subjects = keys.new_subjects(5)
    sealed = [keys.encrypt(one, b"text", b"c") for one in subjects]
    keys.destroy_subjects(viewer=system_viewer("worker"), subjects=[subjects[4].pk], reason="time")

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keys.rotate_keys(viewer=system_viewer("keys"), pause=0, progress=stop)
    assert keys.subjects_by_version() == {1: 2, 2: 2}
    assert keys.rotate_keys(viewer=system_viewer("keys"), pause=0) == (2, 2)
    assert keys.versions("contact") == (1, 2) and keys.subjects_by_version() == {2: 4}
    (own_keys / "contact-1.key").unlink()  # after the backups of its time have expired
    keys.forget()
    for one, text in zip(subjects[:4], sealed, strict=False):
        assert keys.decrypt(SubjectKey.objects.get(pk=one.pk), text, b"c") == b"text"
    assert list(checks.fit()) == []


@pytest.mark.parametrize(
    ("text", "normal"),
    [("Ｙａｍａｄａ@Example.JP ", "yamada@example.jp"), ("a.b+c@例え.jp", "a.b+c@xn--r8jz45g.jp")],
)
def test_mail_has_one_form(text, normal):
    assert keys.normal_mail(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("０４４－２００－１２３４", "0442001234"),
        ("+81 (0)44-200-1234", "0442001234"),
        ("+1 415 555 0100", "+14155550100"),
    ],
)
def test_a_telephone_number_has_one_form(text, normal):
    assert keys.normal_phone(text) == normal


@given(st.text(max_size=60))
@settings(max_examples=40)
def test_normal_forms_are_refused_or_stay_as_they_are(text):
    for normal in (keys.normal_mail, keys.normal_phone):
        try:
            found = normal(text)
        except ValueError:
            continue
        assert normal(found) == found


def test_look_up_needs_the_key_and_keeps_kinds_apart(own_keys):
    found = keys.lookup_hash(keys.MAIL, "a@example.jp")
    assert len(found) == 64 and found == keys.lookup_hash(keys.MAIL, "a@example.jp")
    assert found != keys.lookup_hash(keys.PHONE, "a@example.jp")
    assert keys.keyed_digest(b"salt", b"text") != keys.keyed_digest(b"sal", b"ttext")
    (own_keys / "lookup-1.key").unlink()
    keys.forget()
    with pytest.raises(keys.KeyMissing):
        keys.lookup_hash(keys.MAIL, "a@example.jp")


@given(st.binary(max_size=200))
@settings(max_examples=20)
def test_a_sealed_file_opens_for_its_holder_alone(data):
    private, public = keys.new_pair()
    sealed = keys.seal_for(public, data)
    assert keys.open_sealed(private, sealed) == data
    assert keys.seal_for(public, data) != sealed
    with pytest.raises(keys.NotForThisKey):
        keys.open_sealed(keys.new_pair()[0], sealed)
    for place in (0, 14, 30, 60, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises((keys.Damaged, keys.NotForThisKey)):
            keys.open_sealed(private, bytes(changed))
    with pytest.raises(keys.Damaged):
        keys.open_sealed(private, sealed[:50])


def test_a_pair_is_written_once_and_found_by_its_name(own_keys):
    assert keys.public_key("casework") is None
    answer = CliRunner().invoke(commands.command, ["new-pair", "casework", "--out", str(own_keys)])
    assert answer.exit_code == 0, answer.output
    public, private = keys.public_key("casework"), keys.private_key("casework")
    assert keys.open_sealed(private, keys.seal_for(public, b"x")) == b"x"
    assert (own_keys / "casework.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        keys.write_pair("casework", own_keys)
    with pytest.raises(ValueError, match="called"):
        keys.write_pair("../x", own_keys)
    assert keys.private_key("casework") == private
    (own_keys / "casework.pub").write_text("nothing")
    with pytest.raises(keys.Damaged):
        keys.public_key("casework")


def test_the_command_lists_keys_without_showing_one(own_keys, monkeypatch):
    monkeypatch.setattr(commands, "start_django", lambda: None)
    monkeypatch.setattr(commands, "require_installation", lambda: None)
    keys.new_subjects(3)
    answer = CliRunner().invoke(commands.command, ["list", "--json"])
    assert json.loads(answer.output) == [{"key": "contact-1", "newest": True, "subjects": 3}]
    assert CliRunner().invoke(commands.command, ["check"], standalone_mode=False).return_value == 0
    answer = CliRunner().invoke(commands.command, ["rotate"])
    assert answer.exit_code == 0 and keys.subjects_by_version() == {2: 3}


def test_keys_may_not_lie_where_files_are_copied_or_served(tmp_path):
    with pytest.raises(EnvironmentProblem, match="JICHI_KEYS"):
        read_environment({"JICHI_HOME": str(tmp_path), "JICHI_KEYS": str(tmp_path / "files" / "keys")})
    found = read_environment({"JICHI_HOME": str(tmp_path), "JICHI_KEYS": str(tmp_path / "other")})
    assert found.keys == tmp_path / "other"
