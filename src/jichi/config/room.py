"""What the installation itself declares: its settings, its commands and its health."""

from __future__ import annotations

from jichi.manifest import Check, Command, Room, Route, Zone

from .environment import SETTINGS

COMMANDS: tuple[Command, ...] = (
    Command(name="init", help="Create an installation: folder, database, a city's pack, first administrator"),
    Command(name="demo", help="Set up a demonstration city and serve it on this machine only"),
    Command(name="serve", help="Run the site: web server and worker"),
    Command(name="worker", help="Run the worker alone: sealer, readers, schedule"),
    Command(name="migrate", help="Bring the database to the state this version needs"),
    Command(name="import-plan", help="Read a plan (published text, workbook, JSON) and report every line"),
    Command(name="load-pack", help="Load or refresh a city's pack"),
    Command(name="survey", help="Estimate from a survey's answers: shares and means with intervals"),
    Command(name="map", help="Draw the opinion map of votes: groups, what tells them apart, what they share"),
    Command(name="group", help="Group opinions that say the same, and by topic, with proof of every count"),
    Command(name="voices", help="Take voices in from files, mail, the outer zone; prove that none is lost"),
    Command(name="check", help="Verify the installation: triggers, audit trail, data"),
    Command(name="keys", help="Keys to personal details: list, check, rotate, make a pair for sealing"),
    Command(name="backup", help="Write a verified backup of database and files"),
    Command(name="restore", help="Restore a backup into an empty installation"),
    Command(name="bundle", help="Make an archive that installs, upgrades and tests without internet"),
    Command(name="rebuild", help="Build derived data anew: search index and other projections"),
    Command(name="settings", help="Show every setting, its default and what it means"),
    Command(name="messages", help="Compile the catalogues of the languages"),
    Command(name="benchmark", help="Measure the running pages under load, on this machine only"),
)

ROOM = Room(
    key="config",
    title="Installation",
    routes=(Route(name="livez", zone=Zone.PUBLIC), Route(name="readyz", zone=Zone.PUBLIC)),
    commands=COMMANDS,
    settings=SETTINGS,
    checks=(
        Check(key="migrations", title="Every migration is applied", run="jichi.config.checks:migrations"),
        Check(key="database", title="The database file is sound", run="jichi.config.checks:database"),
        Check(
            key="heads", title="The trail reaches the head last kept outside", run="jichi.config.checks:heads"
        ),
        Check(key="home", title="The installation's folder is safe", run="jichi.config.checks:home"),
    ),
)
