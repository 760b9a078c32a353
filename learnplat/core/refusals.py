"""How the domain says no: a code with facts. The sentence for it is written in `web/errors.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

FieldErrors = Mapping[str, Sequence[Any]]


class Refusal(Exception):
    """A request that is understood and refused. `code` is stable; `facts` fill its sentence."""

    status = 400

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class NotSignedIn(Refusal):
    status = 401

    def __init__(self, code: str = "not_signed_in", **facts: object) -> None:
        super().__init__(code, **facts)


class NotAllowed(Refusal):
    status = 403


class NotFound(Refusal):
    """Missing, or not yours: the two answer alike."""

    status = 404

    def __init__(self, code: str = "not_found", **facts: object) -> None:
        super().__init__(code, **facts)


class Conflict(Refusal):
    status = 409


class Invalid(Refusal):
    """Values that cannot be taken. `errors` maps a field's name to codes or sentences."""

    status = 422

    def __init__(self, errors: FieldErrors, code: str = "invalid", **facts: object) -> None:
        super().__init__(code, **facts)
        self.errors = errors

    @classmethod
    def field(cls, name: str, code: str, **facts: object) -> "Invalid":
        """One field refused for one reason; `code` has its sentence in `web/errors.py`."""
        refusal = cls({name: [code]})
        refusal.facts = facts
        return refusal


class TooMany(Refusal):
    status = 429
