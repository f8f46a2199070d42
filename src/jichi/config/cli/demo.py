"""``jichi demo``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import click

from jichi import __version__

from .console import Failure, say
from .migrate import apply_migrations
from .packs import bring_sample_voices, load, pack_fingerprint, rebuild_projections
from .serve import THREADS, WORKERS, is_loopback, prepare_static_files, run_site
from .start import start_django

STATE = "demo.json"
_UNWANTED = ("JICHI_SECRET_KEY", "JICHI_MAIL_URL", "JICHI_OIDC_NAME", "JICHI_ZONE", "DATABASE_URL")


def _prepare_environment(pack: str, host: str, port: int, database: str | None) -> Path:
    home = Path(os.environ.get("JICHI_HOME", "var")) / f"demo-{Path(pack).name}"
    for name in _UNWANTED:
        os.environ.pop(name, None)
    shown = f"[{host}]" if ":" in host else host
    os.environ.update(
        JICHI_HOME=str(home),
        JICHI_DEMO="true",
        JICHI_BASE_URL=f"http://{shown}:{port}",
        JICHI_HOSTS="localhost,127.0.0.1,[::1]",
        JICHI_LOG_LEVEL=os.environ.get("JICHI_LOG_LEVEL", "WARNING"),
    )
    if database:
        os.environ["DATABASE_URL"] = database
    return home


def _is_current(home: Path, wanted: dict[str, str]) -> bool:
    try:
        found: dict[str, str] = json.loads((home / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return found == wanted


def _set_up(pack: str, home: Path, database: str | None) -> list[Any]:
    """Bring the demonstration to the state of this version and pack; quick when it is there already."""
    from jichi.city.demo import create_demo_accounts  # deferred: start-up
    from jichi.city.pack import Pack  # deferred: start-up
    from jichi.city.viewers import system_viewer  # deferred: start-up
    from jichi.directory.queries import places_for  # deferred: start-up

    applied = apply_migrations()
    wanted = {"version": __version__, "pack": pack_fingerprint(pack), "database": database or ""}
    if applied or not _is_current(home, wanted):
        load(pack)
        bring_sample_voices(pack)
        rebuild_projections()
        (home / STATE).write_text(json.dumps(wanted), encoding="utf-8")
    prepare_static_files()
    viewer = system_viewer("demo")
    wanted = Pack.open(pack).head.get("demonstration", {})
    place = places_for(viewer).filter(key=wanted.get("place", "")).first()
    return create_demo_accounts(
        viewer=viewer,
        department=wanted.get("department", ""),
        planning=wanted.get("planning", ""),
        operated=("directory.place", str(place.pk)) if place is not None else None,
    )


def _width(text: str) -> int:
    """Columns of a terminal; a full-width character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _announce(pack: str, address: str, sign_ins: list[Any]) -> None:
    say(f"\nJichi shows {pack} at {address}\n")
    say("Sign-ins of this demonstration (they work on this machine only):")
    roles, emails = (max(_width(getattr(one, field)) for one in sign_ins) for field in ("role", "email"))
    for one in sign_ins:
        say(f"  {_padded(one.role, roles)}  {_padded(one.email, emails)}  {one.password}")
    say(f"\nSign in at {address}accounts/login/ — stop with Ctrl-C.")


@click.command("demo")
@click.argument("pack", default="kawasaki")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--database", metavar="URL", help="Use this database instead of SQLite in the demonstration's folder."
)
@click.option(
    "--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="Server processes."
)
@click.option(
    "--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64), help="Threads in each."
)
@click.option("--no-serve", is_flag=True, help="Only set up.")
def command(
    pack: str, host: str, port: int, database: str | None, workers: int, threads: int, no_serve: bool
) -> None:
    """Set up a demonstration city and serve it on this machine only.

    PACK is kawasaki (the real plan), mihon (a fictitious city with sample data) or a pack's folder. The
    demonstration lives in a folder of its own, JICHI_HOME/demo-PACK; delete that to begin anew.
    """
    if not is_loopback(host):
        raise Failure("A demonstration has known passwords and is served on this machine only (127.0.0.1).")
    home = _prepare_environment(pack, host, port, database)
    environment = start_django()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    sign_ins = _set_up(pack, home, database)
    if no_serve:
        say("The demonstration is set up.")
        return
    run_site(
        home=environment.home,
        host=host,
        port=port,
        workers=workers,
        threads=threads,
        with_worker=True,
        on_ready=lambda: _announce(pack, f"{environment.base_url}/", sign_ins),
    )
