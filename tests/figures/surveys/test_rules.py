"""The rules of reports without a database: what is wrong, what differs, what is measured, what may be shown."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.figures.surveys.checks import errors, findings
from jichi.figures.surveys.differences import differences
from jichi.figures.surveys.measures import Lack, NoInterval, measure
from jichi.figures.surveys.protecting import hidden_groups
from jichi.figures.surveys.report import Answer, Question, Table, digits_of
from jichi.figures.surveys.telling import change_of, compared, told
from jichi.figures.surveys.wording import Asked, Wording, compare, next_code, normalised, word_diff

from .reports import D, any_report, earlier, report, sources, support

# Whole reports take a while to make on a busy machine.
slowly = settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# ---- checks ------------------------------------------------------------------------------------------------
def test_a_good_report_has_nothing_wrong():
    assert findings(report()) == []


@slowly
@given(any_report())
def test_what_hypothesis_makes_is_without_error(wave):
    assert errors(wave) == []


def paths(wave, *, error: bool) -> set[tuple]:
    return {one.path for one in findings(wave) if one.is_error is error}


WHOLE = ("questions", 0, "tables", 0)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"key": "2025 年"}, ("key",)),
        ({"title": ""}, ("title",)),
        ({"fiscal_year": 1890}, ("fiscal_year",)),
        ({"sampling": "lots"}, ("sampling",)),
        ({"asked": 100}, ("answered",)),
        ({"design_effect": D("0")}, ("design_effect",)),
        ({"design_effect": D("1.5"), "sampling": "panel"}, ("design_effect",)),
        ({"not_run_reason": "中止"}, ("not_run_reason",)),
    ],
)
def test_what_is_wrong_with_a_wave_is_said_at_its_place(change, path):
    assert path in paths(report(**change), error=True)


def with_answer(**more):
    question = support()
    lines = (replace(question.whole.answers[0], **more), *question.whole.answers[1:])
    return report(questions=(replace(question, tables=(replace(question.whole, answers=lines),)),))


def test_percentages_that_do_not_add_up_are_warned_of():
    assert (*WHOLE, "percent") in paths(with_answer(percent=D("17.0"), count=None), error=False)
    # 4 lines of ±0.05: 99.8 may be rounding, 99.7 not.
    assert (*WHOLE, "percent") not in paths(with_answer(percent=D("17.8"), count=None), error=False)
    assert (*WHOLE, "percent") in paths(with_answer(percent=D("17.7"), count=None), error=False)


def test_several_answers_need_not_add_up():
    assert not paths(report(questions=(sources(),)), error=False)
    one = replace(sources(), several=False)
    assert (*WHOLE, "percent") in paths(report(questions=(one,)), error=False)


def test_a_count_that_does_not_fit_its_percentage_is_warned_of():
    place = (*WHOLE, "answers", 0, "percent")
    assert place in paths(with_answer(count=254), error=False)
    assert place not in paths(with_answer(count=252), error=False)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.integers(0, 3))
def test_a_share_printed_right_always_fits_its_count(pair, decimals):
    count, n = pair
    exact = Decimal(100 * count) / n
    shown = round(exact, decimals)
    question = Question(
        code="a",
        wording="？",
        decimals=decimals,
        tables=(
            Table(
                n=n,
                answers=(
                    Answer(option="はい", percent=shown, count=count),
                    Answer(option="他", percent=100 - shown),
                ),
            ),
        ),
    )
    wave = report(answered=n, asked=None, questions=(question,))
    assert not [one for one in findings(wave) if one.path[-1] == "percent" and "answers" in one.path]


def test_more_answers_than_people_is_an_error_unless_weighted():
    big = report(answered=1399)
    assert (*WHOLE, "n") in paths(big, error=True)
    assert (*WHOLE, "n") in paths(replace(big, weighting="補正"), error=False)


# ---- wordings ----------------------------------------------------------------------------------------------
def test_spaces_widths_and_punctuation_make_no_other_question():
    assert normalised("あなたは、　ＳＤＧｓを知っていますか？") == normalised(
        "あなたは SDGs を知っていますか。"
    )


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_diff_gives_both_texts_back(before, now):
    pieces = word_diff(before, now)
    assert "".join(one.text for one in pieces if one.kind != "out") == now
    # What is the same is printed as it is now; where nothing else differs that is what stood before.
    assert "".join(one.text for one in pieces if one.kind != "in") == before


def test_the_same_wording_takes_the_code_of_its_newest_wave():
    known = [
        Wording(text="A", definition="1", fiscal_year=2015),
        Wording(text="B", definition="2", fiscal_year=2019),
        Wording(text="a 。", definition="3", fiscal_year=2021),
    ]
    assert compare(Wording(text="a"), known).proposed == "3"
    found = compare(Wording(text="a b"), known, taken=["9"])
    assert (found.asked, found.proposed, found.new_code) == (Asked.CHANGED, "", "10")
    assert compare(Wording(text="a"), []).asked is Asked.FIRST


def test_other_answers_are_named():
    before = Wording(text="A", options=("はい", "いいえ"), definition="1")
    found = compare(Wording(text="A", options=("はい", "どちらでもない", "いいえ")), [before])
    assert (found.asked, found.added, found.gone) == (Asked.CHANGED, ("どちらでもない",), ())
    assert compare(Wording(text="A", options=("いいえ", "はい")), [before]).reordered
    assert compare(Wording(text="A", options=("はい。", "いいえ")), [before]).asked is Asked.SAME


@given(st.lists(st.sampled_from(["1", "2", "15", "q1", "", "x"])))
def test_a_new_code_is_never_taken(codes):
    assert next_code(codes) not in codes


# ---- differences -------------------------------------------------------------------------------------------
@slowly
@given(any_report())
def test_a_report_does_not_differ_from_itself(wave):
    assert differences(wave, wave) == []


@slowly
@given(any_report(), any_report())
def test_two_reports_that_do_not_differ_are_equal(first, second):
    second = replace(second, key=first.key)
    if first != second:
        order = {one.code for one in first.questions} == {one.code for one in second.questions}
        assert differences(first, second) or order


def test_each_difference_has_its_place():
    wave = with_answer(percent=D("18.5"))
    [found] = differences(with_answer(), wave)
    assert (found.kind, found.what, found.question, found.option) == (
        "changed",
        "percent",
        "support",
        "感じる",
    )
    assert (found.before, found.after) == ("18", "18.5")
    gone = differences(report(), report(questions=(support(),)))
    assert [(one.kind, one.what, one.question) for one in gone] == [("gone", "question", "sources")]


# ---- what is measured --------------------------------------------------------------------------------------
FEEL = ["感じる", "やや感じる"]


def test_what_cannot_be_measured_is_said():
    wave = report()
    assert measure(wave, "nothing", FEEL).lack is Lack.QUESTION
    assert measure(wave, "support", FEEL, dimension="年代", group="60代").lack is Lack.GROUP
    assert (measure(wave, "support", ["わからない"]).lack, measure(wave, "support", ["わからない"]).what) == (
        Lack.OPTION,
        "わからない",
    )
    assert measure(wave, "sources", ["広報紙", "ウェブサイト"]).lack is Lack.SEVERAL
    assert measure(wave, "sources", ["広報紙"]).value == D("61.2")


def test_a_group_has_its_own_base():
    found = measure(report(), "support", FEEL, dimension="性別", group="女性")
    assert (found.value, found.n) == (D("54.5"), 780)
    whole = measure(report(), "support", FEEL)
    assert found.interval is not None and whole.interval is not None
    assert found.interval[1] - found.interval[0] > whole.interval[1] - whole.interval[0]


def test_without_a_base_there_is_no_interval():
    question = replace(support(), tables=(replace(support().whole, n=None),))
    found = measure(report(questions=(question,)), "support", FEEL)
    assert (found.value, found.interval, found.no_interval) == (D("52.0"), None, NoInterval.N)


@slowly
@given(any_report(), st.integers(0, 3))
def test_a_value_lies_in_its_interval_and_both_are_printed_alike(wave, decimals):
    for question in wave.questions:
        for table in question.tables:
            for answer in table.answers:
                found = measure(
                    wave,
                    question.code,
                    [answer.option],
                    dimension=table.dimension,
                    group=table.group,
                    decimals=decimals,
                )
                if found.interval is None:
                    assert found.lack or found.no_interval is not None
                    continue
                low, high = found.interval
                assert wave.sampling == "probability"
                assert 0 <= low <= found.value <= high <= 100
                assert all(digits_of(one.normalize()) <= decimals for one in (low, high, found.value))


# ---- small groups ------------------------------------------------------------------------------------------
def grouped(*sizes: int | None, whole: int | None = 1000) -> Question:
    line = (Answer(option="はい", percent=D("50.0")),)
    tables = [Table(n=whole, answers=line)]
    tables += [
        Table(dimension="区", group=f"{number}", n=size, answers=line) for number, size in enumerate(sizes)
    ]
    return Question(code="a", wording="？", tables=tuple(tables))


def hidden(question: Question, least: int = 10) -> set[str]:
    return {group for _dimension, group in hidden_groups(question, least)}


@pytest.mark.parametrize(
    ("sizes", "groups"),
    [
        ((500, 480, 20), set()),
        ((500, 492, 8), {"1", "2"}),
        ((500, 490, 6, 4), {"2", "3"}),
        ((500, 490, 3, 4), {"1", "2", "3"}),
        ((500, 490, 0, 10), {"2", "3"}),
        ((None, 480, 20), {"0", "2"}),
        ((8,), {"0"}),
    ],
)
def test_small_groups_are_hidden_and_cannot_be_worked_out(sizes, groups):
    assert hidden(grouped(*sizes)) == groups


def test_where_the_whole_is_small_nothing_is_shown():
    assert hidden(grouped(4, 4, whole=8)) == {"", "0", "1"}


@given(st.lists(st.integers(0, 60) | st.none(), max_size=6), st.integers(1, 20))
def test_what_is_shown_is_never_small_and_never_alone_hidden(sizes, least):
    question = grouped(*sizes)
    gone = hidden(question, least)
    for number, size in enumerate(sizes):
        assert (size is not None and size >= least) or str(number) in gone
    if gone and len(sizes) > 1:
        assert len(gone) > 1
        if len(gone) < len(sizes):
            assert sum(sizes[int(one)] or 0 for one in gone) >= least


# ---- what it can tell --------------------------------------------------------------------------------------
def test_a_small_change_can_be_chance_and_a_large_one_is_not():
    found = {
        one.option: one
        for one in compared(report(), support(), earlier(), earlier().questions[0], same_definition=True)
    }
    assert not found["感じる"].change.is_distinguishable
    far = with_answer(percent=D("28.0"))
    now = compared(far, far.questions[0], earlier(), earlier().questions[0], same_definition=True)
    assert now[0].change.is_distinguishable
    assert len({one.words for one in (found["感じる"], now[0])}) == 2


@pytest.mark.parametrize("sampling", ["panel", "exit", "census", "other"])
def test_no_change_is_judged_without_two_probability_samples(sampling):
    other = earlier(sampling=sampling)
    assert {
        one.change for one in compared(report(), support(), other, other.questions[0], same_definition=True)
    } == {None}
    assert (
        change_of(report(), measure(report(), "support", FEEL), other, measure(other, "support", FEEL))
        is None
    )


def test_no_change_is_judged_across_definitions():
    assert compared(report(), support(), earlier(), earlier().questions[0], same_definition=False) == []


@pytest.mark.parametrize("sampling", ["probability", "census", "panel", "exit", "other"])
def test_each_way_of_sampling_has_its_own_words(sampling):
    said = [one.text for one in told(report(sampling=sampling))]
    assert said and len(set(said)) == len(said)
    others = {
        told(report(sampling=one))[0].text for one in ("probability", "census", "panel", "exit", "other")
    }
    assert len(others) == 5


def test_the_margin_is_said_for_probability_samples_only():
    assert any("2.6" in one.text for one in told(report()))
    assert not any("2.6" in one.text for one in told(report(sampling="panel")))
    assert len(told(report(design_effect=D("1.5"), weighting="補正"))) == len(told(report())) + 1


def test_a_wave_that_was_not_run_says_only_that():
    [said] = told(report(not_run_reason="予算の見直しのため", questions=(), answered=None))
    assert "予算の見直しのため" in said.text and not said.can
