"""``jichi map``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jichi import __version__

from .ballot_files import Cast, Statement, read_statements, read_votes, unknown_statements
from .console import Failure, result, say
from .tabular import at_lines, checksum

if TYPE_CHECKING:
    from jichi.methods.opinion_maps.votes import Votes

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KEY_BYTES = range(16, 65)
_MANY = 500_000


@click.command("map")
@click.argument("file", type=_FILE)
@click.option("--statements", "statements_file", type=_FILE, help="Texts and moderation of the statements.")
@click.option("--participant", help="Column that names who voted (usual names are found).")
@click.option("--statement", help="Column that names the statement.")
@click.option("--vote", help="Column that holds the vote.")
@click.option("--time", help="Column that holds when: the latest vote of a person on a statement holds.")
@click.option(
    "--agree-is",
    type=click.Choice(["1", "-1"]),
    default="1",
    show_default=True,
    help="Which number means agreement; databases of some programs have -1.",
)
@click.option("--most-groups", type=click.IntRange(2, 20), default=5, show_default=True, help="Try no more.")
@click.option("--groups", type=click.IntRange(1, 20), help="Exactly this many groups.")
@click.option(
    "--certificate/--no-certificate",
    default=True,
    show_default=True,
    help="Examine how stable the groups are.",
)
@click.option(
    "--resamples", type=click.IntRange(20, 10_000), default=200, show_default=True, help="Maps drawn anew."
)
@click.option("--clones", is_flag=True, help="Find ballots that are copies; show the map with and without.")
@click.option("--key-file", type=_FILE, help="Secret of 16 to 64 bytes: copies are named by pseudonyms.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON document (jichi-map/1).")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write where each participant stands to this csv. It names people: keep it.",
)
def command(
    file: Path,
    statements_file: Path | None,
    as_json: bool,
    output: Path | None,
    key_file: Path | None,
    **options: Any,
) -> None:
    """Draw the opinion map of the votes in FILE (csv or xlsx).

    FILE has a row for each vote (participant, statement, vote, time), or a row for each participant and a
    column for each statement. A vote is 1 (agree), 0 (pass) or -1 (disagree). No installation is needed, and
    nothing is stored. The same votes give the same map, whatever the order of rows.
    """
    from jichi.methods.opinion_maps.mapping import Rules  # deferred: start-up

    from .map_document import PEOPLE, document, people  # deferred: start-up
    from .map_drawing import Wishes, draw  # deferred: start-up
    from .map_report import report  # deferred: start-up
    from .writing import refuse_to_overwrite, write_csv  # deferred: start-up

    refuse_to_overwrite(output, file, statements_file, key_file)
    key = None if key_file is None else _key(key_file)
    statements = {} if statements_file is None else read_statements(statements_file)
    cast = read_votes(
        file,
        participant=options["participant"],
        statement=options["statement"],
        vote=options["vote"],
        time=options["time"],
        agree_is=int(options["agree_is"]),
    )
    if statements_file is not None:
        unknown_statements(cast, statements, file)
    votes = _votes(file, cast, statements)
    counts = {
        "rows": len(cast.votes),
        "counted": int(votes.values.size),
        "participants": int(votes.participants.size),
        "statements": int(votes.statements.size),
        "form": cast.form,
    }
    _tell(cast, counts)
    wishes = Wishes(
        rules=Rules(most_groups=options["most_groups"], groups=options["groups"]),
        resamples=options["resamples"] if options["certificate"] else None,
        clones=options["clones"],
        key=key,
    )
    if wishes.resamples is not None and votes.values.size > _MANY:
        say("So many votes take minutes to examine for stability; --no-certificate leaves it out")
    drawn = draw(votes, statements, wishes)
    if output is not None:
        write_csv(output, PEOPLE, people(drawn))
        say(f"where each of {len(drawn.map.participants):,} participants stands: {output}")
    if as_json:
        result(document(drawn, _origins(file, statements_file, options), counts))
        return
    for line in report(drawn):
        click.echo(line)


def _key(path: Path) -> bytes:
    key = path.read_bytes().strip()
    if len(key) not in _KEY_BYTES:
        raise Failure(f"{path} holds a secret of {len(key)} bytes; it needs 16 to 64.")
    return key


def _votes(file: Path, cast: Cast, statements: Mapping[str, Statement]) -> Votes:
    from jichi.methods.opinion_maps.errors import VoteError  # deferred: start-up
    from jichi.methods.opinion_maps.votes import make_votes  # deferred: start-up

    every = list(statements) or cast.every_statement
    try:
        return make_votes(
            cast.participants,
            cast.statements,
            cast.votes,
            times=cast.times,
            all_participants=cast.everybody,
            all_statements=every,
        )
    except VoteError as problem:
        raise Failure(_with_lines(file, problem, cast.lines)) from problem


def _with_lines(file: Path, problem: Any, lines: Sequence[int]) -> str:
    """The message, with the lines of the file where it speaks of rows."""
    rows = problem.params.get("rows")
    if not isinstance(rows, list) or not rows:
        return f"{file}: {problem}."
    return f"{file}, {at_lines([lines[row - 1] for row in rows])} of the file: {problem}."


def _tell(cast: Cast, counts: Mapping[str, Any]) -> None:
    replaced = counts["rows"] - counts["counted"]
    say(
        f"{counts['counted']:,} votes read ({cast.form} form)"
        + (f"; {replaced:,} rows repeat a vote or were replaced by a later one" if replaced else "")
    )
    found = Counter(cast.votes)
    if found[-1] > 4 * max(found[1], 1):
        say(
            f"Warning: {found[-1]:,} votes disagree and {found[1]:,} agree. If -1 means agreement in this"
            " file, use --agree-is -1."
        )


def _origins(file: Path, statements_file: Path | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """What the map follows from: anybody who has the files can check it."""
    return {
        "jichi": __version__,
        "votes_sha256": checksum(file),
        "statements_sha256": None if statements_file is None else checksum(statements_file),
        "options": {
            "agree_is": int(options["agree_is"]),
            "most_groups": options["most_groups"],
            "groups": options["groups"],
            "certificate": options["certificate"],
            "clones": options["clones"],
            "resamples": options["resamples"] if options["certificate"] else None,
        },
    }
