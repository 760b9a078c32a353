"""Letters about a course to a person, in the person's language."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from learnplat import outbox
from learnplat.catalogue.content import Course
from learnplat.core.days import day_in_words
from learnplat.core.languages import Language
from learnplat.people.models import Account


def write_to(
    session: Session,
    account: Account,
    template: str,
    course: Course,
    now: datetime,
    *,
    key: str,
    **facts: str | None,
) -> None:
    """A letter about a course to a person who has an address."""
    if account.email is None:
        return
    outbox.post(
        session,
        key=key,
        template=template,
        recipient=account.email,
        language=account.language,
        now=now,
        facts={
            "name": account.name,
            "course": course.titles[account.language],
            "course_key": course.key,
            **facts,
        },
    )


def long_day(day: date | None, language: Language) -> str | None:
    return None if day is None else day_in_words(day, "long", language)
