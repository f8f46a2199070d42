"""``jichi voices``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import Failure, progress, result, say
from .start import require_installation, start_django

if TYPE_CHECKING:
    from jichi.city.access import Viewer
    from jichi.voices.models import Desk, IntakeBatch

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_CHANNELS = ("web", "email", "fax", "post", "counter", "telephone", "meeting")
_SHOWN = 20


@click.group("voices")
def command() -> None:
    """Take in what people said: files of voices, mail, and what the outer zone sealed.

    Each of these can be run again and again: what was taken in before is not taken in twice.
    """


@command.command("import")
@click.argument("desk")
@click.argument("file", type=_FILE)
@click.option("--channel", type=click.Choice(_CHANNELS), default=None, help="Where a row names none.")
@click.option("--scans", type=_FOLDER, help="Folder of the files that the column ファイル (file) names.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON document.")
def import_file(desk: str, file: Path, channel: str | None, scans: Path | None, as_json: bool) -> int:
    """Take in the voices in FILE (CSV or xlsx) at DESK, named by its key.

    The columns are found by the words of the head, such as 受付ID, 受付日, 方法, 氏名, 連絡先, 題名, 意見,
    ファイル, or their English names. Rows that cannot be taken in are told with their line and stop no other.
    Interrupted, it goes on where it stopped when it is called again. Exit code 1 when rows were left out.
    """
    viewer, found = _desk(desk)
    from jichi.voices.services import bring_file, continue_batch  # deferred: start-up

    batch = bring_file(
        viewer=viewer, desk_id=found.pk, channel=channel or "", name=file.name, content=file.read_bytes()
    )
    with progress("Taking in") as report:
        batch = continue_batch(
            viewer=viewer, batch_id=batch.pk, progress=report, find_file=_finder(scans) if scans else None
        )
    if as_json:
        result(_told(batch))
    else:
        _say(batch)
    return 1 if batch.problem_count else 0


def _finder(folder: Path) -> Callable[[str], bytes | None]:
    """Files by name, in that folder alone: a name that leads elsewhere finds nothing."""
    there = {path.name: path for path in folder.iterdir() if path.is_file() and not path.is_symlink()}

    def find(name: str) -> bytes | None:
        path = there.get(name)
        return path.read_bytes() if path is not None else None

    return find


def _told(batch: IntakeBatch) -> dict[str, Any]:
    return {
        "format": "jichi-intake-report/1",
        "rows": batch.rows,
        "done": batch.done,
        "received": batch.received,
        "known": batch.known,
        "problems": batch.problem_count,
        "first_problems": batch.problems,
    }


def _say(batch: IntakeBatch) -> None:
    click.echo(
        f"{batch.rows:,} rows: {batch.received:,} taken in, {batch.known:,} known before,"
        f" {batch.problem_count:,} left out"
    )
    for one in batch.problems[:_SHOWN]:
        column = f" ({one['column']})" if one["column"] else ""
        click.echo(f"  line {one['line']}{column}: {one['message']}")
    if batch.problem_count > _SHOWN:
        click.echo(f"  and {batch.problem_count - _SHOWN:,} more; --json tells up to 500")
    if batch.problem_count:
        say("Mend these lines and bring them in a file of their own.")


@command.command("mail")
@click.argument("desk")
@click.argument("folder", type=_FOLDER)
def import_mail(desk: str, folder: Path) -> int:
    """Take in each message (.eml) in FOLDER as a voice at DESK, named by its key.

    A message that was taken in before is known by its Message-ID. Automatic answers are left where they are.
    Exit code 1 when a message could not be taken in.
    """
    viewer, found = _desk(desk)
    from jichi.voices.services import bring_mail  # deferred: start-up

    done = bring_mail(viewer=viewer, desk_id=found.pk, messages=_contents(folder, ".eml"))
    click.echo(
        f"{len(done.received):,} taken in, {len(done.known):,} known before,"
        f" {len(done.automatic):,} automatic answers left, {len(done.problems):,} not taken in"
    )
    return _problems(done.problems)


@command.command("carry-in")
@click.argument("folder", type=_FOLDER)
def carry_in_files(folder: Path) -> int:
    """Take in the sealed files that were carried from the outer zone into FOLDER.

    It needs the private key “intake” in the key folder. Names of the files that are in are printed, so that
    they can be thrown away outside. Exit code 1 when a file could not be taken in.
    """
    viewer = _viewer()
    from jichi.voices.services import carry_in  # deferred: start-up
    from jichi.voices.services.outer import LIST  # deferred: start-up

    first = folder / LIST
    listed = [(LIST, first.read_bytes())] if first.is_file() else []
    files = (one for one in _contents(folder, ".txt") if one[0] != LIST)
    done = carry_in(viewer=viewer, files=_both(listed, files))
    for name in [*done.received, *done.known]:
        click.echo(name)
    say(f"{len(done.received):,} taken in, {len(done.known):,} known before, {len(done.problems):,} not")
    return _problems(done.problems)


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(as_json: bool) -> int:
    """Prove that no voice was lost: received = open + ended at each desk, by channel, counted twice.

    Exit code 1 where the counts differ or another check of the room finds a problem.
    """
    start_django()
    require_installation()
    from jichi.city import registry  # deferred: start-up
    from jichi.voices.queries import conservation  # deferred: start-up

    from .check import run_checks  # deferred: start-up

    rows = conservation()
    keys = tuple(
        f"voices.{one.key}" for room in registry.rooms() if room.key == "voices" for one in room.checks
    )
    problems = [one for _key, _title, found in run_checks(keys) for one in found]
    if as_json:
        result([{**_row(one), "ended": one.ended, "difference": one.difference} for one in rows])
    else:
        for one in rows:
            late = " late" if one.is_late else ""
            click.echo(
                f"{one.desk:<32} {one.channel + late:<15} received {one.received:>9,} = open {one.open:>9,}"
                f" + ended {one.received - one.open:>9,}  {'ok' if not one.difference else 'DIFFERS'}"
            )
        if not rows:
            say("No voice was received yet.")
    for problem in problems:
        say(f"{problem.severity}: {problem.where}: {problem.what}\nmend: {problem.mend}")
    return 1 if any(one.difference for one in rows) or any(one.severity == "error" for one in problems) else 0


def _row(one: Any) -> dict[str, Any]:
    names = ("desk", "channel", "is_late", "received", "open", "rows")
    return {name: getattr(one, name) for name in names}


def _viewer() -> Viewer:
    start_django()
    require_installation()
    from jichi.city.viewers import system_viewer  # deferred: start-up

    return system_viewer("importer-cli")


def _desk(key: str) -> tuple[Viewer, Desk]:
    viewer = _viewer()
    from django.core.exceptions import ObjectDoesNotExist  # deferred: start-up

    from jichi.voices.queries import desk_for, desks_for  # deferred: start-up

    try:
        return viewer, desk_for(viewer, key)
    except ObjectDoesNotExist:
        known = ", ".join(desks_for(viewer).values_list("key", flat=True)[:_SHOWN])
        raise Failure(f"There is no desk {key!r}. Known: {known or 'none yet'}.") from None


def _contents(folder: Path, ending: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() == ending:
            yield path.name, path.read_bytes()


def _both(first: list[tuple[str, bytes]], rest: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    yield from first
    yield from rest


def _problems(problems: dict[str, str]) -> int:
    for name, text in problems.items():
        say(f"  {name}: {text}")
    return 1 if problems else 0
