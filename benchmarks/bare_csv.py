"""The reference for exports: rows from sqlite3 straight into a csv writer."""

import csv
import sqlite3
from pathlib import Path

# The same rows and cells in the same order as the export, with nothing done to them.
QUERY = """
select r.code, e.country, e.gender, e.profession, e.language, e.status,
  substr(e.enrolled_at, 1, 10), substr(c.completed_at, 1, 10)
from enrolment e join course_run r on r.id = e.run_id
  left join completion c on c.enrolment_id = e.id
where e.enrolled_at >= '2000-01-01'
order by e.enrolled_at, e.id
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
