"""Which language and zone the reader has, and how the address says it."""

from typing import Any

from flask import Flask, g, has_request_context, request
from flask_babel import Babel

from learnplat.core.languages import Language, language_of
from learnplat.web.doors import visitor

IN_URL = "/<any(ar, en, fr, es):language>"


def reader_language() -> Language:
    """From the address; else the person's own; else what the browser asks for; else English."""
    if not has_request_context():
        return Language.EN
    if "language" not in g:
        code = (request.view_args or {}).get("language") or request.path[1:3]
        chosen = language_of(code) if request.path[3:4] in ("/", "") else None
        if chosen is None:
            # The best first. “fr-CA, en;q=0.5” asks for French: werkzeug's own match would say English.
            asked = (language_of(code) for code, wish in request.accept_languages if wish > 0)
            chosen = next((language for language in asked if language), None)
            person = visitor()
            if person is not None:
                chosen = person.language
        g.language = chosen or Language.EN
    return Language(g.language)


def reader_zone() -> str:
    """The IANA zone in which times are shown to this reader."""
    person = visitor() if has_request_context() else None
    return person.zone if person else "UTC"


def init_languages(app: Flask, babel: Babel) -> None:
    babel.init_app(app, locale_selector=reader_language, timezone_selector=reader_zone)
    app.jinja_env.policies["ext.i18n.trimmed"] = True

    @app.url_value_preprocessor
    def _language_from_url(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "language" in values:
            g.language = Language(values.pop("language"))

    expecting: dict[str, bool] = {}

    @app.url_defaults
    def _language_into_url(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint not in expecting:
            expecting[endpoint] = app.url_map.is_endpoint_expecting(endpoint, "language")
        if expecting[endpoint] and "language" not in values:
            values["language"] = reader_language().value
