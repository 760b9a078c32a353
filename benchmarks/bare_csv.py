"""The reference for exports: rows from sqlite3 straight into a csv writer."""

import csv
import sqlite3
from pathlib import Path

COLUMNS = "country, gender, profession, institution_kind, e.language, status, enrolled_at, code, completed_at"
QUERY = f"""
select {COLUMNS.replace("country", "e.country", 1)}
from enrolment e join course_run r on r.id = e.run_id left join completion c on c.enrolment_id = e.id
order by e.id
"""


def write(database: Path, target: Path) -> int:
    """Write every enrolment of the database; gives the number of rows."""
    connection = sqlite3.connect(database)
    count = 0
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        cursor = connection.execute(QUERY)
        while rows := cursor.fetchmany(2000):
            writer.writerows(rows)
            count += len(rows)
    connection.close()
    return count
