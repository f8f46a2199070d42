"""The rounds of the rooms: none holds up another, and what takes long runs apart and ends with the worker."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from jichi.config.serving import rounds
from jichi.manifest import ManifestError, Room, Round, check_rooms

_RAN: list[Any] = []
_DUE = [True]


def work(seconds: float) -> bool:
    _RAN.append(seconds)
    return len(_RAN) < 2


def fail(seconds: float) -> bool:
    raise RuntimeError


def due() -> bool:
    return _DUE[0]


def once(seconds: float) -> bool:
    _RAN.append("apart")
    _DUE[0] = False
    return False


@pytest.fixture(autouse=True)
def fresh() -> None:
    _RAN.clear()
    _DUE[0] = True


HERE = __name__
SHORT = Round(key="test.short", title="Short", run=f"{HERE}:work")
FAILING = Round(key="test.failing", title="Failing", run=f"{HERE}:fail")
APART = Round(key="test.apart", title="Apart", run=f"{HERE}:once", due=f"{HERE}:due")


def test_a_failing_round_stops_no_other_and_more_work_is_told() -> None:
    running = rounds.Rounds((FAILING, SHORT))
    assert running.run_due() and not running.run_due()
    assert _RAN == [rounds.SECONDS / 2] * 2


def test_a_round_apart_is_one_process_that_is_ended_with_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        assert command[-1] == "test.apart" and options["env"][rounds.SUPERVISED] == "1"
        started.append(real([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    monkeypatch.setattr(rounds.subprocess, "Popen", start)
    running = rounds.Rounds((APART,))
    assert not running.run_due() and not running.run_due()
    assert len(started) == 1
    running.stop()
    assert started[0].poll() is not None
    # One that failed is not started again at once.
    monkeypatch.setattr(
        rounds.subprocess, "Popen", lambda *_, **__: real([sys.executable, "-c", "raise SystemExit(3)"])
    )
    running.run_due()
    running._children["test.apart"].wait()
    running.run_due()
    assert running._children == {}


def test_the_process_works_while_something_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "declared", lambda: (APART,))
    rounds.run_apart("test.apart", linger=0.05)
    assert _RAN == ["apart"]
    with pytest.raises(LookupError):
        rounds.run_apart("test.none")


def test_two_rounds_of_one_name_are_refused() -> None:
    with pytest.raises(ManifestError):
        check_rooms((Room(key="test", title="Test", rounds=(SHORT, SHORT)),))
