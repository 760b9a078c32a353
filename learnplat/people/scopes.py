"""What a role can be for, and what is lost with it: the front of the house names who knows."""

from typing import cast

from flask import Flask, current_app

from learnplat.people.rules import AfterRevoking, ScopeCheck

_SCOPES = "learnplat.scopes"
_AFTER_REVOKING = "learnplat.after_revoking"


def init_scopes(app: Flask, is_scope: ScopeCheck, after_revoking: AfterRevoking) -> None:
    app.extensions[_SCOPES] = is_scope
    app.extensions[_AFTER_REVOKING] = after_revoking


def after_revoking() -> AfterRevoking:
    """What ends with a role that is taken back."""
    return cast(AfterRevoking, current_app.extensions[_AFTER_REVOKING])


def known_scopes() -> ScopeCheck:
    """Whether there is the course or the run for which a role is to be given."""
    return cast(ScopeCheck, current_app.extensions[_SCOPES])
