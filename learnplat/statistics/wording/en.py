"""The report in English. United Nations style: one to nine in words, figures from 10."""

from learnplat.statistics.wording.form import Facts, Wording, grouped, joined

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LANGUAGES = {"ar": "Arabic", "en": "English", "fr": "French", "es": "Spanish"}


def number(value: int) -> str:
    return grouped(value, ",")


def counted(value: int, one: str, many: str) -> str:
    """A number with its noun: “six online courses”, “one online course”."""
    shown = _WORDS[value] if value < len(_WORDS) else number(value)
    return f"{shown} {one if value == 1 else many}"


def paragraph(facts: Facts) -> str:
    first, is_empty = _courses(facts)
    return f"{first} {_discussions(facts, is_empty)}"


def _courses(facts: Facts) -> tuple[str, bool]:
    courses = counted(facts.courses, "online course", "online courses")
    if not facts.practitioners:
        if not facts.courses:
            return (
                "No online course was delivered and no practitioner was trained during the period."
            ), True
        return (
            f"The Branch delivered {courses}; no practitioner completed one in the period.",
            False,
        )
    practitioners = counted(facts.practitioners, "practitioner", "practitioners")
    if len(facts.countries) == 1:
        origin = f"from one country: {facts.countries[0]}"
    else:
        places = counted(len(facts.countries), "country", "countries")
        origin = f"from the following {places}: {joined(facts.countries, ' and ')}"
    if not facts.courses:
        return (
            f"No online course ended during the period; the Branch trained {practitioners} "
            f"{origin}."
        ), False
    return f"The Branch delivered {courses} and trained {practitioners} {origin}.", False


def _discussions(facts: Facts, is_first: bool) -> str:
    if not facts.discussions:
        return "No real-time discussion was carried out."
    held = counted(facts.discussions, "real-time discussion", "real-time discussions")
    verb = "was" if facts.discussions == 1 else "were"
    spoken = joined(sorted(_LANGUAGES[code] for code in facts.languages), " and ")
    opening = "During the same period" if is_first else "In addition"
    return f"{opening}, {held} {verb} carried out in {spoken}."


WORDING = Wording(
    paragraph=paragraph,
    number=number,
    languages=_LANGUAGES | {"mul": "Several languages"},
    labels={
        "title": "Participation",
        "period": "Period",
        "since": "First day",
        "until": "Last day",
        "zone": "Time zone",
        "as_at": "Figures as at",
        "basis": "Basis",
        "internal": "Internal: not for publication without a check for small numbers",
        "digest": "Digest",
        "paragraph": "Report paragraph",
        "totals": "Totals",
        "countries": "Countries",
        "courses": "Courses",
        "definitions": "Definitions",
        "figure": "Figure",
        "value": "Value",
        "section": "Section",
        "definition": "Definition",
        "country": "Country or area",
        "code": "Code",
        "region": "Region",
        "subregion": "Sub-region",
        "course": "Course",
        "language": "Language",
        "gender": "Gender",
        "profession": "Profession",
        "by_gender": "Practitioners trained, by gender",
        "by_profession": "Practitioners trained, by profession",
        "by_language": "Practitioners trained, by language",
        "courses_delivered": "Courses delivered",
        "practitioners_trained": "Practitioners trained",
        "country_count": "Countries",
        "enrolments": "Enrolments",
        "completions": "Completions",
        "users": "Users",
        "user_country_count": "Countries of users",
        "discussions_held": "Discussions held",
        "discussion_languages": "Languages of discussions",
        "discussion_participants": "Discussion participants",
        "attendances": "Attendances",
        "nothing": "Nothing in this period",
    },
    definitions={
        "period": "From the first to the last day, both included; days are days in UTC. "
        "Accounts of staff and test accounts never count.",
        "courses_delivered": "Course runs that ended in the period and that at least one person "
        "completed.",
        "practitioners_trained": "Distinct persons with at least one completion dated in the "
        "period. A person who completed twice counts once.",
        "countries": "Distinct countries or areas of the practitioners trained, as recorded when "
        "they enrolled.",
        "enrolments": "Places in course runs accepted in the period, whatever became of them.",
        "completions": "Course runs completed, each by one person, with a completion dated in the "
        "period.",
        "users": "Accounts registered by the last day of the period: a stock, not a flow.",
        "user_country_count": "Distinct countries or areas in the accounts of the users.",
        "discussions_held": "Live discussions that started in the period and were not cancelled.",
        "discussion_languages": "Languages in which those discussions were held.",
        "discussion_participants": "Distinct persons who attended at least one of those "
        "discussions.",
        "attendances": "Attendances at those discussions: one for each person and discussion.",
        "by_country": "By country or area as recorded at enrolment. A person who enrolled from "
        "two countries counts in each.",
        "by_course": "Course runs with an enrolment or a completion in the period, and those "
        "delivered in it. Countries are those of the practitioners trained; “mul” stands for "
        "several languages.",
        "by_gender": "Practitioners trained, by gender as recorded at enrolment.",
        "by_profession": "Practitioners trained, by profession as recorded at enrolment.",
        "by_language": "Practitioners trained, by their language as recorded at enrolment.",
    },
)
