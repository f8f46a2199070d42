from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """How work moves: approval routes, decisions, document numbers."""

    name = "jichi.office"
    label = "office"
    default_auto_field = "django.db.models.BigAutoField"
