"""Every route, asked by each role for what is theirs, another's and missing.

SECURITY: P4; cases 1, 2, 3, 4, 6, 9 and 52; T31, T32, T33, T34, T40, T44, T46
"""

import re
from collections import defaultdict

from sqlalchemy import select

from learnplat import audit
from learnplat.audit import AuditEntry
from learnplat.db import reading
from learnplat.web.limits import limiter
from tests.conftest import AUDIT
from tests.house.test_doors import ENDING, routes, rows, view_of
from tests.house.world import (
    COURSE,
    ELSEWHERE,
    MISSING,
    UNIT,
    WHO,
    a_world,
    digest_of_tables,
    two_courses,
)

# What an address names: (what is the person's own, what is another's). None where a verb asks for no
# relation, so that nothing is another's.
OBJECTS = {
    "run_id": lambda world, me, other: (world.run, world.other_run),
    "discussion_id": lambda world, me, other: (me.discussion, world.other_discussion),
    "enrolment_id": lambda world, me, other: (me.enrolment, other.enrolment),
    "sign_in_id": lambda world, me, other: (me.sign_in, other.sign_in),
    "token_id": lambda world, me, other: (me.token, other.token),
    "account_id": lambda world, me, other: (world.holder.id, world.other_holder.id),
    # A grant of somebody else, under the account in the same address.
    "grant_id": lambda world, me, other: (world.holder.grant, world.other_holder.grant),
    "role_id": lambda world, me, other: (world.holder.grant, world.other_holder.grant),
    "application_id": lambda world, me, other: (me.application, other.application),
    "admission_id": lambda world, me, other: (me.admission, other.admission),
    "institution_id": lambda world, me, other: (me.institution, other.institution),
    "invitation_id": lambda world, me, other: (me.invitation, other.invitation),
    "link_id": lambda world, me, other: (me.link, other.link),
    "wish_number": lambda world, me, other: (me.wish, me.wish),
    "passkey_id": lambda world, me, other: (me.passkey, other.passkey),
}
# Who answers an application answers that of somebody else, of the same country.
OBJECTS_OF_VERB = {
    "answer_application": lambda world, me, other: (
        # An admin stands in for a country that has no focal point.
        world.orphan if me is world.people["admin"] else me.application_to_answer,
        other.application_to_answer,
    ),
    # Somebody without any role: those who hold one are an administrator's to suspend.
    "change_standing": lambda world, me, other: (me.colleague, other.colleague),
}
# What an address names that is public, or a choice of few.
NAMES = {
    "version": "1",
    "language": "en",
    "course_key": COURSE,
    "unit_key": UNIT,
    "key": "financing-1999",
    "name": "professions",
    "form": "json",
    "token": "a-secret-that-nobody-has",
}
RUN_FORM = {"pace": "self_paced", "zone": "UTC", "languages": "fr"}
TALK_FORM = {
    "date": "2031-03-18",
    "time": "14:30",
    "zone": "UTC",
    "minutes": "60",
    "course": COURSE,
    "languages": "fr",
    "texts.fr.topic": "Geler",
    "texts.fr.description": "Comment.",
    "experts.0.name": "Inés Carvajal",
    "experts.0.biographies.fr": "Juge.",
}
ITS_NUMBER = "the number in the address"
WORDS = "A few words that say why, long enough to be read by somebody."


def bodies(world):
    """What is sent to the routes whose bodies may not be empty, by view: it would do the act."""
    settle = {"name": "Court of the sweep"}
    into = {"into": world.people["anonymous"].institution}
    role, standing = {"role": "moderator"}, {"reason": "request", "words": WORDS}
    json = {
        "change_run": {"pace": "self_paced", "languages": ["fr"]},
        "change_discussion": {"minutes": 45},
    }
    form = {
        "change_run": RUN_FORM,
        "change_discussion": TALK_FORM,
    }
    both = {
        "grant_role": role,
        "rename_passkey": {"name": "Another key"},
        "remove_lost_factors": {"reason": WORDS},
        "suspend_person": standing,
        "reinstate_person": standing,
        "add_note": {"note": WORDS},
        "admit": {"step": 0},
        "admit_person": {"step": 0},
        "decline": {"step": 0, "reason": "other", "words": WORDS},
        "decline_person": {"step": 0, "reason": "other", "words": WORDS},
        "ask_for_opinion": {"step": 0, "question": WORDS},
        "give_opinion": {"step": 0, "opinion": "for", "grounds": WORDS},
        "reopen": {"step": 0, "why": WORDS},
        "reopen_admission": {"step": 0, "why": WORDS},
        "settle_institution": settle,
        "list_institution": settle,
        "merge_institution": into,
        "change_how_seen": {"shown_as": "office"},
        "erase_person": {"typed": ITS_NUMBER, "reason": WORDS},
        "answer_application": {"answer": "confirm"},
        "name_supervisor": {
            "supervisor_name": "Khadija Alaoui",
            "supervisor_email": "khadija@ministry.example",
        },
    }
    return both | json, both | form


