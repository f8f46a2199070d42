"""How long a packet of 600 sheets takes, and how much memory, from editions to the finished volumes.

    python -m benchmarks.packets [--sheets 600] [--weasyprint]

A fictitious city's form (pack ``mihon``) is filled with made-up answers: three pages a sheet. The packet is
made as the worker makes it (portions, volumes, each volume in a process of its own) in a database of its own;
once it is stopped in the middle and taken up again. Printed are seconds and the peak memory of this process
and of those that set the pages. The peer is WeasyPrint, where it is installed: the same 20 leaves as
plain HTML tables, once by each, in the same run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests import databases  # noqa: E402

SENTENCE = "参加者は前年度より増え、会場の数も目標に届いた。来年度は担い手を広げ、夜の開催も試みる（見本）。"


def _values(definition: Any, draw: random.Random) -> dict[str, Any]:
    from jichi.sheets.definition import Address, FieldType
    from jichi.sheets.reading import read, to_json

    raw = {}
    for part, asked in definition.fields():
        rows = [""] if part.rows is None else [one.key for one in part.rows.fixed] or ["1", "2", "3"]
        for row in rows:
            if asked.type is FieldType.LONG_TEXT:
                raw[Address(asked.key, row)] = SENTENCE * 3
            elif asked.type is FieldType.TEXT:
                raw[Address(asked.key, row)] = "見本の取組"
            elif asked.type is FieldType.CHOICE:
                raw[Address(asked.key, row)] = draw.choice(asked.choices).key
            elif asked.is_number and asked.type is not FieldType.COMPUTED:
                raw[Address(asked.key, row)] = str(draw.randint(1, 9) * 1000)
    return to_json(read(definition, raw).values)


def _editions(count: int) -> Any:
    """A published cycle whose editions hold the form of pack mihon, filled at random."""
    from tests.evaluation.printing import sample

    from jichi.evaluation.models import SheetEdition
    from jichi.sheets.parsing import digest_of_definition, parse_definition

    data = json.loads((ROOT / "src/jichi/packs/mihon/forms/hyoka-jigyo.json").read_text("utf-8"))[
        "definition"
    ]
    sample.DEFINITION, sample.DIGEST = data, digest_of_definition(data)
    definition, draw = parse_definition(data), random.Random(1)
    plain = sample.content

    def content(*args: Any, **_more: Any) -> dict[str, Any]:
        return {**plain(*args), "values": _values(definition, draw)}

    sample.content = content  # type: ignore[assignment]
    cycle = sample.cycle(sheets=count)
    assert SheetEdition.objects.count() == count
    return cycle


def _made(packet: Any, *, stops: bool) -> Any:
    from jichi.evaluation.services import packets

    steps = 0
    while packet.state not in ("done", "failed"):
        packet = packets.advance(packet.pk)
        steps += 1
        print(f"  step {steps}: {packet.state}, {packet.done} of {packet.total} sheets", flush=True)
        if stops and steps == 5:
            from jichi.city.viewers import system_viewer

            worker = system_viewer("worker")
            packet = packets.stop_packet(viewer=worker, packet_id=packet.pk, version=packet.version)
            packet = packets.resume_packet(viewer=worker, packet_id=packet.pk, version=packet.version)
            print("  stopped and taken up again", flush=True)
    return packet


def _peer(count: int = 20) -> None:
    try:
        from weasyprint import HTML
    except ImportError:
        print("peer: WeasyPrint is not installed here")
        return
    from jichi.evaluation.models import SheetEdition
    from jichi.evaluation.printing.leaves import leaf_of
    from jichi.evaluation.queries.packets import definitions_of
    from jichi.ui.paper.document import Printed, leaf_json
    from jichi.ui.paper.pdf import pdf_of

    contents = list(SheetEdition.objects.values_list("content", flat=True)[:count])
    forms = definitions_of(contents)
    leaves = [leaf_of(one, forms[one["form"]["digest"]]) for one in contents]
    start = time.perf_counter()
    pdf_of(Printed(title="x", leaves=leaves))
    ours = time.perf_counter() - start
    rows = "".join(
        f"<h1>{leaf.title}</h1><table border=1>"
        + "".join(
            f"<tr><td>{json.dumps(block, ensure_ascii=False)}</td></tr>"
            for block in leaf_json(leaf)["blocks"]
        )
        + "</table>"
        for leaf in leaves
    )
    start = time.perf_counter()
    HTML(string=rows).write_pdf(pdf_variant="pdf/ua-1")
    theirs = time.perf_counter() - start
    print(f"{count} sheets: ours {ours:.2f} s, WeasyPrint {theirs:.2f} s, ratio {theirs / ours:.1f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sheets", type=int, default=600)
    parser.add_argument("--weasyprint", action="store_true")
    options = parser.parse_args()
    home = databases.prepare()
    import django
    from django.conf import settings

    databases.adapt(settings, home)
    django.setup()
    from django.core.management import call_command
    from django.utils import translation

    translation.activate("ja")
    call_command("migrate", verbosity=0)
    from jichi.city.viewers import system_viewer
    from jichi.evaluation.services.packets import ask_packet

    start = time.perf_counter()
    cycle = _editions(options.sheets)
    print(f"{options.sheets} editions written in {time.perf_counter() - start:.1f} s (not counted)")
    for template in ("council", "settlement"):
        start = time.perf_counter()
        packet = ask_packet(viewer=system_viewer("demo"), cycle_id=cycle.pk, template=template)
        packet = _made(packet, stops=template == "council")
        took = time.perf_counter() - start
        size = len(packet.content or b"") / 1e6
        print(
            f"{template}: {packet.state} in {took:.1f} s,"
            f" {packet.pages} pages, {size:.1f} MB {packet.trouble}"
        )
    own, set_by = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory: this process {own:.0f} MB, a process that sets pages {set_by:.0f} MB")
    if options.weasyprint:
        _peer()


if __name__ == "__main__":
    main()
