"""A site with one consultation that is open, in a folder of its own, for measuring its form.

    python -m benchmarks.intake_site prepare      makes the installation of JICHI_HOME

Run by ``benchmarks/intake.py``, which serves it and sends to it.
"""

from __future__ import annotations

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
_TICKS = os.sysconf("SC_CLK_TCK")
DRAFT = "# 公園の計画（案）\n\n## 第1章 公園の明かり\n\n公園の街灯は、夜10時に消します。\n"


# --- the installation ------------------------------------------------------------------------------


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    import django

    django.setup()


def prepare() -> str:
    """Migrate, put in a city with one office, and open a consultation there; returns its key."""
    _django()
    from django.core.management import call_command
    from django.utils import timezone

    from jichi.city.models import City, Department
    from jichi.city.pack import Pack
    from jichi.city.rules import load_dated_rules
    from jichi.city.viewers import system_viewer
    from jichi.consultations import services
    from jichi.consultations.services import load_consultation_schemes

    call_command("migrate", verbosity=0)
    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    office = Department.objects.create(key="kyodo", name="協働推進課", kind=Department.Kind.SECTION)
    pack, loader, demo = Pack.open("mihon"), system_viewer("pack-loader"), system_viewer("demo")
    for kind, schema, load in (
        ("dated_rules", "city/schema/jichi-dated-rules-1.schema.json", load_dated_rules),
        (
            "consultation_schemes",
            "consultations/schema/jichi-consultation-schemes-1.schema.json",
            load_consultation_schemes,
        ),
    ):
        for name in pack.files(kind):
            load(viewer=loader, pack=pack, data=pack.data(name, schema))
    today = timezone.localdate()
    row = services.prepare(
        viewer=demo,
        title="公園の計画（案）",
        summary="公園の明かりと木について決めます。",
        department_id=office.pk,
        notice="公園の計画（案）に御意見をお寄せください。",
        contact_line="協働推進課 044-999-0000",
        first_day=today - datetime.timedelta(days=5),
        last_day=today + datetime.timedelta(days=24),
    )
    services.add_text(viewer=demo, consultation_id=row.pk, content=DRAFT, filename="draft.md")
    row.refresh_from_db()
    began = timezone.make_aware(datetime.datetime.combine(row.first_day, datetime.time(9)))
    return services.publish(viewer=demo, consultation_id=row.pk, version=row.version, at=began).key


def audit(home: Path, environment: dict[str, str], answers: list[tuple[str, str]]) -> dict[str, Any]:
    """What the database holds beside what was acknowledged: (marker, number) each; run in its own process."""
    given = home / "answers.json"
    given.write_text(json.dumps(answers))
    done = _run(environment, "audit", str(given))
    return dict(json.loads(done))


def _audit(given: str) -> dict[str, Any]:
    _django()
    from collections import Counter

    from jichi.city import keys
    from jichi.methods.receipts import sequence_of
    from jichi.voices.models import Original, Voice
    from jichi.voices.queries import conservation

    answers = json.loads(Path(given).read_text())
    key = keys.key("receipt")
    texts = {pk: text.split("〕", 1)[0][1:] for pk, text in Original.objects.values_list("voice_id", "text")}
    times = Counter(texts.values())
    missing = [marker for marker, number in answers if texts.get(sequence_of(number, key)) != marker]
    return {
        "voices": Voice.objects.count(),
        "acknowledged": len(answers),
        "acknowledged_and_missing": missing,
        "twice": [marker for marker, count in times.items() if count > 1],
        "without_original": Voice.objects.filter(original=None).count(),
        "conservation": [str(row) for row in conservation()],
    }


def _run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "benchmarks.intake_site", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


# --- the site that is served -----------------------------------------------------------------------


def environment_of(home: Path, port: int, database: str = "") -> dict[str, str]:
    """The settings of the measured site: one trusted proxy, so that each client has its own address."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JICHI_")}
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    made = {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "JICHI_HOME": str(home),
        "JICHI_HOSTS": "127.0.0.1",
        "JICHI_BASE_URL": f"http://127.0.0.1:{port}",
        "JICHI_TRUSTED_PROXIES": "1",
        "JICHI_LOG_LEVEL": "WARNING",
    }
    return kept | made | ({"DATABASE_URL": database} if database else {})


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def installed(environment: dict[str, str]) -> str:
    """Make the installation in a process of its own; returns the consultation's key."""
    return _run(environment, "prepare")


class Site:
    """``jichi serve`` as a process group of its own, in our session, and so with our priority."""

    def __init__(self, environment: dict[str, str], port: int, options: list[str]) -> None:
        self.environment, self.port, self.options = environment, port, options
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start and wait until it answers; returns the seconds that took."""
        began = time.monotonic()
        command = [sys.executable, "-m", "jichi", "serve", "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, process_group=0
        )
        while time.monotonic() - began < START_SECONDS and self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=0.5):
                return time.monotonic() - began
            time.sleep(0.1)
        sys.exit("The site did not start.")

    def kill(self) -> None:
        """SIGKILL to the whole group, all its processes at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with suppress(OSError):  # until the last of them has let go of the port
            while True:
                socket.create_connection(("127.0.0.1", self.port), timeout=0.5).close()
                time.sleep(0.01)

    def stop(self) -> None:
        """End it as an administrator does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time of its processes so far: those that serve, and the others."""
        used = {"serving": 0.0, "other": 0.0}
        assert self.process is not None
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            with suppress(OSError):
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(stat[2]) != self.process.pid:  # the process group
                    continue
                words = (folder / "cmdline").read_bytes()
                name = "other" if b"serving.worker" in words or b"jichi\0serve" in words else "serving"
                used[name] += (int(stat[11]) + int(stat[12])) / _TICKS
        return used


@contextmanager
def served(environment: dict[str, str], port: int, options: list[str]) -> Iterator[Site]:
    """The site for as long as the block runs."""
    site = Site(environment, port, options)
    site.start()
    try:
        yield site
    finally:
        site.stop()


def _main() -> None:
    if sys.argv[1:2] == ["audit"]:
        print(json.dumps(_audit(sys.argv[2]), ensure_ascii=False))
    else:
        print(prepare())


if __name__ == "__main__":
    _main()
