"""The participation report: the document of a period that the API, the page and the command share."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learnplat import audit
from learnplat.core.languages import Language
from learnplat.statistics import queries, rules
from learnplat.statistics.exports import render
from learnplat.statistics.wording import wording_of


def participation(session: Session, since: date, until: date, now: datetime) -> dict[str, Any]:
    """The contract's JSON document, its definitions in English. `Invalid` for a period that
    cannot be meant."""
    period = rules.period_of(since, until, now.date())
    figures = queries.participation_figures(session, period, now)
    return rules.document(period, figures, wording_of(Language.EN).definitions, now)


def record_export(
    session: Session,
    actor_id: int | None,
    form: str,
    *,
    since: date,
    until: date,
    now: datetime,
) -> None:
    """Keep in the audit log that the document was taken away.

    `actor_id` is None from the command line; `form` is the file's kind, or `api`.
    """
    audit.record(
        session,
        actor_id=actor_id,
        action="participation_exported",
        subject=("report", None),
        now=now,
        form=form,
        since=since.isoformat(),
        until=until.isoformat(),
    )


def run_titles(session: Session, document: Mapping[str, Any]) -> dict[str, str]:
    """Titles of the document's runs by their codes, where a run has a title of its own."""
    codes = [row["course"] for row in document["by_course"]]
    found = queries.run_titles(session, codes)
    return {code: title for code, (title, _) in found.items() if title}


__all__ = ["participation", "record_export", "render", "run_titles"]
