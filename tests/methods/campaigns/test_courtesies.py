"""Courtesies: what greetings, thanks, signatures and spellings hide in short texts, and what they feign."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.campaigns.courtesies import core_of, is_cited
from jichi.methods.campaigns.grouping import group
from jichi.methods.campaigns.rules import Rule
from jichi.methods.texts.normal import normalise
from tests.methods.texts.test_normal import TEXT

PLAIN = Rule(courtesies=False)
POLICY = "図書館の開館時間を夜九時まで延ばしてください。"
ENGLISH = "Ban the use of lead ammunition on all public lands."


def opinions(one, other, rule=None):
    return group(["a", "b"], [one, other], rule=rule).opinions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (POLICY, f"いつもお世話になっております。{POLICY}"),
        (POLICY, f"{POLICY}どうぞよろしくお願い申し上げます。"),
        (POLICY, f"初めまして。{POLICY}よろしくお願いいたします。　山田花子"),
        (f"{POLICY}（札幌市　佐藤一郎）", f"{POLICY}（阿蘇市　田中美咲）"),
        (POLICY, "図書館の開館時間を夜九時まで延ばしていただきたいと思います"),
        (POLICY, f"私も子どもと毎週通っています。{POLICY}"),
        (ENGLISH, f"To whom it may concern: {ENGLISH} Thank you for your consideration."),
        (ENGLISH, f"{ENGLISH}\nMary Smith, Portland, OR"),
    ],
)
def test_a_courtesy_does_not_part_short_texts(one, other):
    assert opinions(one, other) == 1
    assert opinions(other, one) == 1


def test_what_it_is_for():
    """Without the rule these are two, so the tests above can fail."""
    assert opinions(POLICY, f"{POLICY}どうぞよろしくお願い申し上げます。", PLAIN) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("火葬場の値上げに反対します", "駐輪場の値上げに反対します"),
        ("市民プールを廃止してください", "学校図書室を廃止してください"),
    ],
)
def test_a_shared_opening_does_not_join_short_texts(one, other):
    framed = [
        f"パブリックコメントに意見を提出します。{text}。よろしくお願いします。" for text in (one, other)
    ]
    assert opinions(*framed) == 2
    assert opinions(*framed, PLAIN) == 1


@pytest.mark.parametrize("stem", ["原子力発電所の再稼働を認め", "海岸の埋め立て工事を国の責任で続け"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("るべきです", "てはなりません"),
        ("てください", "ないでください"),
        ("てください", "るな"),
        ("てほしい", "てほしくない"),
        ("てもよい", "てはいけない"),
        ("てください", "るのはやめてください"),
        ("るのがよいと思います", "るのはおかしいと思います"),
        ("ることにさんせいです", "ることにはんたいです"),
        ("るのはよい", "るのはだめだ"),
        ("てよかったです", "なくてよかったです"),
        ("てください", "てくださいという意見には賛成できません"),
        ("てください", "てくださいと言う人は間違っています"),
    ],
)
def test_an_ending_that_turns_the_opinion_parts(stem, one, other):
    assert opinions(stem + one, stem + other) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("東京駅前の駐輪場を増やしてください", "東京駅前の駐車場を増やしてください"),
        ("図書館を夜まで開けてください。お願いします", "図書館を朝から開けてください。お願いします"),
        (
            "I support the new bike lanes on Main Street",
            "I support the new bike lanes on Main Street but only today",
        ),
    ],
)
def test_a_word_that_is_the_opinion_parts(one, other):
    assert opinions(one, other) == 2


def test_quoting():
    assert is_cited("道を直してください", "道を直してくださいという声は一部です")
    assert not is_cited("道を直してください", "道を直してくださいとても困っています")
    assert not is_cited("道を直してください", "道を直してください")


def test_nothing_is_left_of_courtesies_alone():
    assert core_of("よろしくお願いします") == "よろしくお願いします"
    assert core_of("") == ""


@given(TEXT)
@settings(max_examples=40)
def test_a_core_is_never_empty_nor_odd(text):
    form = normalise(text)
    core = core_of(form)
    assert bool(core) == bool(form)
    assert core_of(form) == core


@given(
    st.permutations([POLICY, f"{POLICY}佐藤一郎", f"こんにちは。{POLICY}", f"{POLICY}以上です。", ENGLISH]),
    st.integers(0, 5),
)
@settings(max_examples=15)
def test_adding_is_grouping_at_once(texts, first):
    names = [f"n{number}" for number in range(len(texts))]
    at_once = group(names, texts)
    grown = group(names[:first], texts[:first]).add(names[first:], texts[first:])
    assert grown.set_of.tolist() == at_once.set_of.tolist()
    assert at_once.opinions == 2
