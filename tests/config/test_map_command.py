"""``jichi map`` as a person at a terminal meets it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from jichi.city.pack import validate
from jichi.config.cli import program
from jichi.config.cli.console import Failure

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "mihon"
SCHEMA = "config/schema/jichi-map-1.schema.json"
QUICK = "--no-certificate"


def two_camps(size: int = 12, statements: int = 8) -> list[list[str]]:
    """Rows of participant, statement, vote: two camps that differ on all statements but the last."""
    rows = []
    for person in range(size):
        for number in range(statements):
            camp = 1 if person % 2 else -1
            # One statement of each person is passed, so that no two people of a camp are the same.
            vote = 0 if number == person // 2 % (statements - 1) else 1 if number == statements - 1 else camp
            rows.append([f"p{person}", f"s{number}", str(vote)])
    return rows


def as_csv(rows: list[list[str]], head: str = "participant,statement,vote") -> str:
    return "\n".join([head, *(",".join(row) for row in rows)]) + "\n"


def run(folder: Path, content: str | bytes, *options: str, name: str = "votes.csv") -> Result:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return CliRunner().invoke(program, ["map", str(file), *options])


def told(folder: Path, content: str | bytes, *options: str) -> dict[str, Any]:
    """The JSON document, known to be of the published form."""
    done = run(folder, content, "--json", *options)
    assert done.exit_code == 0, done.output
    document: dict[str, Any] = json.loads(done.stdout)
    validate(document, SCHEMA, name="the map")
    return document


def message(done: Result) -> str:
    assert isinstance(done.exception, Failure), done.output
    return str(done.exception)


def test_two_camps_are_two_groups_and_what_they_share_is_told(tmp_path: Path):
    done = run(tmp_path, as_csv(two_camps()), QUICK)
    assert done.exit_code == 0, done.output
    assert "2 groups" in done.stdout
    assert "Group 1: 6 people (50%)" in done.stdout
    shared = done.stdout[done.stdout.index("What the groups share") :]
    assert "[s7]" in shared.splitlines()[1]


def test_the_document_holds_everything_but_people(tmp_path: Path):
    document = told(tmp_path, as_csv(two_camps()), QUICK)
    assert [group["people"] for group in document["groups"]] == [6, 6]
    assert document["votes"] == {
        "rows": 96,
        "counted": 96,
        "participants": 12,
        "statements": 8,
        "form": "long",
    }
    last = document["statements"][-1]
    assert (last["statement"], last["agreed"], last["disagreed"], last["voted"]) == ("s7", 12, 0, 12)
    assert "p0" not in json.dumps(document)


def test_the_order_of_rows_changes_nothing(tmp_path: Path):
    rows = two_camps()
    there, back = (told(tmp_path, as_csv(each), QUICK) for each in (rows, rows[::-1]))
    there["made_from"].pop("votes_sha256")
    back["made_from"].pop("votes_sha256")
    assert there == back


def test_wide_form_and_long_form_are_one_map(tmp_path: Path):
    rows = two_camps()
    wide = ["participant,group-id,n-votes," + ",".join(f"s{number}" for number in range(8))]
    for person in range(12):
        cells = [row[2] for row in rows if row[0] == f"p{person}"]
        wide.append(f"p{person},0,8," + ",".join(cells))
    long_form, wide_form = told(tmp_path, as_csv(rows), QUICK), told(tmp_path, "\n".join(wide), QUICK)
    assert (long_form["votes"].pop("form"), wide_form["votes"].pop("form")) == ("long", "wide")
    assert {**long_form, "made_from": 0} == {**wide_form, "made_from": 0}


def test_an_empty_cell_of_a_wide_table_is_no_vote(tmp_path: Path):
    document = told(tmp_path, "participant,1,2\na,1,\nb,-1,0\nc,,\n", QUICK)
    assert document["votes"]["counted"] == 3
    assert document["votes"]["participants"] == 3
    assert document["people"] == {"voted": 2, "grouped": document["people"]["grouped"]}


def test_names_of_other_programs_are_known_and_others_can_be_named(tmp_path: Path):
    rows = two_camps()
    usual = told(tmp_path, as_csv(rows, "voter-id,comment-id,vote"), QUICK)
    named = told(
        tmp_path, as_csv(rows, "who,what,how"), QUICK, "--participant=who", "--statement=what", "--vote=how"
    )
    japanese = told(tmp_path, as_csv(rows, "投票者,意見ID,賛否").encode("cp932"), QUICK)
    assert usual["groups"] == named["groups"] == japanese["groups"]


def test_the_latest_vote_holds_whatever_the_form_of_times(tmp_path: Path):
    head = "participant,statement,vote,timestamp"
    for early, late in (("1", "2"), ("2026-04-01T09:00:00+09:00", "2026-04-01T01:00:00Z"), ("1.5", "1.75")):
        document = told(tmp_path, f"{head}\na,1,1,{late}\na,1,-1,{early}\n", QUICK)
        assert document["statements"][0]["agreed"] == 1
        assert document["votes"]["counted"] == 1


def test_two_votes_without_times_are_refused_by_line(tmp_path: Path):
    words = message(run(tmp_path, "participant,statement,vote\na,1,1\n\nb,1,1\na,1,-1\n", QUICK))
    assert "lines 2, 5 of the file" in words


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("participant,statement,vote\n", "no rows"),
        ("participant,statement,vote\na,1,2\nb,1,1\nc,1,x\n", "line 2: vote is '2'"),
        ("participant,statement,vote\na,1,2\nb,1,1\nc,1,x\n", "line 4: vote is 'x'"),
        ("participant,statement,vote\na,1,\n", "line 2: vote is empty"),
        ("participant,statement,vote\n,1,1\nb,,1\n", "line 2: the participant is not named"),
        ("participant,statement,vote\n,1,1\nb,,1\n", "line 3: the statement is not named"),
        ("statement,vote\n1,1\n", "no column for the participant"),
        ("participant,vote\n1,1\n", "no column for the statement"),
        ("participant\na\n", "neither a column for the vote"),
        ("participant,statement,choice\na,1,1\n", "name it with --vote"),
        ("participant,1,2\na,1,5\n", "line 2: 2 is '5'"),
        ("participant,1,2\na,1,1\na,0,0\n", "line 3: 'a' stands twice"),
        ("participant,1,1\na,1,1\n", "two columns called 1"),
        ("participant,statement,vote\na,1,1,7\n", "line 2: more cells"),
        ('participant,statement,vote\na,"1,1\n', "quotation mark"),
        (b"participant,statement,vote\n\x00\x01,1,1\n", "UTF-8 or Shift_JIS"),
        (b"PK\x03\x04 no workbook", "damaged"),
        ("participant,statement,vote,time\na,1,1,yesterday\nb,1,1,\n", "lines 2"),
    ],
)
def test_what_cannot_be_used_is_told_with_every_line(tmp_path: Path, content: str | bytes, words: str):
    done = run(tmp_path, content, QUICK)
    found = message(done)
    assert words in found or (words == "lines 2" and "line 2" in found and "line 3" in found), found
    assert done.stdout == ""


def test_dates_and_numbers_are_not_compared(tmp_path: Path):
    head = "participant,statement,vote,time\n"
    words = message(run(tmp_path, head + "a,1,1,2026-04-01\nb,1,1,2026-04-02\na,1,-1,46114\n", QUICK))
    assert "line 4: time is a number here and not in other rows" in words


def test_many_bad_rows_are_counted_not_listed_without_end(tmp_path: Path):
    bad = "".join(f"p{number},1,9\n" for number in range(5_000))
    words = message(run(tmp_path, "participant,statement,vote\n" + bad, QUICK))
    assert "and 4,992 more" in words
    assert len(words) < 1_000


@pytest.mark.parametrize("vote", ["１", "1.0", "+1", "agree", "賛成"])
def test_a_vote_may_be_written_in_many_ways(tmp_path: Path, vote: str):
    document = told(tmp_path, f"participant,statement,vote\na,1,{vote}\nb,1,−1\n", QUICK)
    assert (document["statements"][0]["agreed"], document["statements"][0]["disagreed"]) == (1, 1)


def test_the_opposite_sign_turns_numbers_and_leaves_words(tmp_path: Path):
    document = told(
        tmp_path, "participant,statement,vote\na,1,-1\nb,1,agree\nc,1,1\n", QUICK, "--agree-is=-1"
    )
    assert (document["statements"][0]["agreed"], document["statements"][0]["disagreed"]) == (2, 1)


def test_a_file_of_the_opposite_sign_is_suspected(tmp_path: Path):
    rows = [[f"p{person}", f"s{number}", "-1"] for person in range(5) for number in range(5)]
    assert "--agree-is -1" in run(tmp_path, as_csv(rows), QUICK).stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("participant,statement,vote\na,1,1\n", "groups-too-few"),
        ("participant,1,2\na,,\n", "no-votes"),
        (as_csv([[f"p{person}", "1", "1"] for person in range(9)]), "no-differences"),
    ],
)
def test_what_a_map_cannot_tell_has_its_reason(tmp_path: Path, content: str, reason: str):
    document = told(tmp_path, content, "--resamples=20")
    assert reason in [each["code"] for each in document["reasons"]]
    assert document["groups"] == []
    done = run(tmp_path, content, "--resamples=20")
    assert "What this map does not tell, and why" in done.stdout


def test_one_statement_has_a_map_and_a_certificate(tmp_path: Path):
    rows = [[f"p{person}", "1", str((-1) ** person)] for person in range(9)]
    assert told(tmp_path, as_csv(rows), "--resamples=20")["certificate"]["resamples"] == 20


def test_statements_bring_texts_and_moderation(tmp_path: Path):
    side = tmp_path / "statements.csv"
    listed = "".join(f"s{number},いろは{number},{'-1' if number == 0 else '1'}\n" for number in range(8))
    side.write_text(
        "comment-id,comment-body,moderated\n" + listed + "s8,誰も投票していない,1\n", encoding="utf-8"
    )
    document = told(tmp_path, as_csv(two_camps()), QUICK, "--statements", str(side))
    assert [each["standing"] for each in document["statements"]].count("out") == 1
    assert document["statements"][1]["text"] == "いろは1"
    assert document["statements"][8]["voted"] == 0
    chosen = {one["statement"] for group in document["groups"] for one in group["representative"]}
    assert "s0" not in chosen


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("s0,a,1\n", "and 4 more: the statement 's1' is not in the file of statements"),
        ("s0,a,1\ns0,b,1\n", "line 3: the statement 's0' stands twice"),
        ("s0,a,perhaps\n", "line 2: moderated is 'perhaps'"),
        (",a,1\n", "line 2: the statement is not named"),
    ],
)
def test_statements_that_do_not_fit_are_told(tmp_path: Path, listed: str, words: str):
    side = tmp_path / "statements.csv"
    side.write_text("statement,text,moderated\n" + listed, encoding="utf-8")
    assert words in message(run(tmp_path, as_csv(two_camps()), QUICK, "--statements", str(side)))


def with_copies() -> str:
    """Twenty-four people of their own, and ten copies of a ballot that fits in no camp."""
    rows = two_camps(24, 16)
    rows += [
        [f"c{copy}", f"s{number}", str((1, -1)[number % 3 == 0])]
        for copy in range(10)
        for number in range(16)
    ]
    return as_csv(rows)


def test_copies_are_found_named_by_pseudonym_only_and_the_map_is_told_without_them(tmp_path: Path):
    key = tmp_path / "key"
    key.write_bytes(b"sixteen bytes or more\n")
    plain = told(tmp_path, with_copies(), QUICK, "--clones")
    named = told(tmp_path, with_copies(), QUICK, "--clones", "--key-file", str(key))
    assert [each["members"] for each in plain["clones"]["sets"]] == [None] * len(plain["clones"]["sets"])
    members = named["clones"]["sets"][0]["members"]
    assert len(members) == named["clones"]["sets"][0]["size"] >= 10
    assert not any(member.startswith(("c", "p")) and len(member) < 4 for member in members)
    assert named["clones"]["map_without"]["groups"]
    assert "copies of one another" in run(tmp_path, with_copies(), QUICK, "--clones").stdout


def test_copies_count_once_in_the_size_of_a_group(tmp_path: Path):
    document = told(tmp_path, with_copies(), QUICK, "--clones")["clones"]
    persons = 34 - document["ballots"] + len(document["sets"])
    assert sum(group["people"] for group in document["map_without"]["groups"]) == persons


def test_a_text_cannot_command_the_terminal(tmp_path: Path):
    side = tmp_path / "statements.csv"
    listed = "".join(f"s{number},\x1b[2Jいろは\u202e,1\n" for number in range(8))
    side.write_text("statement,text,moderated\n" + listed, encoding="utf-8")
    words = run(tmp_path, as_csv(two_camps()), QUICK, "--statements", str(side)).stdout
    assert "いろは" in words
    assert not {"\x1b", "\u202e"} & set(words)


def test_a_short_key_is_refused(tmp_path: Path):
    key = tmp_path / "key"
    key.write_bytes(b"short")
    done = run(tmp_path, as_csv(two_camps()), QUICK, "--clones", "--key-file", str(key))
    assert "16 to 64" in message(done)


def test_where_people_stand_goes_to_a_file_that_is_whole_or_not_there(tmp_path: Path):
    out = tmp_path / "people.csv"
    assert run(tmp_path, as_csv(two_camps()), QUICK, "--output", str(out)).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert {row["group"] for row in rows} == {"1", "2"}
    nowhere = tmp_path / "nowhere" / "people.csv"
    assert "cannot be written" in message(run(tmp_path, as_csv(two_camps()), QUICK, "--output", str(nowhere)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "votes.csv"]


def test_a_workbook_is_read(tmp_path: Path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["participant", "statement", "vote"])
    for person, statement, vote in two_camps():
        sheet.append([person, statement, int(vote)])
    workbook.save(tmp_path / "votes.xlsx")
    found = CliRunner().invoke(program, ["map", str(tmp_path / "votes.xlsx"), QUICK])
    assert found.stdout == run(tmp_path, as_csv(two_camps()), QUICK).stdout


@pytest.fixture(scope="module")
def example() -> Iterator[dict[str, Any]]:
    votes, statements = EXAMPLE / "votes.csv", EXAMPLE / "statements.csv"
    arguments = [
        "map",
        str(votes),
        "--statements",
        str(statements),
        "--clones",
        "--resamples",
        "40",
        "--json",
    ]
    done = CliRunner().invoke(program, arguments)
    assert done.exit_code == 0, done.output
    yield json.loads(done.stdout)


def test_the_example_of_the_how_to_page_tells_what_the_page_says(example: dict[str, Any]):
    validate(example, SCHEMA, name="the example")
    assert example["votes"]["participants"] == 120
    assert [each["size"] for each in example["clones"]["sets"]] == [12]
    assert example["clones"]["map_without"]["certificate"]["told"]
    assert len(example["clones"]["map_without"]["groups"]) == 3


def test_the_example_is_what_its_script_makes():
    from random import Random

    from benchmarks.mihon_example import votes

    with (EXAMPLE / "votes.csv").open(encoding="utf-8", newline="") as file:
        kept = [tuple(row) for row in csv.reader(file)][1:]
    assert kept == [(one, other, str(vote), time) for one, other, vote, time in votes(Random(14))]
