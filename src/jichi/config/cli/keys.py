"""``jichi keys``."""

from __future__ import annotations

from pathlib import Path

import click

from .console import Failure, progress, result, say
from .start import require_installation, start_django


@click.group("keys")
def command() -> None:
    """Keys to personal details: list them, check that they belong to this database, follow them by new ones.

    They lie in JICHI_KEYS (otherwise JICHI_HOME/keys), never in a backup. Without them no contact opens.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_keys(as_json: bool) -> None:
    """Show which keys there are and how many people's details each one wraps; never a key itself."""
    start_django()
    require_installation()
    from jichi.city import keys  # deferred: start-up

    wrapped = keys.subjects_by_version()
    rows = [
        {
            "key": f"{purpose}-{version}",
            "newest": version == keys.newest(purpose),
            "subjects": wrapped.get(version, 0) if purpose == "contact" else None,
        }
        for purpose in keys.PURPOSES
        for version in keys.versions(purpose)
    ]
    if as_json:
        result(rows)
        return
    say(f"Keys in {keys.folder()}:")
    for row in rows:
        note = f"  wraps the keys of {row['subjects']} people" if row["subjects"] is not None else ""
        click.echo(f"{'*' if row['newest'] else ' '} {row['key']}{note}")
    if not rows:
        say("None yet: each is made when it is first needed.")


@command.command("check")
def check_keys() -> int:
    """Say whether the keys belong to this database and nobody else can read them. Exit code 1 if not."""
    start_django()
    require_installation()
    from jichi.city.keys import checks  # deferred: start-up

    problems = list(checks.fit())
    for problem in problems:
        click.echo(f"{problem.severity}: {problem.where}: {problem.what}\nmend: {problem.mend}")
    if not problems:
        say("The keys belong to this database.")
    return 1 if problems else 0


@command.command("rotate")
def rotate() -> None:
    """Make a new version of the key that wraps people's keys and bring all of them under it.

    The site may run meanwhile. Stopped halfway, the next call goes on. The old file stays: backups made
    before need it.
    """
    start_django()
    require_installation()
    from jichi.city import keys  # deferred: start-up
    from jichi.city.viewers import system_viewer  # deferred: start-up

    try:
        with progress("Wrapping anew") as report:
            version, count = keys.rotate_keys(viewer=system_viewer("keys"), progress=report)
    except keys.KeyProblem as problem:
        raise Failure(str(problem)) from problem
    say(f"The keys of {count} people are wrapped by contact-{version} now.")
    say(f"Copy {keys.folder()} to where its copy is kept. Processes that run take the new key by themselves.")


@command.command("new-pair")
@click.argument("name")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for NAME.key and NAME.pub.",
)
def new_pair(name: str, out: Path) -> None:
    """Make a pair of keys for sealing: NAME.pub goes where is sealed, NAME.key stays where is opened.

    casework: the pair of the casework installation; its casework.pub goes into the city's folder of keys.
    intake: the pair of the inner zone; its intake.pub goes into the outer zone's folder of keys.
    """
    start_django()
    from jichi.city import keys  # deferred: start-up

    try:
        private, public = keys.write_pair(name, out)
    except FileExistsError as problem:
        raise Failure(
            f"{problem.filename}: there is a key of that name already; nothing was changed."
        ) from problem
    except ValueError as problem:
        raise Failure(f"{name!r} cannot name a pair of keys: small letters, digits and “-”.") from problem
    say(f"{private}: keep it where sealed files are opened, and a copy of it in a safe place.")
    say(f"{public}: put it into the folder of keys where files are sealed.")
