"""The same sets from a distributed engine as from one machine, however rows are parted and ordered."""

import os
import random
import shutil
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from jichi.methods.campaigns.grouping import group
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.scale import spark
from jichi.methods.campaigns.scale.batches import Blobs, blobs, concatenated, numbers, size_of, take
from jichi.methods.campaigns.scale.components import components
from jichi.methods.campaigns.scale.engine import LocalEngine
from jichi.methods.campaigns.scale.forms import distinct_forms
from jichi.methods.campaigns.scale.grouping import group_apart, submissions_in
from jichi.methods.texts.errors import TextError

SUBJECTS = [
    "図書館の開館時間",
    "市民プールの更衣室",
    "駅前の駐輪場",
    "河川敷の遊歩道",
    "夜間の急病診療所",
    "通学路の歩道",
]
WISHES = ["を延ばして", "を直して", "を広げて", "の料金を下げて", "に手すりを付けて", "に街灯を増やして"]
REASONS = [
    "祖母が通えず困っています",
    "子どもが転んで怪我をしました",
    "夜道が暗く危険です",
    "予約が取れません",
]
ENGLISH = "Please keep the late bus to the hospital, because night nurses have no other way home"


def flood(count: int, seed: int = 1) -> list[str]:
    """Copies, copies with other punctuation, near-duplicates, unlike texts, short and odd ones."""
    draw = random.Random(seed)
    texts = []
    while len(texts) < count:
        subject, wish, reason = draw.choice(SUBJECTS), draw.choice(WISHES), draw.choice(REASONS)
        text = f"{subject}{wish}ください。{draw.choice('東西南北')}町{draw.randint(1, 9)}丁目では{reason}。以前の説明会でも同じ声がありました。"
        match draw.randrange(8):
            case 0:
                text = text.replace("。", "！ ")
            case 1:
                text += draw.choice(["よろしくお願いします。", "家族一同の願いです。", "以上。"])
            case 2:
                at = draw.randrange(5, len(text))
                text = text[:at] + draw.choice("あいうえお") + text[at + 1 :]
            case 3:
                text = text[: draw.randrange(30, len(text))]
            case 4:
                text = draw.choice(["", " ", "反対です", "賛成です。", "🙂🙂", "譁�ｭ怜喧縺�", "はい", "ｶﾞｷﾞｸﾞ"])
            case 5:
                text = f"{ENGLISH}{draw.choice(['.', '!', ' at all.', ' since March.'])}"
        texts.append(text)
    return texts


def keys_on_one_machine(ids, texts, rule=None) -> dict[str, str]:
    found = group(ids, texts, rule=rule, threads=1)
    keys = [each.key for each in found.sets]
    return {name: keys[number] for name, number in zip(found.ids, found.set_of.tolist(), strict=True)}


TEXTS = flood(900)
IDS = [f"v{number:05d}" for number in range(len(TEXTS))]
ALONE = keys_on_one_machine(IDS, TEXTS)


@pytest.mark.parametrize(
    ("partitions", "rows", "bits", "seed"), [(1, 5000, 6, 0), (3, 200, 1, 1), (7, 97, 4, 2)]
)
def test_the_same_sets_however_rows_are_parted(partitions, rows, bits, seed):
    order = list(range(len(IDS)))
    random.Random(seed).shuffle(order)
    batches = submissions_in([IDS[n] for n in order], [TEXTS[n] for n in order], rows=rows)
    found = group_apart(LocalEngine(partitions), batches, bits=bits)
    assert dict(zip(found.ids, found.keys, strict=True)) == ALONE
    assert len(found.ids) == len(IDS)


def test_there_is_something_to_find():
    """The flood holds all that can differ: sets of near forms, lone texts, and chains of components."""
    found = group(IDS, TEXTS, threads=1)
    kinds = {each.kind for each in found.sets}
    assert {"identical", "normalised", "near"} <= kinds
    assert 100 < found.opinions < 1200


@settings(max_examples=15)
@given(st.lists(st.sampled_from(TEXTS[:200]), max_size=60), st.integers(1, 5), st.integers(1, 20))
def test_any_collection(texts, partitions, rows):
    ids = [f"i{number}" for number in range(len(texts))]
    found = group_apart(LocalEngine(partitions), submissions_in(ids, texts, rows=rows), bits=2)
    assert dict(zip(found.ids, found.keys, strict=True)) == keys_on_one_machine(ids, texts)


