"""The votes and opinions of the fictitious city of Mihon that the how-to pages use, made from a seed.

    python -m benchmarks.mihon_example

writes ``votes.csv``, ``statements.csv`` and ``opinions.csv`` into ``docs/examples/mihon``: 120 people in
three ways of thinking, with twelve copied ballots among them, on fourteen statements about the library, buses
and parks; and 120 opinions, in which one campaign stands for 34 and another for 11. Nobody said any of it.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from .flood_grammar import MIX, Language, Maker, languages, mutated

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "examples" / "mihon"
# Each with its chances in ten of agreement, for three ways of thinking; one in ten passes.
STATEMENTS = (
    ("中央図書館は夜九時まで開けるべきだ。", (9, 9, 1)),
    ("分館を減らして、その分を新しい本に使うのがよい。", (0, 6, 9)),
    ("司書は正規の職員であるべきだ。", (9, 5, 2)),
    ("図書館の運営は民間に任せたほうがよくなる。", (0, 8, 9)),
    ("駅に返却箱を置いてほしい。", (9, 9, 9)),
    ("一時間に一本以下のバスにも市の税金を使うべきだ。", (9, 1, 2)),
    ("バスの運賃は七十歳以上なら無料でよい。", (9, 0, 4)),
    ("予約した人だけを運ぶ小型の車に切り替えるのがよい。", (2, 9, 8)),
    ("停留所に屋根と腰掛けがほしい。", (9, 9, 9)),
    ("公園でのボール遊びを時間を決めて認めるべきだ。", (9, 9, 1)),
    ("夜の公園は閉めたほうが安心だ。", (1, 0, 9)),
    ("木陰を増やすためなら、遊具が減ってもかまわない。", (5, 4, 5)),
    ("公園の使い方は近くの住民が話し合って決めるべきだ。", (9, 9, 9)),
    ("この投票の進め方は分かりにくい。", (2, 2, 2)),
)
SHARES = (0, 0, 0, 0, 1, 1, 1, 2, 2)
COPIED = (-1, 1, 1, 1, 1, 1, -1, -1, 1, -1, -1, 1, -1, 0)


def votes(dice: random.Random) -> list[tuple[str, str, int, str]]:
    """Rows of participant, statement, vote and time."""
    rows = []
    for person in range(108):
        way = SHARES[dice.randrange(len(SHARES))]
        day = dice.randrange(1, 15)
        for number, (_text, chances) in enumerate(STATEMENTS, 1):
            if dice.randrange(100) < 18:
                continue
            at = dice.randrange(10)
            vote = 1 if at < chances[way] else -1 if at < 9 else 0
            rows.append((f"p{person + 1:03d}", str(number), vote, _time(day, 9, number)))
            if dice.randrange(100) < 2:
                rows.append((f"p{person + 1:03d}", str(number), -vote, _time(day, 20, number)))
    for person in range(108, 120):
        changed = dice.randrange(4 * len(COPIED))
        for number, vote in enumerate(COPIED, 1):
            given = 0 if number - 1 == changed else vote
            rows.append((f"p{person + 1:03d}", str(number), given, _time(14, 23, number)))
    order = list(range(len(rows)))
    dice.shuffle(order)
    return [rows[at] for at in order]


def _time(day: int, hour: int, minute: int) -> str:
    return f"2026-06-{day:02d}T{hour:02d}:{minute:02d}:00+09:00"


def opinions(maker: Maker, language: Language) -> list[str]:
    """Texts in some order."""
    subjects = [language.domains.index(name) for name in ("図書館", "バス", "公園")]
    texts = []
    for size, subject, plan in ((34, 0, "CPERD"), (11, 1, "CPRD")):
        said = maker.fresh(language, [plan], subjects[subject])
        base = "".join(said)
        texts.append(base)
        for _ in range(size - 1):
            texts.append(mutated(base, said, MIX[maker.draw() % 100], language, maker.draw))
    texts += [
        "中央図書館を夜遅くまで開けておいてください。仕事帰りに寄れる時間にしてほしいです。",
        "勤め帰りにも使えるように、中央図書館の閉館時刻を遅くしてもらえませんか。",
        "会社が終わってからでは図書館に間に合いません。夜の開館を延ばすことを望みます。",
        "分館をなくさないで",
        "分館をなくさないで！",
        "バスを減らすな",
        "特にありません",
        "",
    ]
    plans = ["CPD", "PERD", "CPRD", "PRD", "CPERD", "CD"]
    while len(texts) < 120:
        texts.append("".join(maker.fresh(language, plans, subjects[maker.draw() % 3])))
    return [texts[at] for at in maker.shuffled(len(texts))]


def _write(name: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def main() -> None:
    """Writes the three files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _write("votes.csv", ("participant", "statement", "vote", "time"), list(votes(random.Random(14))))
    listed = [
        (number, text, "meta" if number == len(STATEMENTS) else "in")
        for number, (text, _chances) in enumerate(STATEMENTS, 1)
    ]
    _write("statements.csv", ("statement", "text", "moderated"), list(listed))
    texts = opinions(Maker(7), languages()["ja"])
    _write("opinions.csv", ("id", "text"), [(f"m{at:03d}", text) for at, text in enumerate(texts, 1)])


if __name__ == "__main__":
    main()
