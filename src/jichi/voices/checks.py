"""What ``jichi check`` asks of voices: that none was lost and that what was said is what is kept."""

from __future__ import annotations

from collections.abc import Iterator

from jichi.city.errors import JichiError
from jichi.manifest import Problem
from jichi.methods.receipts import ReceiptError

from . import numbers
from .queries import soundness
from .queries.conservation import conservation

_SEE = "see docs/operations.md, restoring from a backup"


def conserved() -> Iterator[Problem]:
    """Received = open + ended at each desk, by channel and lateness, and the count is that of the rows."""
    for row in conservation():
        if not row.holds:
            yield Problem(
                where=f"desk {row.desk}, {row.channel}{', late' if row.is_late else ''}",
                what=(
                    f"counted {row.received} received and {row.tally_ended} ended,"
                    f" but there are {row.rows} rows, {row.rows_ended} of them ended"
                ),
                mend=_SEE,
            )
    for pk in soundness.voices_without_original():
        yield Problem(where=f"voice {pk}", what="has no original", mend=_SEE)


def originals() -> Iterator[Problem]:
    """The checksums of the newest originals, and a sample of the older ones."""
    for pk in soundness.changed_originals():
        yield Problem(
            where=f"voice {pk}", what="what was said does not have the checksum it came with", mend=_SEE
        )


def destroyed() -> Iterator[Problem]:
    """Each destroyed original has the record of its destruction."""
    for pk in soundness.destroyed_without_record():
        yield Problem(
            where=f"voice {pk}",
            what="its original was destroyed, but no record says so",
            mend="look in the audit trail for who destroyed it; destroyed.jsonl may have been lost",
        )


def parts() -> Iterator[Problem]:
    """The parts of a submission follow one another without gap from its beginning to its end."""
    for pk in soundness.voices_with_gaps():
        yield Problem(
            where=f"voice {pk}",
            what="its parts do not rebuild what was said",
            mend="open it under Voices and divide it again",
        )


def receipts_fit() -> Iterator[Problem]:
    """Receipt numbers open the voices they were given for."""
    newest = soundness.newest_voice()
    if newest is None:
        return
    try:
        number = numbers.number_of_id(newest)
        fits = numbers.id_of(number) == newest
    except (JichiError, ReceiptError) as error:
        yield Problem(where="key receipt", what=str(error), mend="put the right folder of keys in place")
        return
    if not fits:
        what = "does not open its own numbers"
        yield Problem(where="key receipt", what=what, mend="report this as a fault")
