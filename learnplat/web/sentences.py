"""The sentence for each refusal code, by slice. Facts are named: `%(seats)s`."""

from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    # the house
    "bad_request": _l("We could not read this request."),
    "wrong_host": _l("This platform does not answer to this name."),
    "not_signed_in": _l("Please sign in first."),
    "wrong_token": _l("This access token is not valid. Please ask for a new one."),
    "role_needed": _l("This page is for people with another role."),
    "not_found": _l(
        "We could not find this. It may have been moved, or the address may be mistyped."
    ),
    "method_not_allowed": _l("This address does not answer that kind of request."),
    "already_recorded": _l("This has just been recorded. Please look again before repeating it."),
    "too_large": _l("This is too large to be sent."),
    "unsupported_media_type": _l("Please send JSON, with the content type application/json."),
    "invalid": _l("Please check what is marked below."),
    "too_many_requests": _l("Too many tries in a short time. Please wait a minute and try again."),
    "form_expired": _l("This form has expired. Please send it once more."),
    "internal": _l("Something went wrong on our side. Nothing was changed. Please try again."),
    "unavailable": _l("The platform is busy or being serviced. Please try again in a moment."),
    "unknown_key": _l("This value cannot be used."),
    "key_reused": _l("This Idempotency-Key has been used with another request."),
    "unknown_cursor": _l("This cursor is not valid. Please begin the list again."),
    "unknown_zone": _l("This is not a time zone that we know."),
    "no_such_time": _l("The clocks skip this time in that zone. Please choose another."),
    "end_before_start": _l("The end must not be before the start."),
    # people
    "wrong_sign_in": _l("This address and this password do not belong together. Please try again."),
    "wrong_password": _l("This is not your current password."),
    "password_too_short": _l("A password needs %(shortest)s characters or more."),
    "password_too_long": _l("A password has %(longest)s characters or fewer."),
    "password_too_plain": _l(
        "This password is easily guessed. Several words in a row make a good one."
    ),
    "password_about_you": _l(
        "This password is made of what others know of you: your name, address, institution or "
        "country. Please choose another."
    ),
    "address_taken": _l(
        "There is an account with this address. Sign in, or ask for a new password."
    ),
    "address_needed": _l("This must be an e-mail address, such as name@ministry.example."),
    "name_needed": _l("This must be a person's name."),
    "unknown_country": _l("This is not a country that we know."),
    "unknown_role": _l("This is not a role that we know."),
    "link_spent": _l("This link has been used or is too old. Please ask for a new one."),
    "role_is_everyones": _l(
        "Everyone with an account is a practitioner; this role is not granted."
    ),
    "scope_needs_country": _l(
        "A focal point acts for one country. Please give its two-letter code."
    ),
    "scope_needs_course": _l(
        "This must be the key of a course, or be left empty for every course."
    ),
    "scope_must_be_empty": _l("This role holds everywhere. Please leave this empty."),
    "last_admin": _l("This person is the last administrator. Please appoint another one first."),
    # catalogue
    "curriculum_faults": _l("The curriculum has faults. Nothing was published."),
    "unsafe_path": _l("A file of the curriculum has a name that cannot be written: %(path)s"),
    "place_taken": _l("Another file or folder stands where this one should be: %(path)s"),
    # learning
    "not_enrolled": _l("This unit is for people enrolled in the course."),
    "enrolled_in_course": _l("You already have a place in this course, in another run."),
    "no_seats_left": _l("Every seat in this run is taken. Another run may have room."),
    "run_ended": _l("This run of the course has ended."),
    "run_not_started": _l("This run of the course has not started yet."),
    "course_completed": _l("You have completed this course, so there is nothing to leave."),
    "earlier_unit_open": _l("Please complete the earlier units first."),
    "unit_not_in_language": _l("This unit is not yet available in that language."),
    "not_yours_to_plan": _l("This is not a course that you can plan."),
    "course_not_in_language": _l("The course is not yet complete in one of these languages."),
    "day_needed": _l("A dated run needs its first and its last day."),
    "no_days_when_self_paced": _l("A self-paced run has no days. Please leave this empty."),
    "end_in_past": _l("This day has passed."),
    "seats_already_taken": _l("More seats than this are already taken."),
    # discussions
    "start_has_passed": _l("This moment has passed. Please choose a later one."),
    "unknown_course": _l("This is not a course that we know."),
    "too_few_seats": _l("Seats already taken: %(taken)s. Please offer at least as many."),
    "discussion_has_started": _l("This discussion has started. It can no longer be changed."),
    "discussion_is_cancelled": _l("This discussion is cancelled."),
    "discussion_is_full": _l("Every seat is taken. One may become free before the start."),
    # statistics
    "period_too_far": _l("Please choose a day in the years %(first)s to %(last)s."),
}


def sentence(code: Any, facts: dict[str, Any] | None = None) -> str:
    """The reader's sentence for a code; anything that is not a code is a sentence already."""
    text = str(SENTENCES.get(code, code)) if isinstance(code, str) else str(code)
    return text % facts if facts and "%(" in text else text
