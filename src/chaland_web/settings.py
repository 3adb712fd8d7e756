"""Settings of the web application. Everything that differs from one place to another comes from the environment:

CHALAND_BASE    folder of the base (required)
CHALAND_HOSTS   host names the application answers to, separated by commas; default 127.0.0.1,localhost,[::1]
CHALAND_HTTPS   1 when the browser speaks HTTPS (to a proxy in front): cookies are then never sent in clear
CHALAND_STORE   URL of the database written to, postgresql://name:password@host:5432/database; default store.sqlite3
                in the folder of the base
CHALAND_SECOND_FACTOR   roles that must sign in with a code, separated by commas, or "none"; default
                administrator,privacy_officer where CHALAND_HTTPS is 1, none elsewhere
CHALAND_SMTP    URL of the mail server, smtp://name:password@host:587 or smtps://…; without it the customers' own space
                (/moi/) stays shut
CHALAND_MAIL_FROM       address that messages to customers come from
CHALAND_IDLE_MINUTES    minutes without a request after which a session ends; default 30
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from chaland.errors import ConfigError
from chaland_web.mail import mail_settings
from chaland_web.rights import Role
from chaland_web.secret import secret_key
from chaland_web.store import database

_KNOWN = {
    "CHALAND_BASE",
    "CHALAND_HOSTS",
    "CHALAND_HTTPS",
    "CHALAND_IDLE_MINUTES",
    "CHALAND_LANG",
    "CHALAND_MAIL_FROM",
    "CHALAND_SECOND_FACTOR",
    "CHALAND_SMTP",
    "CHALAND_STORE",
}
_faults = [f"{name}: unknown environment variable" for name in os.environ if name.startswith("CHALAND_")]
_faults = [fault for fault in _faults if fault.partition(":")[0] not in _KNOWN]
if "CHALAND_BASE" not in os.environ:
    _faults.append("CHALAND_BASE: the folder of the base is not set")
if os.environ.get("CHALAND_HTTPS", "0") not in ("0", "1"):
    _faults.append("CHALAND_HTTPS: expected 0 or 1")
_idle = os.environ.get("CHALAND_IDLE_MINUTES", "30")
if not (_idle.isdecimal() and 1 <= int(_idle) <= 720):
    _faults.append("CHALAND_IDLE_MINUTES: expected a number of minutes, 1 to 720")
_second = os.environ.get("CHALAND_SECOND_FACTOR", "")
_faults += [
    f"CHALAND_SECOND_FACTOR: {role!r} is no role; expected none or some of {', '.join(Role)}"
    for role in filter(None, _second.split(","))
    if role not in ("none", *Role)
]
if _faults:
    raise ConfigError.of(_faults)

HERE = Path(__file__).resolve().parent
CHALAND_BASE = Path(os.environ["CHALAND_BASE"]).resolve()
IS_HTTPS = os.environ.get("CHALAND_HTTPS") == "1"
CHALAND_IDLE_S = 60 * int(_idle)
CHALAND_SECOND_FACTOR = frozenset(
    _second.split(",") if _second else (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER) if IS_HTTPS else ()
)
"""Roles that must sign in with a code."""

DEBUG = False
SECRET_KEY = secret_key(CHALAND_BASE)
ALLOWED_HOSTS = os.environ.get("CHALAND_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ROOT_URLCONF = "chaland_web.urls"
WSGI_APPLICATION = "chaland_web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "chaland_web",
    "chaland_web.accounts",
    "chaland_web.desk",
    "chaland_web.portal",
    "chaland_web.steward",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chaland_web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "chaland_web.middleware.speak_to_reader",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chaland_web.accounts.sessions.keep_session",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chaland_web.middleware.SignInRequired",
    "chaland_web.accounts.sessions.finish_account",
    "chaland_web.middleware.pin_snapshot",
    "chaland_web.middleware.tell_refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chaland_web.snapshots.base_in_force",
                "chaland_web.menu.menu",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "chaland_web.templatetags.chaland"],
            # written once per process: templates never change while it runs
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
        },
    }
]

# What people write: accounts, sessions, accesses, notes. SQLite beside the snapshots, or PostgreSQL by one URL.
DATABASES = {"default": database(os.environ.get("CHALAND_STORE", ""), CHALAND_BASE)}

# Mail to customers
CHALAND_PORTAL = bool(os.environ.get("CHALAND_SMTP"))
"""Whether customers may open their own space: its links leave by e-mail."""
vars().update(mail_settings(os.environ.get("CHALAND_SMTP", ""), os.environ.get("CHALAND_MAIL_FROM", "")))

# Accounts and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "chaland_web.accounts.passwords.LongestPassword"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "state:home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-chaland" if IS_HTTPS else "chaland"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "chaland_web.state.views.csrf_failure"

# Headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_SSL_REDIRECT = IS_HTTPS
# The retailer's other hosts are not ours to commit: no includeSubDomains, no preload.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None

# Languages: French first
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale", *sorted(HERE.glob("*/locale"))]  # a catalogue per part: see messages.py
LANGUAGE_COOKIE_NAME = "chaland_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_AGE = 31_536_000
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Static files are served from the packages themselves: nothing to collect
STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300

# Nothing of a customer may reach a log: no request body, no query string
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"no_address": {"()": "chaland_web.logs.WithoutCustomers"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_address"]}},
    "root": {"handlers": ["errors"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["errors"], "level": "WARNING", "propagate": False},
    },
}
