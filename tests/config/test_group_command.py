"""``jichi group`` as a person at a terminal meets it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jichi.city.pack import validate
from jichi.config.cli import program
from jichi.config.cli.console import Failure
from jichi.methods.texts.embedding import embedding_installed

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "mihon" / "opinions.csv"
SCHEMA = "config/schema/jichi-group-1.schema.json"

PARK = "公園に木陰が少なく、真夏は子どもを遊ばせられません。木を植えて日陰を増やしてください。"
BUS = "駅前の路線バスが一時間に一本しかなく、通院のたびに困っています。減便を見直してください。"
TEXTS = [
    ("a", PARK),
    ("b", PARK),
    ("c", PARK.replace("、", "，").replace("。", "！")),
    ("d", PARK + "中原区　山田"),
    ("e", BUS),
    ("f", "反対です"),
    ("g", "賛成です"),
    ("h", ""),
    ("i", "　"),
    ("j", "🙂🙂"),
]


def as_csv(rows: list[tuple[str, str]], head: str = "id,text") -> str:
    return "\n".join([head, *(f'{name},"{text}"' for name, text in rows)]) + "\n"


def run(folder: Path, content: str | bytes, *options: str) -> Result:
    file = folder / "texts.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return CliRunner().invoke(program, ["group", str(file), *options])


def told(folder: Path, content: str | bytes, *options: str) -> dict[str, Any]:
    """The JSON document, known to be of the published form."""
    done = run(folder, content, "--json", *options)
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    validate(document, SCHEMA, name="the sets")
    return document


def message(done: Result) -> str:
    assert isinstance(done.exception, Failure), done.output
    return str(done.exception)


def test_both_numbers_are_told_and_every_submission_is_in_one_set(tmp_path: Path):
    document = told(tmp_path, as_csv(TEXTS))
    assert (document["submissions"], document["opinions"]) == (10, 6)
    counted = Counter(member for each in document["sets"] for member in each["members"])
    assert counted == Counter(name for name, _text in TEXTS)
    assert document["sets"][0]["members"] == ["a", "b", "c", "d"]
    assert document["links"] == {"identical": 1, "normalised": 2, "near": 1, "paraphrase": 0}
    assert document["proof"]["holds"]


def test_a_link_shows_what_two_texts_share_word_for_word(tmp_path: Path):
    links = told(tmp_path, as_csv(TEXTS))["sets"][0]["links"]
    assert {link["kind"] for link in links} == {"near", "normalised"}
    texts = dict(TEXTS)
    for link in links:
        assert link["spans"], link
        for one in link["spans"]:
            assert texts[link["member"]][slice(*one["left"])] == one["text"]


def test_the_order_of_rows_changes_nothing(tmp_path: Path):
    there, back = (told(tmp_path, as_csv(each)) for each in (TEXTS, TEXTS[::-1]))
    assert [each["key"] for each in there["sets"]] == [each["key"] for each in back["sets"]]
    assert [each["members"] for each in there["sets"]] == [each["members"] for each in back["sets"]]


def test_the_report_is_for_readers(tmp_path: Path):
    done = run(tmp_path, as_csv(TEXTS), "--topics", "2")
    assert done.exit_code == 0, done.output
    assert "10 submissions hold 6 distinct opinions" in done.stdout
    assert "4 (3)  [" in done.stdout
    assert "Nothing is lost or counted twice" in done.stdout
    assert "2 texts without anything written (lines 9, 10)" in done.stderr


def test_topics_hold_every_submission_and_labels_are_stretches_of_texts(tmp_path: Path):
    document = told(tmp_path, as_csv(TEXTS), "--topics", "2")
    texts = dict(TEXTS)
    tree = document["topics"]["tree"]
    assert sum(each["submissions"] for each in tree if each["parent"] is None) == 10
    labels = [each["label"] for each in tree if each["label"] is not None]
    assert labels
    for label in labels:
        assert texts[label["id"]][label["start"] : label["end"]] == label["text"]


def test_what_is_denied_or_masked_is_not_shown(tmp_path: Path):
    (tmp_path / "deny.txt").write_text("# words\n木陰\n", encoding="utf-8")
    start = TEXTS[3][1].index("山田")
    (tmp_path / "masks.csv").write_text(f"id,start,end\nd,{start},{start + 2}\n", encoding="utf-8")
    options = ("--deny", str(tmp_path / "deny.txt"), "--masks", str(tmp_path / "masks.csv"), "--topics")
    content = as_csv([*TEXTS, ("k", "山田さんの言うとおり、市役所の窓口は遅くまで開けるべきだと思います。")])
    shown = run(tmp_path, content, *options, "--json").stdout
    assert "山田" not in shown
    assert "■■さんの言うとおり" in shown
    labels = [each["label"] for each in json.loads(shown)["topics"]["tree"] if each["label"]]
    assert not any("木陰" in label["text"] for label in labels)


@pytest.mark.parametrize("row", ["x,0,1", "d,5,5", "d,0,9999", "d,-1,2", "d,a,2"])
def test_a_mask_that_fits_nothing_is_refused(tmp_path: Path, row: str):
    (tmp_path / "masks.csv").write_text(f"id,start,end\nd,0,1\n{row}\n", encoding="utf-8")
    assert "line 3" in message(run(tmp_path, as_csv(TEXTS), "--masks", str(tmp_path / "masks.csv")))


def test_decisions_of_people_are_kept(tmp_path: Path):
    decided = tmp_path / "decisions.json"
    # Submission b is not the one that topics were made of; its set is.
    decided.write_text(
        json.dumps([{"kind": "rename", "anchors": ["b", "a"], "title": "木陰"}]), encoding="utf-8"
    )
    document = told(tmp_path, as_csv(TEXTS), "--topics", "2", "--decisions", str(decided))
    assert "木陰" in [each["title"] for each in document["topics"]["tree"]]
    assert [each["holds"] for each in document["topics"]["decisions"]] == [True]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ('{"a": 1}', "no list of decisions"),
        ('[{"kind": "rename"}, {"kind": "burn"}, 3]', "decision 3"),
        ('[{"kind": "rename", "anchors": [], "title": ""}]', "decision 1"),
    ],
)
def test_decisions_that_are_none_are_refused_all_at_once(tmp_path: Path, content: str, words: str):
    decided = tmp_path / "decisions.json"
    decided.write_text(content, encoding="utf-8")
    found = message(run(tmp_path, as_csv(TEXTS), "--topics", "2", "--decisions", str(decided)))
    assert words in found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("id,text\n", "no rows"),
        ("id,title\na,b\n", "no column for the text"),
        ("id,text\na,x\nb,y\na,z\n", "lines 2, 4 of the file"),
        ("id,text\n,x\nb,y\n", "line 2 of the file"),
        ('id,text\na,"x\n', "quotation mark"),
        (b"\x00\x01\x02", "UTF-8 or Shift_JIS"),
        ("id,text\na,x,y\n", "line 2: more cells"),
        ("id,text,text\na,x,y\n", "two columns called text"),
        (as_csv([("a", "長" * 1_000_001)]), "line 2 of the file"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_lines(tmp_path: Path, content: str | bytes, words: str):
    out = tmp_path / "sets.csv"
    done = run(tmp_path, content, "--output", str(out))
    assert words in message(done)
    assert not out.exists()


def test_a_text_of_a_megabyte_is_a_text(tmp_path: Path):
    long = "この計画には多くの問題があります。" * 55_000
    document = told(tmp_path, as_csv([("a", long), ("b", long[:-1]), ("c", PARK)]))
    assert document["opinions"] == 2


def test_a_file_of_a_japanese_spreadsheet_is_read(tmp_path: Path):
    rows = [row for row in TEXTS if row[0] != "j"]
    one = told(tmp_path, as_csv(rows, "受付番号,ご意見").encode("cp932"))
    other = told(tmp_path, b"\xef\xbb\xbf" + as_csv(rows, "受付番号,ご意見").encode())
    assert one["sets"] == other["sets"]


def test_texts_of_a_wrong_encoding_are_told_and_grouped_as_they_are(tmp_path: Path):
    broken = PARK.encode().decode("latin-1")
    done = run(tmp_path, as_csv([*TEXTS, ("k", broken), ("l", "文字が\ufffd\ufffdけた")]))
    assert done.exit_code == 0
    assert "2 texts (lines 12, 13) with signs of a wrong encoding" in done.stderr


def test_a_line_names_a_submission_without_an_id(tmp_path: Path):
    done = run(tmp_path, f"意見\n{PARK}\n\n{BUS}\n{BUS}\n", "--json")
    assert "each submission is called by its line" in done.stderr
    assert json.loads(done.stdout)["sets"][0]["members"] == ["line 4", "line 5"]


def test_every_submission_goes_to_the_file_with_its_set(tmp_path: Path):
    out = tmp_path / "sets.csv"
    rows = [*TEXTS, ("=1+1", "式のような番号の意見です。")]
    assert run(tmp_path, as_csv(rows), "--output", str(out), "--topics", "2").exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        kept = list(csv.DictReader(file))
    assert [row["id"] for row in kept] == [name for name, _text in TEXTS] + ["'=1+1"]
    assert {row["set"] for row in kept[:4]} == {"1"}
    assert all(row["topic_key"] for row in kept)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sets.csv", "texts.csv"]


def test_a_hint_tells_what_is_like_a_draft(tmp_path: Path):
    done = run(tmp_path, as_csv(TEXTS), "--hint", "公園に木陰が少なく、真夏は子どもを遊ばせられない")
    assert PARK[:10] in done.stdout
    assert "駅前" not in done.stdout
    assert "No opinion" in run(tmp_path, as_csv(TEXTS), "--hint", "zzz").stdout
    document = json.loads(run(tmp_path, as_csv(TEXTS), "--hint", PARK, "--json").stdout)
    validate(document, "config/schema/jichi-hints-1.schema.json", name="the hints")
    assert document["hints"][0]["similarity"] == pytest.approx(1)


def test_what_is_read_is_not_written_over(tmp_path: Path):
    done = run(tmp_path, as_csv(TEXTS), "--output", str(tmp_path / "texts.csv"))
    assert "write to another file" in message(done)
    assert (tmp_path / "texts.csv").read_text(encoding="utf-8") == as_csv(TEXTS)


def test_options_that_contradict_each_other_are_refused(tmp_path: Path):
    for options in (("--by-words", "--semantic"), ("--deny", str(EXAMPLE))):
        done = run(tmp_path, as_csv(TEXTS), *options)
        assert done.exit_code != 0
        assert "Usage" in done.output


@pytest.mark.skipif(not embedding_installed(), reason="the optional package for meaning is not installed")
def test_paraphrases_are_found_by_meaning(tmp_path: Path):
    document = json.loads(CliRunner().invoke(program, ["group", str(EXAMPLE), "--semantic", "--json"]).stdout)
    assert document["links"]["paraphrase"] > 0
    assert document["proof"]["holds"]


def test_the_example_of_the_how_to_page_tells_what_the_page_says():
    done = CliRunner().invoke(program, ["group", str(EXAMPLE), "--topics", "6", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    validate(document, SCHEMA, name="the example")
    assert (document["submissions"], document["sets"][0]["size"], document["sets"][1]["size"]) == (
        120,
        34,
        11,
    )


def test_the_example_is_what_its_script_makes():
    from benchmarks.flood_grammar import Maker, languages
    from benchmarks.mihon_example import opinions

    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        kept = [row["text"] for row in csv.DictReader(file)]
    assert kept == opinions(Maker(7), languages()["ja"])