# Acts after which the rest could not be asked any more come last.
LAST = re.compile(r"cancellation|withdrawal|revocation|ending|password|/sign-out|erasure|tokens/")
# That there is the thing is said on its own page to everybody: here the work may differ.
PUBLIC_ANYWAY = {("GET", "/api/v1/discussions/<int:discussion_id>/participants")}
# The cookie is no token, and these two answer 401 to credentials, not to who asks.
OF_ITS_OWN = {
    ("DELETE", "/api/v1/tokens/current"),
    ("POST", "/api/v1/tokens"),
    ("POST", "/<any(ar, en, fr, es):language>/sign-in"),
}


def arguments_of(rule):
    return re.findall(r"<(?:[^:<>]+:)?(\w+)>", rule)


def objects_of(rule):
    return [name for name in arguments_of(rule) if name not in NAMES]


def address(rule, objects):
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda m: str((NAMES | objects)[m[1]]), rule)


def test_what_every_address_names_is_known(house):
    named = {name for _, rule in routes(house.app) for name in objects_of(rule)}
    assert named <= set(OBJECTS)


def last_entry(house):
    with house.app.app_context():
        return audit.head(reading())[0]


def acts_after(house, number):
    """What the audit log says since an entry."""
    with house.app.app_context():
        query = select(AuditEntry.action).where(AuditEntry.number > number)
        return set(reading().scalars(query))


# The log's own statements: its entries, its head, and the turn to write.
WRITES_IN_LOG = re.compile(r"audit_(entry|head)|pg_advisory_xact_lock")


