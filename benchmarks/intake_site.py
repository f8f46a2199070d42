"""A site with one consultation that is open, in a folder of its own, for measuring its form.

    python -m benchmarks.intake_site        prepares the installation of JICHI_HOME and prints what to open

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


def _main() -> None:
    print(prepare())


if __name__ == "__main__":
    _main()
