"""Opinions for the tests, written by us; and an embedder that needs no package."""

from __future__ import annotations

import hashlib

import numpy as np

SUBJECTS = {
    "park": [
        "中央公園の遊具が古くて危ないので取り替えてほしい。",
        "公園の遊具を新しくすべきである。",
        "子どもが遊ぶ公園のブランコが壊れています。",
        "公園に木陰とベンチを増やしてください。",
        "公園の遊具の点検結果を公開すべき。",
        "The park needs new swings and benches.",
    ],
    "nursery": [
        "保育園の待機児童を早く減らしてほしい。",
        "保育園の定員を増やすべきだ。",
        "保育士の給料を上げて保育園を増やしてください。",
        "待機児童が多く、保育園に入れません。",
        "保育園の入園申請をオンラインでできるようにすべき。",
    ],
    "library": [
        "図書館の開館時間を夜まで延ばしてほしい。",
        "図書館の蔵書を増やすべき。",
        "駅前に図書館の返却ポストを置いてください。",
        "図書館の自習席が足りない。",
        "図書館の移転に反対です。",
        "図書館の移転に賛成です。",
    ],
    "road": [
        "通学路の歩道が狭くて危険です。",
        "歩道の段差をなくしてほしい。",
        "道路の穴を早く補修すべき。",
        "通学路に信号機を設置してください。",
    ],
    "bus": ["コミュニティバスの本数を増やしてほしい。", "バス停に屋根と時刻表を付けるべきである。"],
}


def all_texts():
    return [text for texts in SUBJECTS.values() for text in texts]


def all_subjects():
    return [subject for subject, texts in SUBJECTS.items() for _ in texts]


class Hashed:
    """Each text as the sum of fixed random vectors of its characters: a function of the text alone."""

    name = "hashed"

    def __init__(self, dimensions=32):
        self._dimensions = dimensions

    def __call__(self, texts):
        rows = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for sign in text:
                seed = int.from_bytes(
                    hashlib.sha256(sign.encode("utf-8", "surrogatepass")).digest()[:8], "big"
                )
                row += np.random.default_rng(seed).integers(-8, 9, self._dimensions)
            row /= max(1e-9, float(np.sqrt((row * row).sum())))
        return rows
