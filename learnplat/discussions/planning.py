"""The form for planning: its fields are named by their place in the document, `texts.ar.topic`."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from learnplat.core.languages import Language
from learnplat.discussions.rules import MAX_EXPERTS, Plan, wall_time

Typed = dict[str, Any]
_WORDS = re.compile(r"texts\.([a-z]{2})\.([a-z]+)", re.ASCII)
_NAME = re.compile(r"experts\.(\d)\.name", re.ASCII)
_BIOGRAPHY = re.compile(r"experts\.(\d)\.biographies\.([a-z]{2})", re.ASCII)


def document_of(form: MultiDict[str, str]) -> dict[str, Any]:
    """The posted form as the document that the API takes; what was left empty is left out."""
    document: dict[str, Any] = {"seats": None, "course": None}
    texts: dict[str, dict[str, str]] = {}
    experts: dict[str, dict[str, Any]] = {}
    for name, value in form.items():
        if name == "csrf_token" or (not value.strip() and _is_ours(name)):
            continue
        if found := _WORDS.fullmatch(name):
            texts.setdefault(found[1], {})[found[2]] = value
        elif found := _NAME.fullmatch(name):
            experts.setdefault(found[1], {})["name"] = value
        elif found := _BIOGRAPHY.fullmatch(name):
            experts.setdefault(found[1], {}).setdefault("biographies", {})[found[2]] = value
        else:
            document[name] = value
    document["languages"] = form.getlist("languages")
    document["texts"] = texts
    document["experts"] = [{"biographies": {}} | expert for _, expert in sorted(experts.items())]
    return document


def typed_of(document: Mapping[str, Any]) -> Typed:
    """A document as the form shows it: each value under the name of its field."""
    typed: Typed = {
        name: document.get(name) or ""
        for name in ("date", "time", "zone", "minutes", "seats", "course")
    }
    typed["languages"] = document["languages"]
    for code, words in document["texts"].items():
        for part, value in words.items():
            typed[f"texts.{code}.{part}"] = value
    for number, expert in enumerate(document["experts"][:MAX_EXPERTS]):
        typed[f"experts.{number}.name"] = expert.get("name", "")
        for code, value in expert["biographies"].items():
            typed[f"experts.{number}.biographies.{code}"] = value
    return typed


def document_of_plan(plan: Plan) -> dict[str, Any]:
    """What is planned already, as the document that would plan it."""
    wall = wall_time(plan.starts_at, plan.zone)
    return {
        "date": wall.date().isoformat(),
        "time": wall.strftime("%H:%M"),
        "zone": plan.zone,
        "minutes": plan.minutes,
        "seats": plan.seats,
        "course": plan.course_key,
        "languages": [language.value for language in plan.languages],
        "texts": {
            language.value: {"topic": words.topic, "description": words.description}
            for language, words in plan.texts.items()
        },
        "experts": [
            {
                "name": expert.name,
                "biographies": {code.value: text for code, text in expert.biographies.items()},
            }
            for expert in plan.experts
        ],
    }


def labels() -> dict[str, str]:
    """The label of every field in the reader's language."""
    found = {
        "date": gettext("Day"),
        "time": gettext("Time"),
        "zone": gettext("Time zone"),
        "minutes": gettext("Length in minutes"),
        "seats": gettext("Seats"),
        "course": gettext("Linked course"),
        "languages": gettext("Languages spoken"),
        "texts": gettext("Topic and description"),
        "experts": gettext("Experts"),
    }
    for language in Language:
        own = language.own_name
        found[f"texts.{language.value}.topic"] = gettext("Topic: %(language)s", language=own)
        found[f"texts.{language.value}.description"] = gettext(
            "Description: %(language)s", language=own
        )
    for number in range(MAX_EXPERTS):
        found[f"experts.{number}.name"] = gettext("Name")
        found[f"experts.{number}.biographies"] = gettext("Short biography")
        for language in Language:
            found[f"experts.{number}.biographies.{language.value}"] = gettext(
                "Short biography: %(language)s", language=language.own_name
            )
    return found


def _is_ours(name: str) -> bool:
    return name in ("date", "time", "zone", "minutes", "seats", "course") or any(
        pattern.fullmatch(name) for pattern in (_WORDS, _NAME, _BIOGRAPHY)
    )
