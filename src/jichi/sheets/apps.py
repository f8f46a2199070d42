from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """What is asked: forms as versioned data, and the answers to them."""

    name = "jichi.sheets"
    label = "sheets"
    default_auto_field = "django.db.models.BigAutoField"
