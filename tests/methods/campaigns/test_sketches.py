"""Sketches estimate what they should; neighbours and links do not depend on threads; stars hold no chain."""

from __future__ import annotations

import numpy as np

from jichi.methods.campaigns.neighbours import adjacent, coded, rows_of
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.sketches import PLACES, agreement, jaccard_of, sketch
from jichi.methods.campaigns.stars import stars_of_links
from jichi.methods.texts.shingles import normal_units, overlaps


def mutated(draw, signs, count):
    """Copies of one text, each with another stretch of it replaced."""
    texts = []
    for _ in range(count):
        length = int(draw.integers(1, len(signs) - 20))
        at = int(draw.integers(0, len(signs) - length))
        new = "".join(chr(int(sign)) for sign in draw.integers(0x4E00, 0x9000, length))
        texts.append(signs[:at] + new + signs[at + length :])
    return texts


def made(seed, count=300):
    draw = np.random.default_rng(seed)
    signs = "".join(chr(int(sign)) for sign in draw.integers(0x4E00, 0x9000, 150))
    return normal_units([signs, *mutated(draw, signs, count)])


def test_an_estimate_has_its_standard_error_and_no_bias():
    draw = np.random.default_rng(1)
    texts = []
    for _ in range(400):
        signs = "".join(chr(int(sign)) for sign in draw.integers(0x4E00, 0x9000, 150))
        texts += [signs, *mutated(draw, signs, 1)]
    units = normal_units(texts)
    left, right = np.arange(0, 800, 2), np.arange(1, 800, 2)
    truth = overlaps(units, left, right).jaccard
    miss = jaccard_of(agreement(sketch(units, np.arange(800)), left, right)) - truth
    error = np.sqrt(truth * (1 - truth) / PLACES + 1 / 256 / PLACES)
    assert abs(miss.mean()) < 3 * error.mean() / np.sqrt(400)
    assert 0.85 < np.sqrt((miss**2).mean()) / np.sqrt((error**2).mean()) < 1.15


def test_threads_change_nothing():
    units = made(2)
    rows = np.arange(len(units))
    one, many = sketch(units, rows, threads=1), sketch(units, rows, threads=4)
    assert np.array_equal(one, many)
    found = [adjacent(one, units.lengths - 2, Rule(), threads=threads) for threads in (1, 3)]
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(*found, strict=True))


def test_a_sketch_is_of_its_text_alone():
    units = made(3, 40)
    every = sketch(units, np.arange(41))
    assert np.array_equal(every[[7, 20]], sketch(units, np.array([7, 20])))
    assert np.array_equal(every[[5]], sketch(normal_units([units.text(5)]), np.array([0])))


def test_near_copies_are_neighbours():
    draw = np.random.default_rng(4)
    texts, pairs = [], []
    for _ in range(150):
        signs = "".join(chr(int(sign)) for sign in draw.integers(0x4E00, 0x9000, 120))
        at = int(draw.integers(0, 100))
        pairs.append((len(texts), len(texts) + 1))
        texts += [signs, signs[:at] + "市民の声" * 5 + signs[at + 20 :]]
    units = normal_units(texts)
    sketches = sketch(units, np.arange(len(texts)))
    codes, counts = adjacent(sketches, units.lengths - 2, Rule())
    wanted = coded(*np.array(pairs).T)
    assert np.isin(wanted, codes).mean() > 0.99
    assert (counts >= 1).all()
    assert (np.diff(codes.astype(object)) > 0).all()
    left, right = rows_of(codes)
    assert (left < right).all()


def test_links_make_stars():
    """A chain of five: two stars, and every member is linked to its centre."""
    left, right = np.array([0, 1, 2, 3]), np.array([1, 2, 3, 4])
    found = stars_of_links(5, left, right, np.array([0.9, 0.8, 0.7, 0.6]))
    links = set(zip(left.tolist(), right.tolist(), strict=True))
    for row, centre in enumerate(found.centre.tolist()):
        assert row == centre or (min(row, centre), max(row, centre)) in links
        assert found.centre[centre] == centre
    assert len(set(found.centre.tolist())) == 2
