"""``jichi group``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jichi import __version__

from .console import Failure, result, say
from .opinion_files import Opinions, read_opinions
from .tabular import at_lines, checksum

if TYPE_CHECKING:
    from .grouping import Found, Wishes

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("group")
@click.argument("file", type=_FILE)
@click.option("--column", help="Column that holds the text (usual names are found).")
@click.option("--id", "id_column", help="Column that names the submission; without one, its line does.")
@click.option("--by-words", is_flag=True, help="Put paraphrases together too, by the words they share.")
@click.option(
    "--semantic", is_flag=True, help="Put paraphrases together too, by meaning (an optional package)."
)
@click.option(
    "--topics",
    type=click.IntRange(0, 10_000),
    is_flag=False,
    flag_value=0,
    help="Find topics: this many; as many as suit with 0, or at the end of the line.",
)
@click.option("--decisions", type=_FILE, help="What people decided about topics (JSON).")
@click.option("--deny", type=_FILE, help="Phrases that no label may hold, one to a line.")
@click.option("--masks", type=_FILE, help="Stretches that must not be shown (csv: id, start, end).")
@click.option("--hint", help="Tell which opinions of FILE say what this text says, and nothing else.")
@click.option("--show", type=click.IntRange(0), default=20, show_default=True, help="Sets to print.")
@click.option(
    "--links",
    type=click.IntRange(0),
    help="Links to tell of a set, with evidence: 3, in JSON 20, if not said.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print everything as one JSON document (jichi-group/1)."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write set and topic of every submission to this csv.",
)
def command(
    file: Path,
    as_json: bool,
    output: Path | None,
    show: int,
    links: int | None,
    hint: str | None,
    **options: Any,
) -> None:
    """Group the opinions in FILE (csv or xlsx): those that say the same, and by topic.

    Every submission is in exactly one set, and both numbers are told: submissions and distinct opinions.
    Texts stay as they are. No installation is needed, and nothing is stored. The same texts give the same
    sets, whatever the order of rows.
    """
    from .group_document import ROWS, document, rows  # deferred: start-up
    from .group_report import report  # deferred: start-up
    from .grouping import find  # deferred: start-up
    from .writing import refuse_to_overwrite, write_csv  # deferred: start-up

    wishes = _wishes(options)
    refuse_to_overwrite(output, file, wishes.decisions, wishes.deny, wishes.masks)
    opinions = read_opinions(file, id_column=options["id_column"], text_column=options["column"])
    if hint is not None:
        _hint(opinions, hint, as_json)
        return
    found = find(opinions, wishes)
    _tell(found)
    if output is not None:
        write_csv(output, ROWS, rows(found))
        say(f"set of each of {found.grouping.submissions:,} submissions: {output}")
    if as_json:
        result(document(found, _origins(file, wishes), 20 if links is None else links))
    else:
        for line in report(found, show, 3 if links is None else links):
            click.echo(line)
    if not found.proof.holds:
        raise Failure("The counts do not add up; this must not happen, and nothing here is to be published.")


def _wishes(options: dict[str, Any]) -> Wishes:
    from .grouping import Wishes  # deferred: start-up

    if options["by_words"] and options["semantic"]:
        raise click.UsageError("--by-words and --semantic are two ways to the same: give one.")
    asks_for_topics = [name for name in ("decisions", "deny") if options[name] is not None]
    if options["topics"] is None and asks_for_topics:
        raise click.UsageError(f"--{asks_for_topics[0]} is about topics: give --topics too.")
    return Wishes(
        by_words=options["by_words"],
        semantic=options["semantic"],
        topics=options["topics"],
        decisions=options["decisions"],
        deny=options["deny"],
        masks=options["masks"],
    )


def _tell(found: Found) -> None:
    if found.mojibake:
        say(
            f"Warning: {_texts(found.mojibake)} ({at_lines(found.mojibake)}) with signs of a wrong encoding"
            " or a broken copy. They are grouped as they are; look at them, and save the file anew if all are"
            " so."
        )
    if found.empty:
        say(f"{_texts(found.empty)} without anything written ({at_lines(found.empty)})")


def _texts(lines: Sequence[int]) -> str:
    return f"{len(lines):,} text" + ("" if len(lines) == 1 else "s")


def _hint(opinions: Opinions, draft: str, as_json: bool) -> None:
    """The opinions of the file that are most like a draft."""
    from jichi.methods.campaigns.hints import HintIndex  # deferred: start-up
    from jichi.methods.texts.errors import TextError  # deferred: start-up

    from .map_report import shortened  # deferred: start-up
    from .opinion_files import refusal  # deferred: start-up

    try:
        index = HintIndex.of(opinions.ids, opinions.texts)
        hints = index.similar(draft)
    except TextError as problem:
        raise refusal(problem, opinions) from problem
    texts = dict(zip(opinions.ids, opinions.texts, strict=True))
    if as_json:
        result(
            {
                "format": "jichi-hints/1",
                "hints": [
                    {
                        "id": each.id,
                        "similarity": each.similarity,
                        "text": texts[each.id],
                        "spans": [
                            {
                                "left": [one.left.start, one.left.end],
                                "right": [one.right.start, one.right.end],
                            }
                            for one in each.spans
                        ],
                    }
                    for each in hints
                ],
            }
        )
        return
    if not hints:
        click.echo("No opinion in the file says this.")
    for each in hints:
        click.echo(f"  {each.similarity:>5.0%}  [{each.id}] {shortened(texts[each.id])}")


def _origins(file: Path, wishes: Wishes) -> dict[str, Any]:
    """What the sets follow from: anybody who has the files can check it."""
    side = {"decisions": wishes.decisions, "deny": wishes.deny, "masks": wishes.masks}
    return {
        "jichi": __version__,
        "texts_sha256": checksum(file),
        **{f"{name}_sha256": None if path is None else checksum(path) for name, path in side.items()},
        "options": {
            "paraphrases": "meaning" if wishes.semantic else "words" if wishes.by_words else None,
            "topics": wishes.topics,
        },
    }
