"""What the tests of joining share: an application, the letters that leave, and their links."""

import email
import re
from email import policy

from learnplat.db import reading
from learnplat.people.models import Account
from learnplat.web.limits import limiter
from learnplat.web.mail import deliver_due

FORM = {
    "name": "نور الدين",
    "name_latin": "Nour Eddine",
    "email": "nour@justice.example",
    "password": "three quiet rivers meet",
    "country": "TN",
    "institution_kind": "court",
    "institution": "محكمة تونس",
    "profession": "judge",
    "gender": "not_stated",
    "language": "ar",
    "zone": "Africa/Tunis",
}
ADDRESS = FORM["email"]


class Joining:
    """A house with a letter box."""

    def __init__(self, house):
        self.house = house
        self.form = FORM

    def apply(self, **changed):
        """Send the form as one who is not signed in."""
        limiter.reset()
        self.house.leave()
        return self.house.post("/en/sign-up", FORM | changed)

    def letters(self):
        """What the postman hands over now, read back as a mail reader would."""
        out = []
        with self.house.app.app_context():
            deliver_due(lambda letter: out.append(bytes(letter)), "http://learn.test")
        return [email.message_from_bytes(letter, policy=policy.default) for letter in out]

    def link(self, kind="confirm-address"):
        """The path of the link in the latest letter."""
        return self.links(kind)[-1]

    def links(self, kind="confirm-address"):
        found = []
        for letter in self.letters():
            text = letter.get_body(("plain",)).get_content()
            found += re.findall(rf"http://learn\.test(/\w\w/{kind}/[\w-]+)", text)
        return found

    def account(self, address=ADDRESS):
        with self.house.app.app_context():
            return reading().query(Account).filter(Account.email_key == address).one_or_none()

    def confirmed(self, **changed):
        """An application whose address is confirmed."""
        self.apply(**changed)
        assert self.house.post(self.link()).status_code == 303
        return self.account(changed.get("email", ADDRESS))
