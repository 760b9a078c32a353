"""How an institution's sign-in fails."""

from learnplat.core.refusals import NotAllowed, Refusal


class Unavailable(Refusal):
    """The institution's server does not answer, or not in a way that can be read."""

    status = 503

    def __init__(self) -> None:
        super().__init__("institution_unavailable")


class NotVerified(NotAllowed):
    """What came back is not proof of the sign-in that was begun here; why is for the log alone."""

    def __init__(self, why: str) -> None:
        super().__init__("institution_not_verified")
        self.why = why