class Sweep:
    """One person at every route."""

    def __init__(self, house, world, who, heard):
        self.house, self.world, self.who, self.heard = house, world, who, heard
        self.me, self.other = world.people[who], world.twins[who]
        self.expected = {(row["method"], row["route"]): row[who] for row in rows()}
        self.relations = {(row["method"], row["route"]): row["relation"] for row in rows()}
        house.leave() if who == "anonymous" else house.enter(self.me, with_factor=True)
        self.token = house.token
        self.bodies, self.forms = bodies(world)
        self.wrong, self.writers = [], defaultdict(int)
        # One that is not in the matrix fails the tests of the doors.
        listed = [one for one in routes(house.app).items() if one[0] in self.expected]
        self.routes = sorted(
            listed,
            key=lambda one: (one[0][1].endswith(ENDING), bool(LAST.search(one[0][1])), one[0]),
        )

    def ask(self, method, rule, endpoint, objects):
        """The answer, with what is the request's own left out, and how many statements it took."""
        place = address(rule, objects)
        verb = endpoint.rpartition(".")[2]
        before = len(self.heard)
        limiter.reset()
        body = {}
        if method not in ("GET", "DELETE"):
            is_api = rule.startswith("/api")
            sent = dict((self.bodies if is_api else self.forms).get(verb, {}))
            for name, value in sent.items():
                sent[name] = str(objects["account_id"]) if value == ITS_NUMBER else value
            body = {"json": sent} if is_api else {"data": {"csrf_token": self.token} | sent}
        try:
            answer = self.house.client.open(
                place, method=method, headers={"X-CSRFToken": self.token}, **body
            )
        except Exception as fault:  # the sweep goes on, and tells of it at the end
            return 500, repr(fault), [], 0, []
        said = [
            one
            for one in self.heard[before:]
            if one.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))
            and "catalogue_version" not in one
            and "pg_catalog" not in one
            # A refused try stands in the audit log, the first one of a minute only.
            and not (answer.status_code in (403, 404) and WRITES_IN_LOG.search(one))
        ]
        writes = [one for one in said if not one.startswith("SELECT")]
        numbers = "|".join(str(number) for number in objects.values())
        own = re.compile(rf"(/|%2F)({numbers})(?![0-9])") if objects else None

        def bare(text):
            """Without the number that the address names, wherever the address is repeated."""
            return own.sub(r"\1NUMBER", text) if own else text

        text = re.sub(
            r'(name="csrf_token" value=)"[^"]*"', r'\1""', bare(answer.get_data(as_text=True))
        )
        headers = sorted(
            (name, bare(value))
            for name, value in answer.headers
            if name not in ("Set-Cookie", "Content-Length")
        )
        return answer.status_code, text, headers, len(said), writes

    def is_refused_at_the_door(self, key):
        return self.expected[key] != "in"

    def has_foreign(self, key):
        """Whether the matrix asks of this role how it stands to the thing."""
        relations = self.relations[key].replace("oneself", "").split()
        own = [one for one in relations if one.startswith(f"{self.who}:")]
        return ("own" in relations or bool(own)) and own != [f"{self.who}:everywhere"]

    def objects(self, method, rule, endpoint, which):
        names = objects_of(rule)
        found = {}
        for name in names:
            pair = OBJECTS[name]
            for verb in view_of(self.house.app, endpoint, method).verbs:
                pair = OBJECTS_OF_VERB.get(verb, pair)
            own, foreign = pair(self.world, self.me, self.other)
            # Of two, the last one is foreign or missing: it does not hang on the first.
            is_last = name == names[-1]
            found[name] = own if which == "own" or not is_last else foreign
            if which == "missing" and is_last:
                found[name] = MISSING
        return found

    def refusals(self):
        """Everything that is to be refused: the same for own, foreign and missing, and no effect."""
        for key, endpoint in self.routes:
            method, rule = key
            names = objects_of(rule)
            if self.is_refused_at_the_door(key):
                kinds = ["own", "foreign", "missing"]
            elif not names:
                continue
            elif len(names) > 1 or self.has_foreign(key):
                kinds = ["foreign", "missing"]
            else:
                kinds = ["missing"]
            answers = {
                kind: self.ask(method, rule, endpoint, self.objects(method, rule, endpoint, kind))
                for kind in kinds
            }
            self.compare(key, answers)

    def compare(self, key, answers):
        door = self.expected[key]
        status = {"in": 404, "sign-in": 303, "401": 401, "403": 403}[door]
        first = answers["missing"]
        for kind, answer in answers.items():
            if answer[4]:
                self.writers[*key, kind] += 1
            if answer[0] != status:
                self.wrong.append((*key, kind, answer[0], "not", status))
            elif answer[1:3] != first[1:3] or (answer[3] != first[3] and key not in PUBLIC_ANYWAY):
                part = [a != b for a, b in zip(answer[1:4], first[1:4], strict=True)].index(True)
                self.wrong.append(
                    (*key, kind, "differs in", ("body", "headers", "statements")[part])
                )

    def acts(self):
        """What is let in, on one's own: none is sent away."""
        for key, endpoint in self.routes:
            if self.is_refused_at_the_door(key) or key in OF_ITS_OWN:
                continue
            if "token" in arguments_of(key[1]):
                continue
            status, text, *_ = self.ask(*key, endpoint, self.objects(*key, endpoint, "own"))
            away = (401, 403, 404) if objects_of(key[1]) else (401, 403)
            if f" of {ELSEWHERE[0]}" in text and self.who != "admin":
                self.wrong.append((*key, "own", "names somebody of the other country"))
            if status in away or status >= 500:
                self.wrong.append((*key, "own", status, text if status == 500 else ""))


def test_nobody_reaches_beyond_the_matrix(house):
    world = a_world(house)
    wrong, reached = [], []
    with two_courses(house), house.heard() as heard:
        for who in WHO:
            sweep = Sweep(house, world, who, heard)
            before, entry = digest_of_tables(house), last_entry(house)
            sweep.refusals()
            after = digest_of_tables(house)
            allowed = AUDIT if acts_after(house, entry) <= {"try_refused"} else ()
            changed = [name for name in before if before[name] != after[name]]
            changed = [name for name in changed if name not in allowed]
            if changed:
                reached.append((who, changed, sorted(sweep.writers)))
            sweep.acts()
            wrong += [(who, *one) for one in sweep.wrong]
    assert not wrong, "\n".join(map(str, wrong))
    assert not reached, reached
