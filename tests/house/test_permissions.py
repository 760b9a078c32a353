"""The table of who may do what, and to which of it, without a database.

SECURITY: cases 1, 6, T32, T33, T34
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnplat.core.actors import Actor, Role
from learnplat.core.languages import Language
from learnplat.core.permissions import (
    PERMISSIONS,
    Relation,
    may,
    may_somewhere,
    require,
    roles_of,
    scopes_of,
    stands_in,
)
from learnplat.core.refusals import NotAllowed, NotFound

ANY_FACTS = {"course": "law", "run": "LAW-2027-1", "country": "MA", "owner": 7}


def an_actor(*scopes: tuple[Role, str]) -> Actor:
    roles = frozenset({Role.PRACTITIONER, *(role for role, _ in scopes)})
    return Actor(1, "A", Language.EN, "UTC", "MA", roles, frozenset(scopes))


def test_an_admin_plans_every_run():
    assert may(an_actor((Role.ADMIN, "")), "plan_run", course="any")


def test_a_trainer_of_no_single_course_plans_every_run():
    assert may(an_actor((Role.TRAINER, "")), "plan_run", course="any")


def test_a_trainer_of_one_course_plans_its_runs_and_no_others():
    trainer = an_actor((Role.TRAINER, "law"))
    assert may(trainer, "plan_run", course="law")
    assert not may(trainer, "plan_run", course="other")
    assert not may(trainer, "plan_run")


def test_a_trainer_of_one_course_plans_no_discussion_of_none():
    assert not may(an_actor((Role.TRAINER, "law")), "plan_discussion", course=None)
    assert may(an_actor((Role.TRAINER, "")), "plan_discussion", course=None)


def test_a_role_for_one_course_gives_nothing_to_another_role():
    assert not may(an_actor((Role.TRAINER, "other"), (Role.TUTOR, "law")), "plan_run", course="law")


@pytest.mark.parametrize("scope", ["", "law", "LAW-2027-1"])
def test_a_tutor_is_of_every_run_of_those_of_a_course_or_of_one(scope):
    assert may(an_actor((Role.TUTOR, scope)), "list_runs", course="law", run="LAW-2027-1")


@pytest.mark.parametrize("scope", ["other", "LAW-2027-2"])
def test_a_tutor_of_another_run_is_not_of_this_one(scope):
    assert not may(an_actor((Role.TUTOR, scope)), "list_runs", course="law", run="LAW-2027-1")


def test_what_is_ones_own_is_nobody_elses():
    person = an_actor()
    assert may(person, "withdraw", owner=1)
    assert not may(person, "withdraw", owner=2)
    assert not may(an_actor((Role.ADMIN, "")), "withdraw", owner=2)


def test_a_stranger_may_nothing():
    assert [verb for verb in PERMISSIONS if may(None, verb, **ANY_FACTS)] == []


def test_what_is_not_theirs_is_as_if_it_were_missing():
    with pytest.raises(NotFound):
        require(an_actor((Role.TRAINER, "law")), "change_run", course="other")


def test_who_could_do_it_to_nothing_is_told_that_another_role_is_needed():
    with pytest.raises(NotAllowed):
        require(an_actor(), "change_run", course="law")


def test_nobody_signed_in_may_nothing_anywhere():
    assert not may_somewhere(None, "read_unit")


def test_a_thing_of_no_country_is_nobodys():
    focal_point = an_actor((Role.FOCAL_POINT, "MA"))
    assert may(focal_point, "invite_person", country="MA")
    for country in ("NE", "", None):
        assert not may(focal_point, "invite_person", country=country)
    assert not may(an_actor((Role.FOCAL_POINT, "")), "invite_person", country="")


def test_being_the_owner_helps_where_the_row_says_so():
    assert not may(an_actor((Role.TRAINER, "law")), "plan_run", course="other", owner=1)


def test_the_roles_of_a_verb_are_those_of_its_row():
    assert roles_of("answer_application") == {Role.FOCAL_POINT, Role.ADMIN}


def test_scopes_of_another_role_are_not_among_those_held():
    both = an_actor((Role.TRAINER, "law"), (Role.MODERATOR, "talks"))
    assert scopes_of(both, "plan_run") == {"law"}
    assert scopes_of(an_actor((Role.ADMIN, "")), "plan_run") is None
    assert scopes_of(an_actor((Role.FOCAL_POINT, "")), "invite_person") == frozenset()


def test_only_who_has_the_row_stands_in():
    assert stands_in(an_actor((Role.ADMIN, "")), "answer_application") is True
    for actor in (an_actor(), an_actor((Role.FOCAL_POINT, "MA")), an_actor((Role.TRAINER, ""))):
        assert stands_in(actor, "answer_application") is False
    assert stands_in(an_actor((Role.ADMIN, "")), "plan_run") is False


def test_scopes_are_all_or_those_held():
    assert scopes_of(an_actor((Role.TRAINER, ""), (Role.TUTOR, "law")), "list_runs") is None
    held = scopes_of(an_actor((Role.TRAINER, "law"), (Role.TUTOR, "LAW-2027-1")), "list_runs")
    assert held == {"law", "LAW-2027-1"}
    assert scopes_of(an_actor(), "list_runs") == frozenset()


ROLES = st.sampled_from(sorted(Role))
SCOPES = st.sampled_from(["", "law", "other", "LAW-2027-1", "MA", "NE"])
GRANTS = st.lists(st.tuples(ROLES, SCOPES), max_size=4)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "course": st.sampled_from([None, "", "law", "other"]),
        "run": st.sampled_from([None, "LAW-2027-1", "LAW-2027-2"]),
        "country": st.sampled_from([None, "", "MA", "NE"]),
        "owner": st.sampled_from([None, 1, 2]),
    },
)


@given(grants=GRANTS, verb=st.sampled_from(sorted(PERMISSIONS)), facts=FACTS)
def test_whoever_may_holds_a_role_of_the_row_and_its_relation(grants, verb, facts):
    actor = an_actor(*grants)
    allowed = may(actor, verb, **facts)
    course, run = facts.get("course"), facts.get("run")
    expected = False
    for role, scope in [*grants, (Role.PRACTITIONER, "")]:
        match PERMISSIONS[verb].get(role):
            case Relation.EVERYWHERE:
                expected = True
            case Relation.OWN:
                expected = expected or facts.get("owner") == 1
            case Relation.STANDING_IN:
                pass  # what nobody else holds, only a query knows
            case Relation.OF_COURSE:
                expected = expected or scope == "" or scope == course
            case Relation.OF_RUN:
                expected = expected or scope == "" or scope in (course, run)
            case Relation.OF_COUNTRIES:
                expected = expected or scope == "" or scope == facts.get("country")
            case Relation.OF_COUNTRY:
                expected = expected or (scope != "" and scope == facts.get("country"))
            case Relation.OF_COUNTRIES:
                expected = expected or scope in ("", facts.get("country"))
    assert allowed is expected
    assert not allowed or may_somewhere(actor, verb)


@given(grants=GRANTS, verb=st.sampled_from(sorted(PERMISSIONS)))
def test_fewer_grants_never_allow_more(grants, verb):
    if may(an_actor(*grants[1:]), verb, **ANY_FACTS):
        assert may(an_actor(*grants), verb, **ANY_FACTS)