@pytest.mark.parametrize(
    "rule", [Rule(near=False), Rule(jaccard=0.8, jaccard_short=0.9), Rule(stances=False)]
)
def test_the_rule_is_the_same(rule):
    found = group_apart(LocalEngine(3), submissions_in(IDS[:500], TEXTS[:500], rows=111), rule=rule)
    assert dict(zip(found.ids, found.keys, strict=True)) == keys_on_one_machine(IDS[:500], TEXTS[:500], rule)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(-9, 30), st.integers(-9, 30)), min_size=1, max_size=60),
    st.integers(1, 4),
    st.integers(1, 9),
)
def test_components_are_those_of_a_graph(edges, partitions, rows):
    one, other = np.array(edges, np.int64).T
    engine = LocalEngine(partitions)
    cut = [
        {"one": one[low : low + rows], "other": other[low : low + rows]} for low in range(0, len(one), rows)
    ]
    found = engine.gather(components(engine, engine.spread(cut)))
    label = np.arange(-9, 31)
    label[numbers(found, "one") + 9] = numbers(found, "other")
    graph = coo_array((np.ones(len(one)), (one + 9, other + 9)), shape=(40, 40))
    truth = connected_components(graph, directed=False)[1]
    least = np.array([np.flatnonzero(truth == which)[0] for which in range(truth.max() + 1)]) - 9
    assert np.array_equal(label, least[truth])
    assert len(np.unique(numbers(found, "one"))) == size_of(found)


def test_a_long_path_settles():
    nodes = np.random.default_rng(1).permutation(5000)
    engine = LocalEngine(3)
    found = engine.gather(components(engine, engine.spread([{"one": nodes[:-1], "other": nodes[1:]}])))
    assert size_of(found) == 4999 and set(numbers(found, "other").tolist()) == {0}


def total(batch, *, by):
    keys = numbers(batch, by)
    found, place = np.unique(keys, return_inverse=True)
    return {by: found, "sum": np.bincount(place, numbers(batch, "value"), len(found)).astype(np.int64)}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 9)), min_size=1), st.integers(1, 6))
def test_group_brings_all_rows_of_a_number_together(rows, partitions):
    engine = LocalEngine(partitions)
    batches = [{"key": np.array([key]), "value": np.array([value])} for key, value in rows]
    found = engine.gather(engine.group(engine.spread(batches), "key", partial(total, by="key")))
    truth: dict[int, int] = {}
    for key, value in rows:
        truth[key] = truth.get(key, 0) + value
    assert dict(zip(numbers(found, "key").tolist(), numbers(found, "sum").tolist(), strict=True)) == truth
    assert engine.moved["total"] == 16 * len(rows)


@given(st.lists(st.binary(max_size=5)), st.lists(st.binary(max_size=5)), st.data())
def test_bytes_are_kept_as_they_are(first, second, data):
    batch = concatenated([{"b": Blobs.of(first)}, {"b": Blobs.of(second)}])
    every = [*first, *second]
    assert blobs(batch, "b").strings() == every
    rows = data.draw(st.lists(st.integers(0, len(every) - 1), max_size=9)) if every else []
    assert blobs(take(batch, np.array(rows, np.int64)), "b").strings() == [every[row] for row in rows]


def test_what_is_refused():
    with pytest.raises(TextError, match="partitions is 0"):
        LocalEngine(0)
    engine = LocalEngine()
    with pytest.raises(TextError) as caught:
        engine.group(engine.spread([{"b": Blobs.of([b"x"])}]), "b", take)
    assert caught.value.code == "not-a-number"
    with pytest.raises(TextError) as caught:
        list(submissions_in(["a", "a"], ["x", "y"]))
    assert caught.value.code == "ids-not-unique"
    clash = {"form": np.array([1, 1]), "low": np.array([2, 3]), "units": Blobs.of([b"", b""])}
    with pytest.raises(TextError, match="one number"):
        distinct_forms(clash)


def test_the_external_engine_says_what_it_lacks(monkeypatch):
    monkeypatch.setattr(spark, "missing", lambda: ("pyspark",))
    with pytest.raises(TextError) as caught:
        spark.SparkEngine(None)
    assert caught.value.params == {"missing": ("pyspark",)}


@pytest.mark.filterwarnings("ignore")
def test_the_external_engine_gives_the_same_sets():
    lacking = spark.missing()
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    session = spark_session()
    engine = spark.SparkEngine(session, partitions=2)
    nothing = engine.gather(engine.spread([{"a": np.zeros(0, np.int64), "b": Blobs.of([])}]))
    assert size_of(nothing) == 0 and list(nothing) == ["a", "b"]
    found = group_apart(engine, submissions_in(IDS[:300], TEXTS[:300], rows=120), bits=1)
    engine.close()
    assert dict(zip(found.ids, found.keys, strict=True)) == keys_on_one_machine(IDS[:300], TEXTS[:300])


def spark_session():
    """A session of a running Spark Connect server (SPARK_REMOTE), or of two workers in this process."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark cannot be imported")
    if "SPARK_REMOTE" in os.environ:
        return sql.SparkSession.builder.getOrCreate()
    if shutil.which("java") is None:
        pytest.skip("no Java, and SPARK_REMOTE names no server")
    if not hasattr(sql.SparkSession.builder, "master"):
        pytest.skip("only the client is installed, and SPARK_REMOTE names no server")
    settings_ = {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1"}
    builder = sql.SparkSession.builder.master("local[2]")
    for name, value in settings_.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
