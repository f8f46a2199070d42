"""Every act in every state either leads where the table says or is refused with a sentence."""

from __future__ import annotations

import datetime

import pytest
from django.db import DatabaseError, transaction

from jichi.city.errors import Invalid
from jichi.city.viewers import system_viewer
from jichi.figures.inquiries import services
from jichi.figures.inquiries.invariants import TRIGGERS
from jichi.figures.inquiries.moves import MOVES, READY, State, Step, following, refusal
from jichi.figures.models import Inquiry, InquiryRequest, Merge, RequestEvent
from jichi.sheets.models import AnswerRevision

from .sample import accept, answer, office, request_of, sent, series


@pytest.mark.parametrize("levels", [0, 1, 2])
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(Step))
def test_the_table_is_whole(step, state, levels):
    sentence = refusal(step, state, levels=levels)
    if sentence:
        with pytest.raises(Invalid) as error:
            following(step, state, levels=levels)
        assert error.value.messages == {"": [sentence]}
    else:
        assert following(step, state, levels=levels) == MOVES[step][state]


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_a_return_can_be_accepted_only_where_its_checks_are_passed(levels):
    order = [State.ANSWERED, State.SECTION_CHECKED, State.BUREAU_CHECKED]
    passed = [state for state in order if not refusal(Step.ACCEPT, state, levels=levels)]
    assert passed == order[order.index(READY[levels]) :]


def test_from_every_state_there_is_a_way_to_the_end():
    for start in State:
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            for moves in MOVES.values():
                if here in moves and moves[here] not in reached:
                    reached.add(moves[here])
                    waiting.append(moves[here])
        assert State.ACCEPTED in reached


# --- the services keep to the table ----------------------------------------------------------------------------
@pytest.fixture
def viewer(db):
    return system_viewer("demo")


def _in_state(state: State, viewer, levels: int = 2) -> InquiryRequest:
    """A request brought to ``state`` by nothing but acts."""
    top = office("kyoku", "局", "bureau")
    offices = [office("ka", "課", parent=top), office("kb", "別課", parent=top)]
    inquiry = sent(series(check_levels=levels), offices)
    request = request_of(inquiry, offices[0])
    if state == State.CANCELLED:
        return services.cancel_request(viewer=viewer, request_id=request.pk, text="不要")
    if state == State.WAITING:
        return request
    answer(request, members=10, women=5)
    if state == State.SENT_BACK:
        return services.send_back(viewer=viewer, request_id=request.pk, text="確かめて")
    if state in {State.SECTION_CHECKED, State.BUREAU_CHECKED, State.ACCEPTED}:
        services.check_section(viewer=viewer, request_id=request.pk)
    if state in {State.BUREAU_CHECKED, State.ACCEPTED}:
        services.check_bureau(viewer=viewer, request_id=request.pk)
    if state == State.ACCEPTED:
        accept(request)
    request.refresh_from_db()
    return request


