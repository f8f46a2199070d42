"""Limits: per caller, sliding, divided by the processes, bounded in memory, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city import limiting


@pytest.fixture
def now(monkeypatch):
    """A clock that the test moves."""
    time = [1000.0 * 60]
    monkeypatch.setattr(limiting, "clock", lambda: time[0])
    monkeypatch.setattr(limiting, "windows", limiting.Windows(most=100))
    monkeypatch.delenv(limiting.PROCESSES, raising=False)
    return time


def request(address: str = "192.0.2.1"):
    return RequestFactory().post("/", REMOTE_ADDR=address)


def allowed(count: int, address: str = "192.0.2.1", limit: str = "20/m") -> int:
    return sum(limiting.allow(request(address), "write", limit) for _ in range(count))


def test_a_limit_holds_for_one_caller_and_slides(now):
    assert allowed(25) == 20
    assert allowed(5, "192.0.2.2") == 5
    assert limiting.allow(request(), "guess", "20/m")
    now[0] += 60
    assert allowed(5) == 0  # the minute before still counts whole
    now[0] += 30
    assert allowed(25) == 10
    now[0] += 120
    assert allowed(25) == 20


def test_a_network_of_ipv6_is_one_caller_and_a_mapped_address_its_ipv4(now):
    assert allowed(15, "2001:db8:1:2::1") == 15 and allowed(15, "2001:db8:1:2:ffff::9") == 5
    assert allowed(15, "2001:db8:1:3::1") == 15
    assert limiting.client_of(request("::ffff:192.0.2.7")) == "192.0.2.7"
    assert limiting.client_of(request("nonsense")) == "unknown"


def test_a_limit_is_divided_by_the_processes_and_never_nothing(now, monkeypatch):
    monkeypatch.setenv(limiting.PROCESSES, "4")
    assert allowed(20) == 5
    monkeypatch.setenv(limiting.PROCESSES, "999")
    assert allowed(20, "192.0.2.9") == 1
    monkeypatch.setenv(limiting.PROCESSES, "many")
    assert limiting.processes() == 1


def test_memory_is_bounded(now):
    for number in range(300):
        allowed(1, f"198.51.100.{number % 256}", f"{1 + number // 256}/h")
    assert len(limiting.windows) == 100


@given(st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=60))
@settings(max_examples=40)
def test_never_more_than_twice_the_limit_in_any_window(pauses):
    windows, at, taken = limiting.Windows(), 0.0, []
    for pause in pauses:
        at += pause
        if windows.take(("a", "b"), most=5, seconds=60, now=at):
            taken.append(at)
    for start in taken:
        assert sum(start <= one < start + 60 for one in taken) <= 10


@pytest.mark.parametrize("limit", ["20", "0/m", "20/w", "-1/m", "x/m"])
def test_a_limit_that_says_nothing_is_an_error(limit):
    with pytest.raises(ValueError, match="20/m"):
        limiting.parsed(limit)


def test_who_is_asked_to_wait_keeps_what_was_written(city, client):
    made = client.get("/en/rules/").wsgi_request
    text = '意見 <b>\r\n"2" \u202e😀'
    made.method, made._post = (
        "POST",
        RequestFactory().post("/", {"text": text, "csrfmiddlewaretoken": "t"}).POST,
    )
    made._files = {}
    response = limiting.too_many_response(made, seconds=90)
    page = response.content.decode()
    assert (
        response.status_code == 429
        and response["Retry-After"] == "90"
        and "no-store" in response["Cache-Control"]
    )
    assert "意見 &lt;b&gt;" in page and "in 2 minutes" in page and "Send again" in page
    assert page.count('name="csrfmiddlewaretoken"') == 1
