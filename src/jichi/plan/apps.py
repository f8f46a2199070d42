from django.apps import AppConfig


class PlanConfig(AppConfig):
    """What was promised."""

    name = "jichi.plan"
    label = "plan"
    default_auto_field = "django.db.models.BigAutoField"
