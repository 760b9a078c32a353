"""The sentence for each refusal code, by slice. Facts are named: `%(seats)s`."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

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
    "wrong_sign_in": _l(
        "This address and password do not open an account. If you have applied, the decision "
        "comes by mail."
    ),
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
    "address_is_yours": _l("This is the address that your account has already."),
    "too_many_addresses": _l(
        "You have asked for several changes of address. Please wait an hour before the next one."
    ),
    "institution_not_verified": _l(
        "We could not verify the sign-in of your institution. Please start again."
    ),
    "institution_unavailable": _l(
        "The sign-in of your institution does not answer at the moment. Please try again later, or "
        "sign in with your address and password."
    ),
    "institution_taken": _l(
        "This sign-in of your institution is linked to an account here already, or your account is "
        "linked to another one there."
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
    "scope_needs_run": _l(
        "This must be the key of a course or the code of a run, or be left empty for every course."
    ),
    "scope_must_be_empty": _l("This role holds everywhere. Please leave this empty."),
    "last_admin": _l("This person is the last administrator. Please appoint another one first."),
    "confirmation_needed": _l(
        "Please confirm first that it is you. A program asks for a new access token."
    ),
    # privacy
    "consent_needed": _l(
        "Please read the terms of use and the data protection notice, and agree to them first."
    ),
    "not_typed_alike": _l("This is not what we asked you to type. Nothing was erased."),
    # oversight
    "second_person_needed": _l(
        "These are more rows than one person exports alone. Your request is entry %(number)s of the "
        "audit log. Once a second administrator or auditor has agreed, send this form again."
    ),
    "own_wish": _l("This is your own request. Another person has to agree."),
    # joining
    "password_needed": _l("Please choose a password."),
    "invitation_spent": _l("This invitation has been used, was revoked or is too old."),
    "invitation_over": _l(
        "This invitation has been used or is too old. There is nothing to revoke."
    ),
    "not_your_country": _l("You can invite people of your own country only."),
    "too_many_invitations": _l(
        "You have sent many invitations within an hour. Please go on a little later."
    ),
    "too_many_letters": _l(
        "Several invitations have gone to this address within an hour. Please wait before the next."
    ),
    # the vetting desk
    "decided_meanwhile": _l(
        "Somebody has gone on with this application meanwhile. This is how it stands now."
    ),
    "own_application": _l("This application is your own. Somebody else sees to it."),
    "opinion_of_another_needed": _l(
        "You asked for a second opinion. Another officer gives it, or decides."
    ),
    "opinion_given": _l("You have already given your opinion. A decision comes next."),
    "too_late_to_reopen": _l(
        "More than ninety days have passed since the decision. It can no longer be reopened."
    ),
    "institution_known": _l("The list of this country already has an institution of this name."),
    "institution_not_listed": _l("Please choose an institution that is listed in this country."),
    "institution_settled": _l("The institution of this person is already on the list."),
    "name_or_listed": _l("Please give a name, or choose an institution of the list."),
    "name_needs_letters": _l("This needs letters."),
    "country_of_others": _l("You do not act for this country."),
    "own_standing": _l(
        "You cannot suspend yourself, nor let yourself in again. Another officer can do it."
    ),
    "role_holder_by_admin": _l(
        "This person holds a role on the platform. Only an administrator can suspend them or let "
        "them in again."
    ),
    "standing_changed": _l(
        "Somebody has changed this meanwhile. This is how the person stands now."
    ),
    "scope_country_or_empty": _l(
        "This must be the two-letter code of a country, or be left empty for every country."
    ),
    "second_factor_needed": _l(
        "This account has a second factor. Please send a code of the app or a recovery code as well."
    ),
    "second_factor_missing": _l(
        "Staff need a second factor. Please sign in with a browser and set one up."
    ),
    "wrong_code": _l(
        "This code is not right, or has been used. An app shows a new one every half minute."
    ),
    "codes_paused": _l(
        "Too many codes were wrong, so codes of the app rest for a while. A passkey or a recovery "
        "code works meanwhile."
    ),
    "wrong_passkey": _l("This passkey could not be verified. Please try again."),
    "no_passkeys_here": _l("This address of the platform cannot use passkeys."),
    "passkey_known": _l("This passkey is in use already."),
    "begin_again": _l("Too much time has passed. Please sign in once more."),
    "factor_needed_by_staff": _l(
        "Staff keep one second factor or more. Please add another one before removing this."
    ),
    "longer_password_first": _l(
        "Your password is shorter than 15 characters, which is enough only beside a second factor. "
        "Please choose a longer one first, then remove this."
    ),
    "no_factor_yet": _l("There is no second factor here yet."),
    "not_your_own_factors": _l("Another administrator must do this for you."),
    "handle_needed": _l("Please choose a handle first."),
    "handle_letters": _l(
        "A handle is made of letters and digits, with spaces, hyphens and apostrophes."
    ),
    "handle_reserved": _l(
        "This handle could be taken for staff or for an organisation. Please choose another one."
    ),
    "handle_taken": _l(
        "Somebody has this handle, or one that looks like it. Please choose another."
    ),
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
    "confirmation_asked": _l(
        "Places in this run are given after a confirmation. Please apply for one."
    ),
    "no_confirmation_asked": _l("This run asks for no confirmation. You can enrol in it at once."),
    "application_has_place": _l("You already have a place in this run."),
    "too_many_applications": _l("You have applied to this run several times. It stays closed."),
    "application_is_decided": _l("This application has been answered or withdrawn already."),
    "no_supervisor_asked": _l("This run does not ask for a supervisor. Please leave this out."),
    "supervisor_needed": _l("Please give the name and the official address of your supervisor."),
    "own_address": _l("This is your own address. Please give that of your supervisor."),
    "supervisor_has_declined": _l(
        "The reader of this address has not confirmed this place. Please name somebody else."
    ),
    "too_many_supervisor_letters": _l(
        "Several letters have been sent already. Please wait for an answer."
    ),
    "confirmation_link_spent": _l(
        "This link has been used, has been replaced by a newer one, or is too old."
    ),
    "own_place": _l("You cannot confirm a place for yourself."),
    "country_has_changed": _l(
        "The country of this person has changed since the application. Please apply anew."
    ),
    "reason_needed": _l("Please say why."),
    "reason_not_needed": _l("A confirmation needs no reason. Please leave this out."),
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


# Sentences with a count in them: the fact that is counted, and the form that it asks for.
COUNTED: dict[str, tuple[str, Callable[[int], str]]] = {
    "too_many_passkeys": (
        "most",
        lambda number: ngettext(
            "You have %(num)d passkey, which is the most you can have. Please remove it first.",
            "You have %(num)d passkeys, which is the most you can have. Please remove one first.",
            number,
        ),
    ),
    "handle_too_short": (
        "shortest",
        lambda number: ngettext(
            "A handle has %(num)d character or more.",
            "A handle has %(num)d characters or more.",
            number,
        ),
    ),
    "handle_too_long": (
        "longest",
        lambda number: ngettext(
            "A handle has %(num)d character or fewer.",
            "A handle has %(num)d characters or fewer.",
            number,
        ),
    ),
}


def sentence(code: Any, facts: dict[str, Any] | None = None) -> str:
    """The reader's sentence for a code; anything that is not a code is a sentence already."""
    if isinstance(code, str) and code in COUNTED:
        fact, counted = COUNTED[code]
        return counted((facts or {})[fact])
    text = str(SENTENCES.get(code, code)) if isinstance(code, str) else str(code)
    return text % facts if facts and "%(" in text else text
