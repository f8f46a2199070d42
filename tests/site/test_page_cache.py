"""Public pages kept ready: never stale for the public beyond a moment, never for anybody signed in."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jichi.city import readers, seal
from jichi.city.access import Viewer
from jichi.config.middleware import cache
from jichi.manifest import Role
from jichi.plan.models import Node
from jichi.plan.services import edit_row

from . import small_plan

pytestmark = pytest.mark.django_db
ADDRESS = "/plans/mihon-1/1-1/"


@pytest.fixture(autouse=True)
def kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """With the cache on and the trail asked each time; each test's client has middleware of its own."""
    settings.PAGE_CACHE_BYTES = 1_000_000
    monkeypatch.setattr(cache, "FRESH", 0.0)
    yield


def rename(viewer: Viewer, name: str) -> None:
    node = Node.objects.get(code="1-1")
    edit_row(viewer=viewer, model="Node", pk=node.pk, version=node.version, changes={"name": name})


def test_a_kept_page_costs_one_look_at_the_trail(client: Client) -> None:
    small_plan.load()
    first = client.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        second = client.get(ADDRESS)
    assert second.content == first.content
    assert len(queries) <= 3
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_a_change_is_seen_though_not_yet_sealed(client: Client, planning_officer: Viewer) -> None:
    small_plan.load()
    before = client.get(ADDRESS)
    rename(planning_officer, "多文化の広場")
    after = client.get(ADDRESS)
    assert "多文化の広場" in after.content.decode()
    assert after.headers["ETag"] != before.headers["ETag"]


def test_an_unchanged_page_is_not_sent_again(client: Client, planning_officer: Viewer) -> None:
    small_plan.load()
    first = client.get(ADDRESS)
    again = client.get(ADDRESS, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    since = client.get(ADDRESS, headers={"if-modified-since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    rename(planning_officer, "多文化の広場")
    assert client.get(ADDRESS, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_whoever_is_signed_in_never_meets_a_kept_page(client: Client, client_as: Any) -> None:
    small_plan.load()
    client.get(ADDRESS)
    officer = client_as(Role.PLANNING_OFFICER)
    answer = officer.get(ADDRESS)
    assert "ETag" not in answer.headers
    assert "private" in answer.headers["Cache-Control"]
    # And what was made for an officer is not given to the public.
    assert client.get(ADDRESS).headers["Cache-Control"].startswith("public")


def test_an_officers_draft_is_not_given_to_the_public(client: Client, client_as: Any) -> None:
    small_plan.load(publish=False)
    assert client_as(Role.PLANNING_OFFICER).get(ADDRESS).status_code == 200
    assert client.get(ADDRESS).status_code == 404
    small_plan.load(publish=True)
    assert client.get(ADDRESS).status_code == 200


def test_readings_and_languages_are_kept_apart(client: Client) -> None:
    small_plan.load()
    plain = client.get(ADDRESS).content
    client.cookies["jichi_ruby"] = "1"
    with_readings = client.get(ADDRESS).content
    assert b"<ruby>" in with_readings
    assert b"<ruby>" not in plain
    assert b"<ruby>" in client.get(ADDRESS).content
    del client.cookies["jichi_ruby"]
    assert client.get(ADDRESS).content == plain
    assert client.get(f"/en{ADDRESS}").content != plain


def test_the_api_keeps_languages_apart(client: Client) -> None:
    small_plan.load()
    japanese = client.get("/api/v1/indicators", headers={"accept-language": "ja"}).content
    english = client.get("/api/v1/indicators", headers={"accept-language": "en"}).content
    assert japanese != english
    assert client.get("/api/v1/indicators", headers={"accept-language": "ja;q=0.9"}).content == japanese
    etag = client.get("/api/v1/indicators").headers["ETag"]
    assert client.get("/api/v1/indicators", headers={"if-none-match": etag}).status_code == 304


def test_pages_are_compressed_as_asked(client: Client) -> None:
    small_plan.load()
    plain = client.get(ADDRESS).content
    for accepted, coding, unpack in (
        ("gzip, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
    ):
        answer = client.get(ADDRESS, headers={"accept-encoding": accepted})
        assert answer.headers["Content-Encoding"] == coding
        assert unpack(answer.content) == plain
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in client.get(ADDRESS, headers={"accept-encoding": "identity"}).headers


def test_a_kept_search_follows_its_index(client: Client, planning_officer: Viewer) -> None:
    small_plan.load()
    readers.rebuild("search")
    rename(planning_officer, "多文化の広場")
    # Asked for before the index has followed: what is kept now must not outlive that.
    assert "/plans/mihon-1/1-1/" not in client.get("/search/?q=多文化の広場").content.decode()
    seal.seal_pending()
    readers.run_reader("search")
    assert "/plans/mihon-1/1-1/" in client.get("/search/?q=多文化の広場").content.decode()


def test_errors_and_staff_are_never_kept(client: Client) -> None:
    small_plan.load()
    for address in ("/plans/mihon-1/9/", "/accounts/login/", "/livez"):
        assert "ETag" not in client.get(address).headers, address


def test_a_page_with_a_form_is_not_kept(client: Client) -> None:
    # The sign-in page holds a token of one reader.
    client.get("/accounts/login/")
    answer = client.get("/accounts/login/")
    assert "public" not in answer.headers.get("Cache-Control", "")


@pytest.mark.one_database  # the store is the process's memory
def test_the_store_stays_within_its_bounds(client: Client, settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 200_000
    small_plan.load()
    for number in range(30):
        client.get(f"{ADDRESS}?n={number}")
    middleware = _find(client)
    assert middleware._bytes <= 200_000
    assert middleware._bytes == sum(page.size for page in middleware._pages.values())


def _find(client: Client) -> cache.PageCacheMiddleware:
    """The middleware of this client's handler."""
    layer = client.handler._middleware_chain  # type: ignore[attr-defined]
    while layer is not None:
        wrapped = getattr(layer, "__wrapped__", layer)
        if isinstance(wrapped, cache.PageCacheMiddleware):
            return wrapped
        layer = getattr(wrapped, "get_response", None)
    raise AssertionError("no page cache in the chain")
