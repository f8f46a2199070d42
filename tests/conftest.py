"""What all tests share: settings prepared before Django is loaded, people of each role, no network."""

from __future__ import annotations

import functools
import gc
import ipaddress
import math
import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import segno
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import databases

HOME = databases.prepare()

import django  # noqa: E402
from django.conf import settings  # noqa: E402

databases.adapt(settings, HOME)
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client, TransactionTestCase  # noqa: E402
from django.utils import translation  # noqa: E402

from jichi.city import triggers  # noqa: E402
from jichi.city.access import ANONYMOUS, Viewer  # noqa: E402
from jichi.city.models import Account, City, Department, Grant, Person  # noqa: E402
from jichi.city.queries import forget_city, organisation  # noqa: E402
from jichi.city.viewers import forget_actors, viewer_for  # noqa: E402
from jichi.consultations.queries.readers import forget_answered  # noqa: E402
from jichi.manifest import Role  # noqa: E402
from tests.migrating import in_fewer_steps  # noqa: E402

ViewerMaker = Callable[..., Viewer]
ClientMaker = Callable[..., Client]


# How long an example takes says how busy the machine is, nothing about the code.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")


def pytest_report_header() -> str:
    return f"jichi: database {'PostgreSQL' if databases.wants_postgres() else 'SQLite'}"


# --- what a second database need not repeat -------------------------------------------------------------------
ON_A_DATABASE = frozenset({"db", "transactional_db", "live_server", "database_of_its_own"})
"""Fixtures through which a test comes to the database; ``city``, ``client_as`` and the like rest on them."""

_LEFT = "jichi_left_out"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="leave out tests that touch no database: they say the same on every one",
    )


def touches_database(item: pytest.Item) -> bool:
    """Whether the test could come out otherwise on another database.

    A test in a browser looks at how pages are drawn and used; what stands on them others have read already.
    One marked ``one_database`` says why it comes out the same.
    """
    if item.get_closest_marker("browser") or item.get_closest_marker("one_database"):
        return False
    names: list[str] = getattr(item, "fixturenames", [])
    return item.get_closest_marker("django_db") is not None or not ON_A_DATABASE.isdisjoint(names)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    left = [item for item in items if not touches_database(item)]
    items[:] = [item for item in items if touches_database(item)]
    config.hook.pytest_deselected(items=left)
    config.stash[_left_out] = len(left)


