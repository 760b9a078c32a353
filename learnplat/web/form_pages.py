"""A page with a form: empty, or with what was typed and why it was refused."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from learnplat.core.refusals import Refusal
from learnplat.web.errors import said, said_by_field, wait_of
from learnplat.web.refused import note

SECRET = frozenset({"password", "current_password", "code", "csrf_token"})


def typed() -> dict[str, str]:
    """What came with the form, to be shown again; never a password or a code."""
    return {name: value for name, value in request.form.items() if name not in SECRET}


def form_page(
    template: str,
    form: Any,
    refusal: Refusal | None = None,
    *,
    order: Sequence[str] = (),
    **more: Any,
) -> ResponseReturnValue:
    """The page `template` with `form` and `errors`; `order` is that of the fields on the page."""
    errors: dict[str, list[str]] = {}
    if refusal is not None:
        note(refusal)
        found = said_by_field(refusal) or {"form": [said(refusal)]}
        places = {name: place for place, name in enumerate(order)}
        errors = dict(sorted(found.items(), key=lambda item: places.get(item[0], len(places))))
    page = render_template(template, form=form, errors=errors, **more)
    if refusal is None:
        return page
    headers = {"Retry-After": str(wait_of(refusal.facts))} if refusal.status == 429 else {}
    return page, refusal.status, headers
