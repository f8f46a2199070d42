"""What every request passes through."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from jichi.config.environment import read_environment
from jichi.config.logs import configure_logs
from jichi.config.middleware import PlainTextMiddleware, RemoteAddressMiddleware, RequestLogMiddleware
from jichi.manifest import Role


def address_seen(proxies: int, **headers: str) -> tuple[str, str]:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    with override_settings(JICHI=dataclasses.replace(settings.JICHI, trusted_proxies=proxies)):
        RemoteAddressMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", **headers))
    assert "HTTP_X_FORWARDED_FOR" not in seen[0].META
    return seen[0].META["REMOTE_ADDR"], seen[0].scheme


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_callers_address_is_believed_as_far_as_proxies_are_trusted(
    proxies: int, forwarded: str, address: str
):
    assert address_seen(proxies, HTTP_X_FORWARDED_FOR=forwarded)[0] == address


@pytest.mark.parametrize(("proxies", "scheme"), [(0, "http"), (1, "https")])
def test_https_is_believed_from_a_trusted_proxy_only(proxies: int, scheme: str):
    assert address_seen(proxies, HTTP_X_FORWARDED_PROTO="https")[1] == scheme


def test_each_answer_narrows_what_the_browser_may_do(client: Client, db):
    headers = client.get("/livez").headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_a_request_has_an_id_that_a_stranger_cannot_choose(client: Client, db):
    first = client.get("/livez", HTTP_X_REQUEST_ID="chosen-by-a-stranger").headers["X-Request-ID"]
    assert first != "chosen-by-a-stranger"
    assert len(first) == 32


@pytest.mark.parametrize(("given", "kept"), [("abcdef12-3456", True), ("x", False), ("a\nb" * 5, False)])
def test_a_trusted_proxy_may_give_the_id(given: str, kept: bool):
    with override_settings(JICHI=dataclasses.replace(settings.JICHI, trusted_proxies=1)):
        middleware = RequestLogMiddleware(lambda request: HttpResponse())
        request = RequestFactory().get("/")
        request.META["HTTP_X_REQUEST_ID"] = given
        assert (middleware(request).headers["X-Request-ID"] == given) is kept


@pytest.fixture
def log():
    """What the log would hold, as lines of JSON."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(
        dataclasses.replace(read_environment(), log_level="INFO", log_format="json"), stream=stream
    )
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = kept, level


def test_the_log_knows_the_route_and_nothing_of_the_person(client: Client, city, log):
    client.get("/search/?q=山田太郎", REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Browser/1.0")
    client.get("/no/such/page/山田/")
    lines = log()
    assert lines
    text = json.dumps(lines, ensure_ascii=False)
    assert all(word not in text for word in ("山田", "203.0.113.77", "Browser/1.0", "q="))
    entry = next(line for line in lines if line["event"] == "request")
    assert {"request_id", "method", "route", "status", "milliseconds", "timestamp", "level"} <= entry.keys()


def test_a_traceback_never_shows_what_the_variables_held(log):
    import structlog

    def answer(text: str) -> None:
        raise ValueError("cannot be")

    try:
        answer("私の名前は山田太郎です")
    except ValueError:
        structlog.get_logger("jichi.test").exception("failed")
        logging.getLogger("django.request").critical("failed", exc_info=True)
    text = json.dumps(log(), ensure_ascii=False)
    assert "cannot be" in text
    assert "山田太郎" not in text


def test_personal_keys_are_dropped_wherever_they_are_logged(log):
    import structlog

    structlog.get_logger("jichi.test").warning("something", email="a@b.example", ip="203.0.113.1", count=3)
    (entry,) = log()
    assert entry["count"] == 3
    assert not {"email", "ip"} & entry.keys()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/staff/people/?q=%00", 200),
        ("/staff/people/?q=%E5%B1%B1%00%E7%94%B0&page=%00", 200),
        ("/staff/things/indicators/?q=%00", 200),
        ("/staff/inquiries/?show=%00", 200),
        ("/staff/plans/mihon/nodes/%00/", 404),
        ("/search/?q=%00&kind=%00", 200),
        ("/search/?q=%1b%5b&%00=1", 200),
        ("/figures/metrics/%00/", 404),
    ],
)
def test_control_characters_in_an_address_end_no_page(client_as: Any, city: Any, address: str, status: int):
    role = Role.ADMINISTRATOR if "people" in address else Role.PLANNING_OFFICER
    assert client_as(role).get(address).status_code == status


def test_a_search_finds_what_it_would_find_without_control_characters(client_as: Any, city: Any):
    page = client_as(Role.ADMINISTRATOR).get("/staff/people/?q=admini%00strator%7f")
    assert "administratorさん" in page.content.decode()
    assert page.context["request"].GET["q"] == "administrator"


def test_a_form_keeps_lines_and_loses_control_characters():
    plain = PlainTextMiddleware(lambda request: HttpResponse())
    sent = {"text": "一行目\r\n\t二行目\x00\x1b", "na\x00me": "a", "file": io.BytesIO(b"\x00")}
    request = RequestFactory().post("/", sent)
    plain.process_view(request, lambda *given: HttpResponse(), [], {})
    assert request.POST["text"] == "一行目\r\n\t二行目" and request.POST["name"] == "a"
    assert request.FILES["file"].read() == b"\x00"


def test_a_form_without_them_is_left_as_it_came():
    request = RequestFactory().post("/", {"text": "ふつうの文"})
    before = request.POST
    PlainTextMiddleware(lambda _request: HttpResponse()).process_view(request, lambda: HttpResponse(), [], {})
    assert request.POST is before
