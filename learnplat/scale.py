"""Invented people and enrolments in any number, for measurements."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text

from learnplat.core.clock import utc_now
from learnplat.core.countries import countries
from learnplat.core.languages import Language
from learnplat.db import transaction
from learnplat.learning.models import Completion, CourseRun, Enrolment, EnrolmentStatus, Pace
from learnplat.people.models import Account


def seed_scale(app: Flask, enrolments: int) -> None:
    """Add invented officials and enrolments, one in two completed, in one transaction."""
    draw = random.Random(2026)  # noqa: S311  # nosec B311: figures for measurements, not secrets
    codes = sorted(countries())
    now = utc_now()
    with app.app_context(), transaction() as session:
        run = CourseRun(
            code=f"SCALE-{now:%Y%m%d%H%M%S}",
            title="Invented for measurements",
            pace=Pace.SELF_PACED,
            zone="UTC",
            languages=["en"],
            partners=[],
            planned_at=now,
        )
        session.add(run)
        session.flush()
        first_account = (
            session.scalar(select(Account.id).order_by(Account.id.desc()).limit(1)) or 0
        ) + 1
        first_enrolment = (
            session.scalar(select(Enrolment.id).order_by(Enrolment.id.desc()).limit(1)) or 0
        ) + 1
        start = datetime(2020, 1, 1, tzinfo=UTC)
        for offset in range(0, enrolments, 5000):
            accounts: list[dict[str, Any]] = []
            rows: list[dict[str, Any]] = []
            completions: list[dict[str, Any]] = []
            for number in range(offset, min(offset + 5000, enrolments)):
                at = start + timedelta(seconds=draw.randrange(6 * 365 * 86400))
                facts = {
                    "country": draw.choice(codes),
                    "profession": draw.choice(("judge", "prosecutor")),
                    "gender": draw.choice(("female", "male", "not_stated")),
                    "institution_kind": "court",
                    "institution": None,
                    "language": draw.choice(list(Language)),
                }
                accounts.append(
                    {
                        "id": first_account + number,
                        "name": f"Scale {number}",
                        "zone": "UTC",
                        "registered_at": at,
                        "calendar_token": f"scale-{run.id}-{number}",
                        **facts,
                    }
                )
                is_completed = draw.random() < 0.5
                rows.append(
                    {
                        "id": first_enrolment + number,
                        "account_id": first_account + number,
                        "run_id": run.id,
                        "enrolled_at": at,
                        **facts,
                        "status": EnrolmentStatus.COMPLETED
                        if is_completed
                        else EnrolmentStatus.ACTIVE,
                    }
                )
                if is_completed:
                    completions.append(
                        {
                            "enrolment_id": first_enrolment + number,
                            "editions": {},
                            "completed_at": at + timedelta(days=draw.randrange(1, 90)),
                        }
                    )
            session.execute(insert(Account), accounts)
            session.execute(insert(Enrolment), rows)
            session.execute(insert(Completion), completions)
        if session.get_bind().dialect.name == "postgresql":
            # Rows that bring their own numbers leave the counters behind.
            for table in ("account", "enrolment"):
                session.execute(
                    text(
                        f"select setval('{table}_id_seq', (select max(id) from {table}))"  # noqa: S608  # nosec B608
                    )
                )
