"""Taking reports in: values with their interval and evidence, corrections with a reason, breaks with a decision."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import (
    Evidence,
    Observation,
    Survey,
    SurveyCell,
    SurveyReport,
    SurveyWave,
)
from jichi.figures.queries.bindings import binding_of, definitions_of
from jichi.figures.surveys.queries import Standing, report_of, states_for, targets_of, wave_of_evidence
from jichi.figures.surveys.queries.judging import judged_questions
from jichi.figures.surveys.services import (
    add_target,
    change_draft,
    create_survey,
    drop_target,
    enter_wave,
    open_draft,
    take_draft,
)
from jichi.manifest import Role

from .conftest import D, bind, define, loader, make_survey, series, take
from .reports import SUPPORT, Answer, Question, Table, earlier, report, support

pytestmark = pytest.mark.django_db


def values() -> list[Observation]:
    return list(Observation.objects.order_by("fiscal_year", "definition", "revision"))


def test_a_report_gives_the_figure_its_value_interval_and_evidence(survey: Survey):
    taken = take(survey, filename="r7.xlsx", sha256="a" * 64, content=b"PK")
    [row] = taken.values
    assert (row.value, row.decimals, row.n) == (D("52.0"), 1, 1400)
    # Wilson for 728 of 1,400, rounded outwards to the printed digit.
    assert (row.interval_low, row.interval_high) == (D("49.3"), D("54.7"))
    assert (row.interval_method, row.source_kind) == ("wilson/95/srs", "probability_survey")
    assert (row.definition, row.quantity, row.published_at) == ("1", "rate", None)
    assert row.binding == binding_of(series())
    assert (row.evidence.kind, row.evidence.sha256, row.evidence.locator) == ("survey", "a" * 64, "12ページ")
    assert row.computation["options"] == ["感じる", "やや感じる"] and row.computation["basis"] == "counts"
    assert wave_of_evidence(loader(), row.evidence) == taken.wave


def test_what_was_taken_in_is_the_report(survey: Survey):
    taken = take(survey)
    assert report_of(taken.wave) == report()
    kept = SurveyReport.objects.get()
    assert (kept.number, kept.reason, kept.data["questions"][0]["wording"]) == (1, "", SUPPORT)


def test_a_design_effect_widens_the_interval(survey: Survey):
    [row] = take(survey, report(design_effect=D("1.8"))).values
    assert (row.interval_low, row.interval_high) == (D("48.4"), D("55.5"))
    assert row.interval_method == "wilson/95/deff=1.8"


@pytest.mark.parametrize("sampling", ["census", "panel", "exit", "other"])
def test_nothing_but_a_probability_sample_gets_an_interval(survey: Survey, sampling: str):
    [row] = take(survey, report(sampling=sampling)).values
    assert (row.interval_low, row.interval_method, row.source_kind) == (None, "", "other_survey")
    assert row.n == 1400


def test_weighted_percentages_are_not_replaced_by_counts_and_their_rounding_is_in_the_interval(
    survey: Survey,
):
    [row] = take(survey, report(weighting="性・年代で補正")).values
    assert row.computation["basis"] == "percents"
    # Two rounded shares: 52.0 ± 0.1 before Wilson.
    assert (row.interval_low, row.interval_high) == (D("49.2"), D("54.8"))


def test_the_same_report_again_changes_nothing(survey: Survey):
    take(survey)
    before = AuditEntry.objects.count()
    again = take(survey)
    assert (again.is_new, again.differences, again.values) == (False, (), ())
    assert SurveyReport.objects.count() == Observation.objects.count() == Evidence.objects.count() == 1
    assert AuditEntry.objects.count() == before


def corrected():
    question = support()
    lines = list(question.whole.answers)
    lines[0] = replace(lines[0], percent=D("18.5"), count=259)
    lines[2] = replace(lines[2], percent=D("45.5"), count=637)
    tables = (replace(question.whole, answers=tuple(lines)), *question.tables[1:])
    return report(questions=(replace(question, tables=tables), report().questions[1]))


def test_a_correction_needs_a_reason_and_becomes_a_new_revision(survey: Survey):
    take(survey)
    with pytest.raises(Invalid) as refused:
        take(survey, corrected())
    assert set(refused.value.messages) == {"reason"}
    assert [row.revision for row in values()] == [1]
    taken = take(survey, corrected(), reason="正誤表による")
    assert len(taken.differences) == 4
    first, second = values()
    assert (first.value, second.value, second.reason) == (D("52.0"), D("52.5"), "正誤表による")
    assert first.evidence != second.evidence
    assert {wave_of_evidence(loader(), row.evidence) for row in values()} == {taken.wave}
    assert [row.number for row in SurveyReport.objects.all()] == [1, 2]
    assert report_of(SurveyWave.objects.get()) == corrected()


def test_a_correction_that_moves_no_figure_enters_no_value(survey: Survey):
    take(survey)
    taken = take(survey, report(population="市内に住む満18歳以上の人"), reason="表記の訂正")
    assert [one.what for one in taken.differences] == ["population"]
    assert taken.values == () and len(values()) == 1


def test_the_wording_becomes_the_definition_and_the_same_wording_keeps_it(survey: Survey):
    take(survey, earlier())
    take(survey, report(questions=(support(SUPPORT.replace("、", "，　")), report().questions[1])))
    assert [(row.fiscal_year, row.definition, row.value) for row in values()] == [
        (2023, "1", D("50.0")),
        (2025, "1", D("52.0")),
    ]
    [definition] = definitions_of(series())
    assert (definition.code, definition.wording) == ("1", SUPPORT)
    assert "感じる" in definition.counts and set(definition.translations) == {"en", "ja-simple"}


CHANGED = "あなたは、地域の人と支え合っていると思いますか。"


def test_a_changed_wording_waits_for_a_decision(survey: Survey):
    take(survey, earlier())
    with pytest.raises(Invalid) as refused:
        take(survey, report(questions=(support(CHANGED),)))
    assert "decisions" in refused.value.messages
    assert SurveyWave.objects.count() == 1
    for wrong in (
        {"definition": "2"},
        {"definition": "7", "reason": "x"},
        {"definition": "1", "reason": " "},
    ):
        with pytest.raises(Invalid):
            take(survey, report(questions=(support(CHANGED),)), decisions={"support": wrong})


def test_another_definition_ends_the_line_and_moves_the_binding(survey: Survey):
    take(survey, earlier())
    decision = {"support": {"definition": "2", "reason": "「近所」が「地域」に変わった"}}
    taken = take(survey, report(questions=(support(CHANGED),)), decisions=decision)
    assert [(row.fiscal_year, row.definition) for row in values()] == [(2023, "1"), (2025, "2")]
    first, second = definitions_of(series())
    assert (second.wording, second.first_year) == (CHANGED, 2025)
    assert "「近所」" in second.break_reason and first.wording == SUPPORT
    bound = binding_of(series())
    assert bound is not None and (bound.number, bound.definition, bound.source_key) == (2, "2", "ishiki")
    assert taken.values[0].binding == bound
    question = taken.wave.questions.get()
    assert (question.definition, question.decision_reason) == ("2", "「近所」が「地域」に変わった")


def test_the_same_question_in_other_words_goes_on_with_a_reason(survey: Survey):
    take(survey, earlier())
    decision = {"support": {"definition": "1", "reason": "意味は変わらない"}}
    taken = take(survey, report(questions=(support(CHANGED),)), decisions=decision)
    assert [row.definition for row in values()] == ["1", "1"]
    assert len(definitions_of(series())) == 1
    assert taken.wave.questions.get().decision_reason == "意味は変わらない"
    # Taken in again it is not asked again.
    assert take(survey, report(questions=(support(CHANGED),))).differences == ()


def test_other_answers_to_choose_from_are_another_question_too(survey: Survey):
    take(survey, earlier())
    question = support()
    table = replace(
        question.whole,
        answers=(*question.whole.answers, Answer(option="わからない", percent=D("0.0"), count=0)),
    )
    with pytest.raises(Invalid) as refused:
        take(survey, report(questions=(replace(question, tables=(table,)),)))
    assert "decisions" in refused.value.messages


def test_an_older_wave_with_other_words_does_not_change_what_the_figure_follows(survey: Survey):
    take(survey)
    decision = {"support": {"definition": "2", "reason": "初回は別の設問"}}
    take(survey, earlier(CHANGED), decisions=decision)
    assert binding_of(series()).definition == "1"
    assert {(row.fiscal_year, row.definition) for row in values()} == {(2023, "2"), (2025, "1")}


def test_a_definition_decided_wrongly_is_corrected_and_the_value_taken_back(survey: Survey):
    take(survey, earlier())
    same = {"support": {"definition": "1", "reason": "意味は変わらない"}}
    take(survey, report(questions=(support(CHANGED),)), decisions=same)
    again = CHANGED + "（一つ選択）"
    other = {"support": {"definition": "2", "reason": "やはり別の設問"}}
    take(survey, report(questions=(support(again),)), decisions=other, reason="設問文の訂正")
    now = [(row.fiscal_year, row.definition, row.value, row.revision) for row in values()]
    assert now == [
        (2023, "1", D("50.0"), 1),
        (2025, "1", D("52.0"), 1),
        (2025, "1", None, 2),
        (2025, "2", D("52.0"), 1),
    ]


def test_a_definition_the_city_wrote_gets_its_wording(survey: Survey):
    define(series())
    take(survey)
    [definition] = definitions_of(series())
    assert (definition.counts, definition.wording) == ("感じる人の割合", SUPPORT)


def test_a_definition_with_another_wording_asks_for_a_decision(survey: Survey):
    define(series(), wording="町内会に入っていますか。")
    with pytest.raises(Invalid) as refused:
        take(survey)
    assert "decisions" in refused.value.messages


def test_a_wave_that_was_not_run_is_no_zero(survey: Survey):
    wave = report(not_run_reason="予算の見直しのため", answered=None, asked=None, questions=())
    [row] = take(survey, wave).values
    assert row.value is None and row.n is None
    assert "予算の見直しのため" in row.note and "予算の見直しのため" in row.translations["en"]["note"]


def test_a_figure_bound_elsewhere_gets_nothing(db, department):
    survey = make_survey(department, bound=False)
    bind(series(), "another-survey")
    assert take(survey).values == ()
    states = states_for(loader(), survey, report(), judged_questions(survey, report()), targets_of(survey))
    assert [one.standing for one in states] == [Standing.ELSEWHERE]


def test_a_figure_not_bound_yet_gets_its_value_once_it_is(db, department):
    survey = make_survey(department, bound=False)
    wave = take(survey).wave
    assert values() == []
    bind(series())
    [row] = enter_wave(viewer=loader(), wave=wave)
    assert (row.value, row.evidence) == (D("52.0"), wave.evidence)
    assert enter_wave(viewer=loader(), wave=wave) == []


def test_a_binding_may_name_the_question(db, department):
    survey = make_survey(department, bound=False)
    bind(series(), "ishiki/support")
    assert len(take(survey).values) == 1


def test_children_and_adults_are_series_of_their_own(survey: Survey):
    question = Question(
        code="culture",
        wording="文化に親しんでいますか。",
        decimals=1,
        tables=tuple(
            Table(
                dimension="対象",
                group=group,
                n=400,
                answers=(
                    Answer(option="はい", percent=D(yes)),
                    Answer(option="いいえ", percent=100 - D(yes)),
                ),
            )
            for group, yes in (("子ども", "50.1"), ("大人", "31.2"))
        ),
    )
    for part, group in (("child", "子ども"), ("adult", "大人")):
        bind(series("bunka", part))
        add_target(
            viewer=loader(),
            survey=survey,
            series=series("bunka", part),
            question="culture",
            options=["はい"],
            dimension="対象",
            group=group,
        )
    rows = take(survey, report(questions=(question,))).values
    assert {(row.series.key, row.value, row.n) for row in rows} == {
        ("child", D("50.1"), 400),
        ("adult", D("31.2"), 400),
    }


def test_a_score_has_no_interval(survey: Survey):
    question = Question(
        code="support",
        wording="5点満点で何点ですか。",
        decimals=2,
        tables=(Table(n=900, answers=(Answer(option="平均", score=D("4.72")),)),),
    )
    add_target(
        viewer=loader(), survey=survey, series=series(), question="support", options=["平均"], decimals=2
    )
    [row] = take(survey, report(questions=(question,))).values
    assert (row.value, row.decimals, row.interval_low) == (D("4.72"), 2, None)


# ---- whose it is -------------------------------------------------------------------------------------------
def test_only_the_surveys_office_and_the_planners_take_in(
    survey: Survey, viewer_as, department, other_department
):
    for viewer in (
        viewer_as(Role.OFFICER, other_department),
        viewer_as(Role.SECTION_HEAD, department),
        viewer_as(Role.AUDITOR),
        viewer_as(),
    ):
        with pytest.raises(NotAllowed):
            take(survey, viewer=viewer)
        with pytest.raises(NotAllowed):
            create_survey(viewer=viewer, key="mine", title="調査", publisher="見本市", department=department)
    assert not SurveyWave.objects.exists()
    assert len(take(survey, viewer=viewer_as(Role.OFFICER, department)).values) == 1


def test_a_break_that_an_officer_finds_is_entered_by_the_planners(survey: Survey, officer, planning_officer):
    take(survey, earlier())
    decision = {"support": {"definition": "2", "reason": "別の設問"}}
    wave = take(survey, report(questions=(support(CHANGED),)), viewer=officer, decisions=decision).wave
    assert [row.fiscal_year for row in values()] == [2023]
    assert enter_wave(viewer=officer, wave=wave) == []
    [row] = enter_wave(viewer=planning_officer, wave=wave)
    assert (row.definition, row.value) == ("2", D("52.0"))
    assert binding_of(series()).definition == "2"


def test_an_officer_enters_no_figure_of_another_office(
    survey: Survey, viewer_as, department, other_department
):
    series().indicator.__class__.objects.filter(key="kanyu").update(department=other_department)
    officer = viewer_as(Role.OFFICER, department)
    assert take(survey, viewer=officer).values == ()
    states = states_for(officer, survey, report(), judged_questions(survey, report()), targets_of(survey))
    assert [one.standing for one in states] == [Standing.NOT_MINE]


# ---- drafts ------------------------------------------------------------------------------------------------
def test_a_draft_is_confirmed_once(survey: Survey, officer):
    draft = open_draft(viewer=officer, survey=survey, report=report(), filename="r7.csv", content=b"x,y")
    changed = change_draft(viewer=officer, draft=draft, version=1, report=report(title="改題"))
    with pytest.raises(Conflict):
        change_draft(viewer=officer, draft=draft, version=1, report=report())
    with pytest.raises(Conflict):
        take_draft(viewer=officer, draft=draft, version=1)
    taken = take_draft(viewer=officer, draft=changed, version=2)
    assert taken.wave.title == "改題" and taken.wave.evidence.filename == "r7.csv"
    assert len(taken.wave.evidence.sha256) == 64
    assert bytes(SurveyReport.objects.get().content) == b"x,y"
    with pytest.raises(Conflict):
        take_draft(viewer=officer, draft=changed, version=2)
    assert SurveyWave.objects.count() == 1


def test_a_report_with_an_error_leaves_nothing(survey: Survey):
    with pytest.raises(Invalid) as refused:
        take(survey, report(answered=5000))
    assert set(refused.value.messages) == {"report"}
    assert (
        not SurveyWave.objects.exists() and not Evidence.objects.exists() and not SurveyCell.objects.exists()
    )


def test_a_target_says_one_thing_of_a_figure(survey: Survey):
    add_target(
        viewer=loader(), survey=survey, series=series(), question="support", options=["感じる", " ", "感じる"]
    )
    [target] = targets_of(survey)
    assert target.options == ["感じる"]
    for wrong in ({"options": []}, {"question": ""}, {"group": "女性"}, {"decimals": 9}, {"series": None}):
        facts = {"series": series(), "question": "support", "options": ["感じる"], **wrong}
        with pytest.raises(Invalid):
            add_target(viewer=loader(), survey=survey, **facts)
    take(survey)
    drop_target(viewer=loader(), target=target)
    assert targets_of(survey) == [] and len(values()) == 1


def test_the_database_keeps_reports_and_waves(survey: Survey):
    wave = take(survey).wave
    for attempt in (
        lambda: SurveyReport.objects.update(reason="x"),
        lambda: SurveyReport.objects.all()._raw_delete("default"),
        lambda: SurveyWave.objects.filter(pk=wave.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
