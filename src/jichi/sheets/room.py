"""What the sheets room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import Action, Check, PackFile, Reach, Role, Room

from .routes import PAGES, ROUTES

# Whether somebody may answer one thing is decided by the room that asks; here stands who answers at all.
ANSWERERS = {
    Role.PLANNING_OFFICER: Reach.CITY,
    Role.OFFICER: Reach.CITY,
    Role.SECTION_HEAD: Reach.CITY,
    Role.BUREAU_HEAD: Reach.CITY,
    Role.PLACE_OPERATOR: Reach.CITY,
    Role.GROUP_REPRESENTATIVE: Reach.CITY,
}
READERS = {
    Role.PLANNING_OFFICER: Reach.CITY,
    Role.OFFICER: Reach.CITY,
    Role.SECTION_HEAD: Reach.CITY,
    Role.BUREAU_HEAD: Reach.CITY,
    Role.APPROVER: Reach.CITY,
    Role.AUDITOR: Reach.CITY,
}
MAKERS = {Role.PLANNING_OFFICER: Reach.CITY}

_NEXT = "NEW.number = 1 + (SELECT COALESCE(MAX(number), 0) FROM {table} WHERE {parent} = NEW.{parent})"
_SAME_FORM = (
    "(SELECT form_id FROM sheets_formversion WHERE id = NEW.form_version_id) ="
    " (SELECT v.form_id FROM sheets_answerset a JOIN sheets_formversion v ON v.id = a.form_version_id"
    " WHERE a.id = NEW.answer_set_id)"
)

ROOM = Room(
    key="sheets",
    title="Forms",
    actions=(
        Action(key="sheets.form:read", roles=READERS, sentence=_("A form was looked at")),
        Action(key="sheets.form:create", roles=MAKERS, sentence=_("A form was created")),
        Action(key="sheets.form:publish", roles=MAKERS, sentence=_("A version of a form was published")),
        Action(
            key="sheets.answers:read",
            roles=ANSWERERS | READERS,
            sentence=_("Answers to a form were read"),
        ),
        Action(key="sheets.answers:open", roles=ANSWERERS, sentence=_("Answers to a form were begun")),
        Action(
            key="sheets.answers:draft",
            roles=ANSWERERS,
            sentence=_("A draft of answers to a form was saved"),
        ),
        Action(key="sheets.answers:hand_in", roles=ANSWERERS, sentence=_("Answers to a form were handed in")),
        Action(
            key="sheets.answers:move",
            roles=ANSWERERS,
            sentence=_("Answers were carried over to another version of a form"),
        ),
    ),
    routes=ROUTES,
    pages=PAGES,
    triggers=(
        refuse(
            "sheets_form_no_delete",
            "sheets_form",
            "BEFORE DELETE",
            message="forms are kept",
            meaning="a form is never deleted; answers were given to it",
        ),
        refuse(
            "sheets_form_keeps_its_key",
            "sheets_form",
            "BEFORE UPDATE",
            unless="NEW.key = OLD.key AND NEW.room = OLD.room",
            message="a form keeps its key and its room",
            meaning="packs, inquiries and workbooks know a form by its key",
        ),
        refuse(
            "sheets_formversion_no_delete",
            "sheets_formversion",
            "BEFORE DELETE",
            message="versions of forms are kept",
            meaning="answers are read by the version they were given to",
        ),
        refuse(
            "sheets_formversion_no_change",
            "sheets_formversion",
            "BEFORE UPDATE",
            message="a version of a form does not change; publish a newer one",
            meaning="what was asked stays as it was asked",
        ),
        refuse(
            "sheets_formversion_next_number",
            "sheets_formversion",
            "BEFORE INSERT",
            unless=_NEXT.format(table="sheets_formversion", parent="form_id"),
            message="versions of a form are numbered without gaps",
            meaning="the newest version of a form is the one with the highest number",
        ),
        refuse(
            "sheets_answerset_no_delete",
            "sheets_answerset",
            "BEFORE DELETE",
            message="answers are kept",
            meaning="no answer is lost",
        ),
        refuse(
            "sheets_answerset_keeps_its_thing",
            "sheets_answerset",
            "BEFORE UPDATE",
            unless=(
                "NEW.context = OLD.context AND NEW.revision = (SELECT COALESCE(MAX(number), 0)"
                " FROM sheets_answerrevision WHERE answer_set_id = NEW.id)"
            ),
            message="answers belong to one thing, and point to what was handed in last",
            meaning="answers never move to another office's request, and their newest revision is the newest",
        ),
        refuse(
            "sheets_answerrevision_no_delete",
            "sheets_answerrevision",
            "BEFORE DELETE",
            message="what was handed in is kept",
            meaning="an answer that was handed in is never deleted; a correction is a new revision",
        ),
        refuse(
            "sheets_answerrevision_no_change",
            "sheets_answerrevision",
            "BEFORE UPDATE",
            message="what was handed in does not change; hand in a correction",
            meaning="an answer that was handed in stays as it was, with its file",
        ),
        refuse(
            "sheets_answerrevision_next_number",
            "sheets_answerrevision",
            "BEFORE INSERT",
            unless=f"{_NEXT.format(table='sheets_answerrevision', parent='answer_set_id')} AND {_SAME_FORM}",
            message="revisions are numbered without gaps and answer the form of their set",
            meaning="no revision is left out, and none answers another form",
        ),
    ),
    checks=(
        Check(key="forms", title=_("Every version of a form can be read"), run="jichi.sheets.checks:forms"),
        Check(
            key="answer-files",
            title=_("Every file that answers came in is the one that came in"),
            run="jichi.sheets.checks:files",
        ),
    ),
    pack_files=(
        PackFile(
            kind="forms",
            schema="sheets/schema/jichi-form-1.schema.json",
            load="jichi.sheets.services.packs:load_forms",
            order=20,
        ),
    ),
)
