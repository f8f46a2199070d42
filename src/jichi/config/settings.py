"""Django settings, made from the validated environment. Nothing here is a city's own fact."""

from __future__ import annotations

import tempfile
from pathlib import Path

from csp.constants import NONE, SELF

from jichi.ui.languages import LANGUAGE_INFO, register_languages

from .environment import read_environment

ENV = read_environment()
PACKAGE = Path(__file__).resolve().parent.parent
JICHI = ENV

SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.hosts
BASE_URL = ENV.base_url
SECURE = BASE_URL.startswith("https://")
DATABASES = {"default": ENV.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "jichi.config",
    "jichi.site",
    "jichi.evaluation",
    "jichi.consultations",
    "jichi.voices",
    "jichi.undertakings",
    "jichi.figures",
    "jichi.plan",
    "jichi.sheets",
    "jichi.directory",
    "jichi.office",
    "jichi.city",
    "jichi.ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "jichi.config.middleware.RemoteAddressMiddleware",
    "jichi.config.middleware.RequestLogMiddleware",
    "jichi.config.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jichi.config.middleware.ZoneMiddleware",
    "jichi.config.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jichi.city.middleware.ViewerMiddleware",
    "jichi.config.middleware.PlainTextMiddleware",
    "jichi.config.middleware.RubyMiddleware",
]

ROOT_URLCONF = "jichi.config.urls"
WSGI_APPLICATION = "jichi.config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jichi.config.context.page",
            ],
        },
    }
]

# --- people -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "city.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "jichi.city.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "jichi.city.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": ENV.oidc["name"],
                "client_id": ENV.oidc["client_id"],
                "secret": ENV.oidc["client_secret"],
                "settings": {"server_url": ENV.oidc["server"]},
            }
        ]
        if ENV.oidc
        else [],
    }
}

# --- security ---------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 10
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "jichi.site.views.errors.csrf_failure"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_SSL_REDIRECT = False
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "jichi.city.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_TEMP_DIR = tempfile.gettempdir()

# --- language and time ------------------------------------------------------------------------------------
register_languages()
LANGUAGE_CODE = "ja"
LANGUAGES = [(code, LANGUAGE_INFO[code]["name_local"]) for code in ENV.languages]
LOCALE_PATHS: list[str] = []
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"

# --- static files, cache, mail ----------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = ENV.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60
MEDIA_ROOT = ENV.home / "files"
CACHES = {
    # Shared by all server processes, because rate limits count across them.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "jichi_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
# Public pages are kept in each process until the trail has a newer entry (config/middleware/cache.py).
PAGE_CACHE_BYTES = 64 * 1024 * 1024
DEFAULT_FROM_EMAIL = ENV.mail_from
globals().update(ENV.mail)

# --- logs -------------------------------------------------------------------------------------------------
LOGGING_CONFIG = None