_left_out = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells how many tests it left out; each of them collects them all."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_LEFT] = session.config.stash.get(_left_out, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller hears it."""
    node.config.stash[_left_out] = getattr(node, "workeroutput", {}).get(_LEFT, 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many tests were left to the run on the other database."""
    if config.option.only_database:
        count = config.stash.get(_left_out, 0)
        terminalreporter.write_line(f"jichi: left out {count} tests that touch no database")


# --- time ------------------------------------------------------------------------------------------------------
# What is read while tests are collected stays to the end: looking for garbage in it is a third of the time.
gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on garbage is collected again, though not among what has been read."""
    gc.freeze()
    gc.enable()


# --- no network --------------------------------------------------------------------------------------------
_connect = socket.socket.connect


def _only_loopback(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            raise RuntimeError(f"a test tried to reach {host}; tests use no network")
    _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only this machine can be reached."""
    socket.socket.connect = _only_loopback  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def quick_qr_codes() -> Iterator[None]:
    """A QR code takes the first mask in place of the best of eight, which is most of the work of drawing it."""
    make = segno.make
    segno.make = functools.partial(make, mask=0)
    yield
    segno.make = make


@pytest.fixture(autouse=True)
def in_japanese() -> Iterator[None]:
    """Each test begins in the default language, whatever the one before it left."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


_fewer_steps = in_fewer_steps()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The test database is made in fewer steps.

    Migrations as they are written are run by the tests that make an installation and by those that upgrade.
    """
    _fewer_steps.__enter__()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database; at its end, sessions that server threads left open are ended, so that it can go."""
    _fewer_steps.__exit__(None, None, None)
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def lasting_rows(django_db_blocker: Any, fill: Callable[[], object]) -> Iterator[None]:
    """What a fixture of a wider scope than one test yields from to fill the database once for all of them.

    It asks for ``django_db_setup``. Until its end each test finds those rows and is rolled back to them.
    """
    whole = transaction.atomic()
    whole._from_testcase = True
    with django_db_blocker.unblock():
        whole.__enter__()
        fill()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


# --- what the process remembers ------------------------------------------------------------------------------
@pytest.fixture(autouse=True)
def remembering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The city a process remembers for some seconds is kept through one whole test and never into the next.

    On a slow machine it would run out between two requests, and one of them would need a query more.
    """
    monkeypatch.setattr(organisation, "_CITY_SECONDS", math.inf)
    forget_city()
    yield
    forget_city()
    forget_actors()
    forget_answered()


# --- append-only tables ---------------------------------------------------------------------------------------
_teardown = TransactionTestCase._fixture_teardown


def _teardown_without_triggers(self: TransactionTestCase) -> None:
    """Let a transactional test empty the tables of record: on SQLite that is a DELETE, which triggers refuse."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for trigger in triggers.declared():
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")
    _teardown(self)
    if triggers.missing():  # PostgreSQL keeps them, and has more than a hundred to make
        triggers.install()
    forget_city()


TransactionTestCase._fixture_teardown = _teardown_without_triggers  # type: ignore[method-assign]


# --- people --------------------------------------------------------------------------------------------------
def make_city() -> City:
    """The installation's one city, unless it is there: fictitious, with fiscal years from April."""
    return City.objects.get_or_create(
        id=1, defaults={"code": "999991", "name": "見本市", "pack": "mihon", "is_sample": True}
    )[0]


def make_department(key: str) -> Department:
    """One of the two sections, unless it is there."""
    name = {"kyodo": "協働推進課", "bosai": "防災課"}[key]
    return Department.objects.get_or_create(
        key=key, defaults={"name": name, "kind": Department.Kind.SECTION}
    )[0]


@pytest.fixture
def city(db: None) -> City:
    """The installation's one city."""
    return make_city()


@pytest.fixture
def department(db: None) -> Department:
    """A section of the city."""
    return make_department("kyodo")


@pytest.fixture
def other_department(db: None) -> Department:
    """Another section, whose things the first has no right to."""
    return make_department("bosai")


def make_account(role: Role | None, department: Department | None = None, email: str = "") -> Account:
    """An account with one grant (or none), with a person and an audit name behind it."""
    name = role.value if role else "account_holder"
    email = email or f"{name}-{uuid.uuid4().hex[:8]}@example.jp"
    person = Person.objects.create(name=f"{name}さん")
    account = Account.objects.create_user(email, "correct horse battery", person=person)
    if role is not None:
        Grant.objects.create(person=person, role=role, department=department, valid_from="2020-04-01")
    return account


@pytest.fixture
def viewer_as(db: None) -> ViewerMaker:
    """``viewer_as(Role.OFFICER, department)``: a viewer with that one grant; no role: an account holder."""

    def make(role: Role | None = None, department: Department | None = None) -> Viewer:
        return viewer_for(make_account(role, department))

    return make


@pytest.fixture
def client_as(db: None) -> ClientMaker:
    """``client_as(Role.OFFICER, department)``: a signed-in test client with that one grant."""

    def make(role: Role | None = None, department: Department | None = None) -> Client:
        client = Client()
        client.force_login(make_account(role, department))
        return client

    return make


@pytest.fixture
def anonymous() -> Viewer:
    return ANONYMOUS


@pytest.fixture
def administrator(viewer_as: ViewerMaker) -> Viewer:
    return viewer_as(Role.ADMINISTRATOR)


@pytest.fixture
def planning_officer(viewer_as: ViewerMaker) -> Viewer:
    return viewer_as(Role.PLANNING_OFFICER)


@pytest.fixture
def officer(viewer_as: ViewerMaker, department: Department) -> Viewer:
    return viewer_as(Role.OFFICER, department)


@pytest.fixture
def auditor(viewer_as: ViewerMaker) -> Viewer:
    return viewer_as(Role.AUDITOR)


# --- browser -----------------------------------------------------------------------------------------------
def chromium_path() -> str | None:
    """Where a chromium is, if there is one."""
    return os.environ.get("JICHI_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests in a browser say why they are skipped where there is none; others are left out where asked."""
    if config.option.only_database:
        _leave_out(config, items)
    if chromium_path():
        return
    missing = pytest.mark.skip(reason="chromium is not installed; on Debian: apt-get install chromium")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running chromium (Playwright's browser object)."""
    path = chromium_path()
    if path is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
