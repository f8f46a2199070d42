"""What anybody sees of a consultation: the list, the page, the draft as a book, the opinions and arguments."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from jichi.city.viewers import system_viewer
from jichi.consultations.models import Consultation
from jichi.consultations.queries.heard import argument_tree
from jichi.consultations.services import add_file, dispose, extend, keep_draft, publish, publish_result
from jichi.consultations.views.public_opinions import picture_of
from jichi.methods.arguments import Argument, Topic, tree_of
from jichi.voices.models import Opinion, OpinionSet, Wording

from .conftest import DARK, LIGHT, ConsultationMaker, desk_of, fresh
from .saying import topic

# The services that these pages call are tested on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
URL = "/consultations/"


def _decided(row: Consultation, text: str, decision: str = "shown") -> None:
    """The text of a desk's opinions as a person decided on it."""
    actor, now = system_viewer("demo").actor, timezone.now()
    for one in Wording.objects.filter(desk=desk_of(row)):
        opinion = Opinion.objects.select_related("voice__original").filter(wording=one).first()
        assert opinion is not None
        said = opinion.voice.original.text[opinion.start : opinion.end]
        size = one.opinions.count()
        Wording.objects.filter(pk=one.pk).update(size=size)
        OpinionSet.objects.filter(pk=one.set_id).update(size=size, submissions=size, representative=one)
        if said == text:
            Wording.objects.filter(pk=one.pk).update(
                decision=decision,
                decision_reason="人を傷つける" if decision == "withheld" else "",
                masked=said,
                mask_confirmed_by=actor,
                mask_confirmed_at=now,
                decided_by=actor,
                decided_at=now,
            )


def _text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def test_readers_see_what_is_open_and_never_what_is_prepared(
    consultation: Consultation, prepared: ConsultationMaker, client: Client
) -> None:
    hidden = prepared(title="まだ秘密の案")
    page = _text(client, URL)
    assert "公園の計画（案）" in page and "<b>25</b>" in page
    assert "まだ秘密の案" not in page
    for path in ("", "draft/", "say/", "opinions/", "arguments/", "form.pdf", "accommodation/", "follow/"):
        _text(client, f"{URL}{hidden.key}/{path}", 404)
    one = _text(client, f"{URL}{consultation.key}/")
    assert "公園の計画（案）" in one and f"{URL}{consultation.key}/say/" in one
    assert "044-999-0000" in one


def test_the_draft_is_a_book_whose_passages_are_chosen(consultation: Consultation, client: Client) -> None:
    page = _text(client, f"{URL}{consultation.key}/draft/")
    assert "<h2" in page and "公園のベンチを10台増やします。" in page
    assert 'type="checkbox" name="p" value="1-1"' in page
    assert f"/{consultation.key}/say/?p=1-1" in page
    _text(client, f"{URL}{consultation.key}/draft/?for=children", 404)
    assert "checkbox" in _text(client, f"{URL}{consultation.key}/draft/?for=nonsense")


def test_a_closed_one_takes_nothing_and_says_so(over: Consultation, client: Client) -> None:
    assert 'name="p"' not in _text(client, f"{URL}{over.key}/draft/")
    assert "<textarea" not in _text(client, f"{URL}{over.key}/say/")


def test_opinions_are_shown_when_the_rule_and_a_person_say_so(
    opened: ConsultationMaker, over: Consultation, client: Client
) -> None:
    _decided(over, LIGHT)
    page = _text(client, f"{URL}{over.key}/opinions/")
    assert LIGHT in page and DARK not in page
    assert LIGHT not in _text(client, f"{URL}{over.key}/opinions/?q=虫")
    assert _text(client, f"{URL}{over.key}/arguments/").count("<li") >= 2
    hidden = opened(title="見せない案", key="mada", opinions_shown="after_closing")
    assert '<li class="opinions__item"' not in _text(client, f"{URL}{hidden.key}/opinions/")
    _decided(over, LIGHT, "withheld")
    page = _text(client, f"{URL}{over.key}/opinions/")
    assert LIGHT not in page and "人を傷つける" in page


