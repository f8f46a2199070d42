"""The files of the packet (起案) with which a notice or a result is put up for approval."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jichi.consultations.enums import Audience, VersionKind
from jichi.consultations.models import Consultation
from jichi.consultations.paper_form import form_pdf
from jichi.consultations.queries.passages import text_of
from jichi.consultations.queries.results import result_of
from jichi.consultations.queries.stored import contents_of_files
from jichi.consultations.results.files import dataset_of
from jichi.methods import drafts
from jichi.office.services import PacketFile
from jichi.ui.content import chosen
from jichi.ui.downloads import FORMATS, as_csv, as_xlsx
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language
from jichi.ui.paper.document import Printed
from jichi.ui.paper.pdf import pdf_of

from .notice import leaf_of_text, printed_notice
from .result import printed_result

_PDF = "application/pdf"


def packet_files(consultation: Consultation, what: str) -> list[PacketFile]:
    """What the packet holds beside the exact content: prints and tables, in the city's own language.

    Raises:
        ValueError: for anything but "notice" and "result".
    """
    with translation.override(settings.LANGUAGE_CODE):
        if what == "notice":
            return _notice(consultation)
        if what == "result":
            return _result(consultation)
    raise ValueError(what)


def _notice(row: Consultation) -> list[PacketFile]:
    found = [PacketFile("notice.pdf", pdf_of(printed_notice(row, footer=_("For approval"))), _PDF)]
    text = text_of(row, Audience.FULL, kind=VersionKind.DRAFT)
    if not row.exempt_reason:
        draft = drafts.from_plain(text.content) if text is not None else None
        form = form_pdf(row, draft, large=False, today=timezone.localdate())
        found.append(PacketFile("form.pdf", form, _PDF))
    own = [
        PacketFile(f"{number:02}-{name}"[:120], content, media_type)
        for number, (name, media_type, content) in enumerate(contents_of_files(row), start=1)
        if content
    ]
    return [*found, *own]


def _result(row: Consultation) -> list[PacketFile]:
    result = result_of(row)
    dataset = dataset_of(result)
    found = [
        PacketFile("result.pdf", pdf_of(printed_result(row, result, published_on=None)), _PDF),
        PacketFile("result.xlsx", as_xlsx(dataset), FORMATS["xlsx"]),
        PacketFile("result.csv", as_csv(dataset), FORMATS["csv"]),
    ]
    final = text_of(row, Audience.FULL, kind=VersionKind.FINAL)
    if final is not None:
        printed = Printed(
            title=final.title or str(chosen(result.title)),
            leaves=[leaf_of_text(final)],
            language=html_lang(current_language()),
            author=str(chosen(result.department)),
            footer=_("For approval"),
        )
        found.append(PacketFile("final.pdf", pdf_of(printed), _PDF))
    return found
