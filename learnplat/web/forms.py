"""Forms: the same schemas as the API, read from what a browser posts."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields

from learnplat.core.refusals import Invalid
from learnplat.web.shapes import Line


def posted(schema: Schema, *, also: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The posted form in the schema's shape. Raises `Invalid` naming each field.

    Empty text counts as absent for a field that may be left out; `also` adds values that the form
    does not carry by itself (nested lists).
    """
    values: dict[str, Any] = {}
    for name in request.form:
        if name == "csrf_token":
            continue
        field = schema.fields.get(name)
        if isinstance(field, fields.List):
            values[name] = [value for value in request.form.getlist(name) if value]
        else:
            value = request.form.get(name, "")
            # An unchosen menu says that a choice is needed, not that "" is none.
            is_left = field is not None and not (field.required and isinstance(field, Line))
            if value == "" and is_left:
                continue
            values[name] = value
    for name, field in schema.fields.items():
        if isinstance(field, fields.List) and field.required and name not in values:
            values[name] = []
    if also:
        values.update(also)
    return loaded(schema, values)


def loaded(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` in the schema's shape. Raises `Invalid` naming each field."""
    try:
        result: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        raise Invalid(said_wrong(error)) from error
    return result


def said_wrong(error: ValidationError) -> dict[str, Sequence[Any]]:
    """What marshmallow found, by field path."""
    return flat_errors(error.normalized_messages())  # type: ignore[no-untyped-call]


def flat_errors(messages: Mapping[Any, Any], prefix: str = "") -> dict[str, Sequence[Any]]:
    """Marshmallow's nested messages as field paths: `experts.0.name` -> sentences."""
    flat: dict[str, Sequence[Any]] = {}
    for name, found in messages.items():
        path = f"{prefix}.{name}" if prefix else str(name)
        if prefix and name == "_schema":
            # of the nested object itself
            path = prefix
        if isinstance(found, Mapping):
            flat.update(flat_errors(found, path))
        else:
            # marshmallow leaves a sentence that is still to be translated outside a list
            sentences = list(found) if isinstance(found, list | tuple) else [found]
            flat[path.removeprefix("_schema.") if path != "_schema" else path] = sentences
    return flat