def test_what_came_of_it_stands_on_you_said(
    over: Consultation, people: SimpleNamespace, client: Client
) -> None:
    assert "said-did__item" not in _text(client, "/you-said/")
    for one in OpinionSet.objects.filter(desk=desk_of(over)):
        dispose(
            viewer=people.officer,
            consultation_id=over.pk,
            set_id=one.pk,
            code="4",
            summary="街灯を朝まで点けてほしい",
            view="電気代がかかるため、採りません。",
        )
    assert "said-did__item" not in _text(client, "/you-said/")
    keep_draft(viewer=people.officer, consultation_id=over.pk)
    row = fresh(over)
    publish_result(viewer=people.demo, consultation_id=row.pk, version=row.version)
    page = _text(client, "/you-said/")
    assert (
        "街灯を朝まで点けてほしい" in page and "電気代がかかるため" in page and "said-did__did--not" in page
    )
    assert "公園の計画（案）" in _text(client, URL)


def test_dates_can_be_taken_away(consultation: Consultation, client: Client) -> None:
    calendar = client.get(f"{URL}calendar.ics")
    last = consultation.last_day
    assert last is not None
    after = (last + datetime.timedelta(days=1)).strftime("%Y%m%d")
    assert f"DTEND;VALUE=DATE:{after}".encode() in calendar.content
    feed = client.get(f"{URL}feed.xml")
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert f"/consultations/{consultation.key}/".encode() in feed.content
    paper = client.get(f"{URL}{consultation.key}/form.pdf?large=1")
    assert paper.content.startswith(b"%PDF-")


@pytest.mark.parametrize("prefix", ["", "/en", "/ja-simple"])
def test_the_pages_stand_in_each_language(consultation: Consultation, client: Client, prefix: str) -> None:
    for path in ("", f"{consultation.key}/", f"{consultation.key}/draft/", f"{consultation.key}/say/?p=1-1"):
        _text(client, f"{prefix}{URL}{path}")


def test_the_picture_is_safe_and_as_wide_as_what_was_said() -> None:
    topics = [Topic("t", "<script>夜</script>", ("a",)), Topic("u", "木", ("b",))]
    node = tree_of("案", topics, [Argument("a", (1, 2, 3)), Argument("b", (4,))])
    drawn = picture_of(node, "submissions")
    assert "<script>" not in drawn and 'width="750.0"' in drawn
    assert 'width="500.0"' in picture_of(node, "arguments")


def test_an_announced_one_shows_no_document_and_an_extended_one_is_not_called_short(
    prepared: ConsultationMaker, opened: ConsultationMaker, people: SimpleNamespace, client: Client
) -> None:
    today = timezone.localdate()
    row = prepared(first_day=today + datetime.timedelta(days=3), last_day=today + datetime.timedelta(days=40))
    given = {"viewer": people.officer, "consultation_id": row.pk}
    file = add_file(**given, title="資料", name="a.txt", content="案の本文".encode())
    publish(viewer=people.head, consultation_id=row.pk, version=None, announce=True)
    assert "a.txt" not in _text(client, f"{URL}{row.key}/")
    assert client.get(f"{URL}{row.key}/files/{file.pk}/").status_code == 404
    short = opened(last_day=today + datetime.timedelta(days=5), short_reason="急ぐため")
    assert "急ぐため" in _text(client, f"{URL}{short.key}/")
    extend(
        viewer=people.head,
        consultation_id=short.pk,
        version=None,
        last_day=today + datetime.timedelta(days=40),
    )
    assert "急ぐため" not in _text(client, f"{URL}{short.key}/")


def test_a_topic_that_lost_its_arguments_is_not_told(consultation: Consultation) -> None:
    topic(desk_of(consultation), "empty", "だれもいない論点")
    topic(desk_of(consultation), "light", "明かり", LIGHT)
    tree = argument_tree(consultation, "案", topic_without_name="-")
    assert [one.title for one in tree.root.children] == ["明かり"]
