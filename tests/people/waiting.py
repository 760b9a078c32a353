"""What tests with two threads share: knowing that one of them waits for the other."""

import threading

from sqlalchemy import text

from learnplat.db import db


def somebody_waits(house, people=1):
    """Return once so many transactions wait; SQLite's one writer keeps everybody waiting."""
    if house.kind == "sqlite":
        return
    waiting, pause = (
        text("select count(distinct pid) from pg_locks where not granted"),
        threading.Event(),
    )
    with db.engine.connect() as connection:
        for _ in range(1000):
            if connection.scalar(waiting) >= people:
                return
            pause.wait(0.01)
    raise AssertionError("nobody waits")
