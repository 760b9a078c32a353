"""Where somebody may still go who has not agreed to the terms in force: by cookie or by token alike."""

from flask import current_app, request

from learnplat.people.consents import is_lacking

ASKS_EVERYBODY = "LEARNPLAT_ASKS_CONSENT"
# What stays open to somebody who has not agreed to the terms in force.
_OPEN = frozenset(
    {"privacy_pages", "privacy_api", "factor_pages", "second_step_pages", "web_pages", "health"}
)
_OPEN_VIEWS = frozenset({"static", "people_pages.sign_out", "people_api.revoke_token"})
# What an administrator does to others stands beside what everybody does for themself.
_NOT_OPEN = frozenset({"factor_pages.remove_lost_factors", "privacy_pages.erase_person"})


def asks_everybody() -> bool:
    """Whether who has never been asked is asked too; in development they go on."""
    return bool(current_app.config[ASKS_EVERYBODY])


def is_open() -> bool:
    """Whether this request leads to where everybody goes, whatever they have agreed to."""
    view = request.endpoint
    if view is None or view in _OPEN_VIEWS:
        return True
    return view.partition(".")[0] in _OPEN and view not in _NOT_OPEN


def waits_for_consent(version: str | None) -> bool:
    """Whether who has agreed to this version is first led to the terms, or refused until then."""
    return not is_open() and is_lacking(version, is_everybody_asked=asks_everybody())
