"""The one cookie of the platform: signed, and taken only when it is as a browser keeps it."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

LONGEST = 4096  # no browser keeps more


class OneCookie(SecureCookieSessionInterface):
    """Sessions of which a request brings exactly one.

    Of two cookies of the name one was planted, by a neighbouring host or on a wider path, and
    nothing says which: whoever sends both is signed out.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        found = request.cookies.getlist(self.get_cookie_name(app))
        if len(found) > 1 or any(len(value) > LONGEST for value in found):
            return self.session_class()
        return super().open_session(app, request)
