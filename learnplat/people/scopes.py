"""What a role can be for, asked of the slices above: the front of the house names who knows."""

from typing import cast

from flask import Flask, current_app

from learnplat.people.rules import ScopeCheck

_SCOPES = "learnplat.scopes"


def init_scopes(app: Flask, is_scope: ScopeCheck) -> None:
    app.extensions[_SCOPES] = is_scope


def known_scopes() -> ScopeCheck:
    """Whether there is the course or the run for which a role is to be given."""
    return cast(ScopeCheck, current_app.extensions[_SCOPES])
