"""The addresses of survey reports: public pages, and pages of staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import drafts, public, questions, surveys, taking, waves

urlpatterns: list[URLPattern] = [
    path("figures/surveys/<slug:survey>/<slug:wave>/", public.wave_public, name="figures-survey-wave"),
]

_ALL = "staff/surveys/"
_DRAFT = "staff/surveys/drafts/<uuid:token>/"
_ONE = "staff/surveys/<slug:survey>/"
_WAVE = "staff/surveys/<slug:survey>/waves/<slug:wave>/"

staff_urlpatterns: list[URLPattern] = [
    path(_ALL, surveys.survey_list, name="staff-surveys"),
    path(f"{_ALL}new/", surveys.survey_new, name="staff-survey-new"),
    path(f"{_ALL}template.xlsx", taking.template_as_xlsx, name="staff-survey-xlsx"),
    path(f"{_ALL}template.csv", taking.template_as_csv, name="staff-survey-csv"),
    path(_DRAFT, drafts.draft_detail, name="staff-survey-draft"),
    path(f"{_DRAFT}wave/", questions.draft_wave, name="staff-survey-draft-wave"),
    path(f"{_DRAFT}questions/new/", questions.question_new, name="staff-survey-draft-question-new"),
    path(f"{_DRAFT}questions/<int:number>/", questions.question_edit, name="staff-survey-draft-question"),
    path(
        f"{_DRAFT}questions/<int:number>/tables/new/",
        questions.table_new,
        name="staff-survey-draft-table-new",
    ),
    path(
        f"{_DRAFT}questions/<int:number>/tables/<int:place>/",
        questions.table_edit,
        name="staff-survey-draft-table",
    ),
    path(_ONE, surveys.survey_detail, name="staff-survey"),
    path(f"{_ONE}edit/", surveys.survey_edit, name="staff-survey-edit"),
    path(f"{_ONE}figures/", surveys.survey_targets, name="staff-survey-targets"),
    path(f"{_ONE}take/", taking.take, name="staff-survey-take"),
    path(f"{_ONE}take/form/", taking.take_by_form, name="staff-survey-take-form"),
    path(_WAVE, waves.wave_detail, name="staff-survey-wave"),
    path(f"{_WAVE}questions/<slug:code>/", waves.question_detail, name="staff-survey-question"),
    path(f"{_WAVE}report.<slug:kind>", waves.wave_file, name="staff-survey-wave-file"),
    path(f"{_WAVE}reports/<int:number>/", waves.original_file, name="staff-survey-report-file"),
]
