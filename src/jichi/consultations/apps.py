from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """Public comment (パブリックコメント): a draft, what people said to it, and what came of that."""

    name = "jichi.consultations"
    label = "consultations"
    default_auto_field = "django.db.models.BigAutoField"
