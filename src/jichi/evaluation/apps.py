from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """What was judged: rule sets, grades, the yearly cycle, packets and results."""

    name = "jichi.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"
