"""The workbench of a consultation, page by page and act by act, as its officer walks through it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jichi.city.models import Department
from jichi.consultations.models import Consultation, Disposition
from jichi.manifest import Role
from jichi.voices.models import Wording

from .conftest import BENCH, DARK, DRAFT, LIGHT, ConsultationMaker, desk_of, fresh
from .saying import set_of

# The services that these pages call are tested on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

PAGES = (
    "staff-consultation",
    "staff-consultation-facts",
    "staff-consultation-texts",
    "staff-consultation-plain",
    "staff-consultation-sets",
    "staff-consultation-topics",
    "staff-consultation-dispositions",
    "staff-consultation-changes",
    "staff-consultation-result",
)


@pytest.fixture
def officer_client(client_as: Any, department: Department) -> Client:
    """The browser of the office's officer."""
    return client_as(Role.OFFICER, department)


def unchanging(row: Consultation) -> str:
    """A code that does not say that the draft was changed."""
    return str(next(one["code"] for one in row.scheme.codes if not one["changes_draft"]))


def page(client: Client, name: str, *args: Any, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, name
    return answer.content.decode()


def test_every_page_opens_with_what_it_is_about(officer_client: Client, over: Consultation) -> None:
    for name in PAGES:
        text = page(officer_client, name, over.pk)
        assert "Traceback" not in text
        assert text.count("<h1") == 1
    assert "公園の計画" in page(officer_client, "staff-consultations")
    found = set_of(desk_of(over), LIGHT)
    assert LIGHT in page(officer_client, "staff-consultation-set", over.pk, found.pk)
    assert LIGHT in page(officer_client, "staff-consultation-dispose", over.pk, found.pk)
    for name in ("edit", "extend", "withdraw", "put-up-result", "publish-result", "add-text"):
        status = 404 if name in ("extend", "withdraw") else 200
        page(officer_client, f"staff-consultation-{name}", over.pk, status=status)


def test_a_disposition_is_given_and_the_next_set_follows(
    officer_client: Client, over: Consultation, people: SimpleNamespace
) -> None:
    found = set_of(desk_of(over), LIGHT)
    address = reverse("staff-consultation-dispose", args=[over.pk, found.pk])
    bad = officer_client.post(address, {"code": "", "summary": "街灯", "view": ""})
    assert bad.status_code == 422
    assert "街灯" in bad.content.decode()
    changing = next(one["code"] for one in over.scheme.codes if one["changes_draft"])
    facts = {"summary": "街灯を朝まで", "view": "検討します。"}
    unsaid = officer_client.post(address, facts | {"code": changing})
    assert unsaid.status_code == 422
    assert 'aria-invalid="true"' in unsaid.content.decode()
    code = unchanging(over)
    good = officer_client.post(address, facts | {"code": code})
    assert good.status_code == 302
    assert Disposition.objects.get(set=found).code == code
    others = {set_of(desk_of(over), text).pk for text in (DARK, BENCH)}
    assert any(str(pk) in good["Location"] for pk in others)
    again = officer_client.post(address, {"code": code, "summary": "別の人", "view": "別の考え"})
    assert again.status_code == 409


def test_a_text_is_masked_by_hand_and_shown(officer_client: Client, over: Consultation) -> None:
    wording = Wording.objects.get(desk=over.desk, set=set_of(desk_of(over), DARK))
    address = reverse("staff-consultation-texts", args=[over.pk])
    facts = {"wording": wording.pk, "version": wording.version, "decision": "shown"}
    wrong = officer_client.post(address, facts | {"more": "ここにない言葉"})
    assert wrong.status_code == 422
    done = officer_client.post(address, facts | {"more": "虫や鳥"})
    assert done.status_code == 302
    wording.refresh_from_db()
    assert wording.decision == "masked"
    assert "虫や鳥" not in wording.masked


def test_sets_are_put_together_and_keep_a_disposition(officer_client: Client, over: Consultation) -> None:
    desk = desk_of(over)
    light, dark = set_of(desk, LIGHT), set_of(desk, DARK)
    give = reverse("staff-consultation-dispose", args=[over.pk, dark.pk])
    officer_client.post(give, {"code": unchanging(over), "summary": "明かり", "view": "考え"})
    address = reverse("staff-consultation-shape-sets", args=[over.pk])
    officer_client.post(address, {"set": [light.pk, dark.pk], "act": "merge"})
    dark.refresh_from_db()
    assert dark.merged_into_id == light.pk
    assert Disposition.objects.get().set_id == light.pk


def test_another_office_sees_nothing(
    client_as: Any, other_department: Department, over: Consultation
) -> None:
    stranger = client_as(Role.OFFICER, other_department)
    for name in PAGES:
        page(stranger, name, over.pk, status=404)


def test_a_consultation_is_prepared_and_changed_on_its_pages(
    officer_client: Client, rules_loaded: None, department: Department
) -> None:
    facts = {
        "title": "自転車の計画（案）",
        "kind": "plan",
        "post_rule": "arrival",
        "opinions_shown": "never",
        "department_id": department.pk,
        "questions": "いつ使いますか",
    }
    made = officer_client.post(reverse("staff-consultation-new"), facts)
    assert made.status_code == 302
    row = Consultation.objects.get(title="自転車の計画（案）")
    changed = officer_client.post(
        reverse("staff-consultation-edit", args=[row.pk]),
        facts | {"version": row.version, "title_en": "Plan for bicycles", "summary": "自転車道を作ります。"},
    )
    assert changed.status_code == 302
    row = fresh(row)
    assert row.translations["en"]["title"] == "Plan for bicycles"
    assert row.questions[0]["text"] == "いつ使いますか"


def test_one_text_moves_and_one_opinion_has_a_disposition_of_its_own(
    officer_client: Client, over: Consultation
) -> None:
    desk = desk_of(over)
    light, dark = set_of(desk, LIGHT), set_of(desk, DARK)
    assert light.representative is not None
    moved = light.representative
    text = page(officer_client, "staff-consultation-said", over.pk, moved.pk)
    assert text.count("staff/voices/") >= 2
    mine = moved.opinions.order_by("pk")[0]
    alone = reverse("staff-consultation-dispose-one", args=[over.pk, mine.pk])
    assert officer_client.get(alone).status_code == 200
    facts = {"code": unchanging(over), "summary": "例外", "view": "この件だけの考え"}
    assert officer_client.post(alone, facts).status_code == 302
    assert Disposition.objects.get().opinion_id == mine.pk
    shape = reverse("staff-consultation-shape-set", args=[over.pk, light.pk])
    nowhere = {"act": "move", "wording": moved.pk, "into": "999999"}
    officer_client.post(shape, nowhere)
    assert set_of(desk, LIGHT).pk == light.pk
    officer_client.post(shape, nowhere | {"into": f"#{dark.pk}"})
    assert set_of(desk, LIGHT).pk == dark.pk


def test_a_submission_is_divided_otherwise_and_stays_whole(
    officer_client: Client, over: Consultation
) -> None:
    voice = desk_of(over).voices.filter(channel="counter").get()
    address = reverse("staff-voice-parts", args=[voice.pk])
    facts = {"version": voice.version, "part": 0}

    def parts() -> list[tuple[str, str]]:
        text = voice.original.text
        return [(one.kind, text[one.start : one.end]) for one in voice.opinions.order_by("position")]

    assert officer_client.post(address, facts | {"act": "cut", "words": "無い言葉"}).status_code == 422
    assert officer_client.post(address, facts | {"act": "cut", "words": "街灯は早く"}).status_code == 302
    assert [text for _kind, text in parts()] == [
        DARK[: DARK.index("街灯は早く")],
        "街灯は早く消してください。",
        BENCH,
    ]
    stale = officer_client.post(address, facts | {"act": "join"})
    assert stale.status_code == 302
    assert len(parts()) == 3
    voice.refresh_from_db()
    facts["version"] = voice.version
    officer_client.post(address, facts | {"act": "kind"})
    assert parts()[0][0] == "frame"
    voice.refresh_from_db()
    officer_client.post(address, {"version": voice.version, "part": 0, "act": "join"})
    assert parts() == [("opinion", DARK), ("opinion", BENCH)]


def test_a_better_draft_shows_what_differs(officer_client: Client, prepared: ConsultationMaker) -> None:
    row = prepared()
    better = SimpleUploadedFile("draft.md", DRAFT.replace("夜10時", "夜12時").encode())
    facts = {"file": better, "kind": "draft", "audience": "full", "language": "ja"}
    taken = officer_client.post(reverse("staff-consultation-add-text", args=[row.pk]), facts)
    assert taken.status_code == 302
    text = officer_client.get(taken["Location"]).content.decode()
    assert "<mark>" in text
    assert "夜10時" in text.replace("<mark>", "").replace("</mark>", "")
    notice = officer_client.get(reverse("staff-consultation-notice", args=[row.pk]))
    assert notice.content.startswith(b"%PDF")