def _act(step: Step, request: InquiryRequest, viewer) -> None:
    pk = request.pk
    match step:
        case Step.ANSWER | Step.CORRECT:
            answer(request, note="訂正", members=11, women=5)
        case Step.HAND_ON:
            other = request.inquiry.requests.exclude(pk=pk).get().asked_id
            services.hand_on(viewer=viewer, request_id=pk, department_id=other)
        case Step.CHECK_SECTION:
            services.check_section(viewer=viewer, request_id=pk)
        case Step.CHECK_BUREAU:
            services.check_bureau(viewer=viewer, request_id=pk)
        case Step.ACCEPT:
            accept(request)
        case Step.SEND_BACK:
            services.send_back(viewer=viewer, request_id=pk, text="確かめて")
        case Step.TALK:
            services.ask_question(viewer=viewer, request_id=pk, text="なぜ")
        case Step.REMIND:
            if not services.remind(viewer=viewer, inquiry_id=request.inquiry_id, request_ids=[pk]):
                raise Invalid({"": ["nobody to remind"]})
        case Step.EXTEND:
            services.extend(
                viewer=viewer,
                inquiry_id=request.inquiry_id,
                request_ids=[pk],
                due_on=datetime.date(2099, 3, 1),
            )
        case Step.CANCEL:
            services.cancel_request(viewer=viewer, request_id=pk, text="不要")
        case Step.ASK_AGAIN:
            services.ask_again(viewer=viewer, request_id=pk)
        case Step.TAKE_WORKBOOK:
            services.take_workbook(viewer=viewer, request_id=pk)


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(Step))
def test_every_act_in_every_state_moves_or_refuses_with_a_sentence(step, state, viewer):
    request = _in_state(state, viewer)
    # To answer and to correct is one act; the state says which of the two it is.
    steps = (Step.ANSWER, Step.CORRECT) if step in {Step.ANSWER, Step.CORRECT} else (step,)
    allowed = [one for one in steps if not refusal(one, state, levels=2)]
    events = RequestEvent.objects.count()
    if allowed:
        _act(step, request, viewer)
        request.refresh_from_db()
        assert request.state == MOVES[allowed[0]][state]
        assert RequestEvent.objects.count() > events
    else:
        with pytest.raises(Invalid) as error:
            _act(step, request, viewer)
        assert all(text for texts in error.value.messages.values() for text in texts)
        request.refresh_from_db()
        assert request.state == state and RequestEvent.objects.count() == events


# --- and the database keeps to what must not happen --------------------------------------------------------
def _violations(request: InquiryRequest) -> dict[str, object]:
    inquiry = request.inquiry
    other = office("other", "よその課")
    requests = InquiryRequest.objects.filter(pk=request.pk)

    def silently_accepted() -> None:
        InquiryRequest.objects.filter(inquiry=inquiry, answer_set__revision=0).update(
            state="accepted", answered_at="2026-01-01T00:00Z"
        )

    def closed() -> None:
        Inquiry.objects.filter(pk=inquiry.pk).update(state="closed", closed_at="2026-01-01T00:00Z")

    def moved_when_closed() -> None:
        closed()
        requests.update(state="answered")

    def answered_when_closed() -> None:
        closed()
        AnswerRevision.objects.create(
            answer_set=request.answer_set,
            number=2,
            form_version=inquiry.form_version,
            values={},
            raw={},
            channel="page",
            entered_by=request.inquiry.created_by,
        )

    return {
        "figures_event_no_change": lambda: RequestEvent.objects.update(text="x"),
        "figures_event_no_delete": lambda: RequestEvent.objects.all()._raw_delete("default"),
        "figures_merge_no_change": lambda: Merge.objects.update(seen=0),
        "figures_merge_no_delete": lambda: Merge.objects.all()._raw_delete("default"),
        "figures_request_no_delete": lambda: requests._raw_delete("default"),
        "figures_request_stays_whose": lambda: requests.update(asked=other),
        "figures_request_accepted_answered": silently_accepted,
        "figures_request_moves_while_sent": moved_when_closed,
        "figures_inquiry_answers_while_sent": answered_when_closed,
        "figures_inquiry_no_delete": lambda: Inquiry.objects.filter(pk=inquiry.pk)._raw_delete("default"),
        "figures_inquiry_sent_stays": lambda: Inquiry.objects.update(fiscal_year=2030),
    }


@pytest.mark.parametrize("name", [trigger.name for trigger in TRIGGERS])
def test_each_trigger_bites(name, viewer):
    request = _in_state(State.ACCEPTED, viewer)
    services.merge_inquiry(viewer=viewer, inquiry_id=request.inquiry_id)
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        _violations(request)[name]()
    assert "never" in str(error.value) or "only" in str(error.value)


def test_the_place_for_answers_stays_the_one(viewer):
    request = _in_state(State.ACCEPTED, viewer)
    with pytest.raises(DatabaseError), transaction.atomic():
        InquiryRequest.objects.filter(pk=request.pk).update(answer_set=None)
