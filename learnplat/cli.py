"""The `learnplat` command: what an operator does from a terminal."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import Flask

from learnplat import upgrades
from learnplat.core.languages import Language
from learnplat.core.refusals import Refusal
from learnplat.keeping import add_keeping
from learnplat.settings import BadSettings, Settings, read_settings


class Refused(click.ClickException):
    """One clear sentence on stderr, and exit code 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"learnplat: {self.message}", err=True)


def settings() -> Settings:
    try:
        return read_settings()
    except BadSettings as error:
        raise Refused("; ".join(error.faults)) from error


@contextmanager
def house(*, checked: bool = True) -> Iterator[Flask]:
    """The application with its database at the revision of this code, in English."""
    from flask_babel import force_locale

    from learnplat.app import create_app

    found = settings()
    if checked:
        require_newest(found)
    app = create_app(found)
    with app.app_context(), force_locale("en"), sentences():
        yield app


@contextmanager
def sentences() -> Iterator[None]:
    """Refusals of the domain as one sentence each."""
    from learnplat.web.errors import said, said_by_field

    try:
        yield
    except Refusal as refusal:
        fields = "; ".join(
            f"{name}: {' '.join(found)}" for name, found in said_by_field(refusal).items()
        )
        raise Refused(fields or said(refusal)) from refusal


def require_newest(found: Settings) -> None:
    try:
        current = upgrades.current(found.database_url)
    except Exception as error:
        raise Refused(f"the database does not answer ({type(error).__name__})") from error
    if current != upgrades.newest():
        state = f"is at revision {current}" if current else "is empty"
        raise Refused(
            f"the database {state} and this code needs {upgrades.newest()}: run learnplat db upgrade"
        )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """The online learning platform's own command."""


@cli.command()
@click.option(
    "--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), help="Address to listen on."
)
@click.option(
    "--port", default=lambda: int(os.environ.get("PORT", "8000")), type=click.IntRange(1, 65535)
)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the platform, and deliver its mail."""
    from learnplat.serving import serve as run

    found = settings()
    require_newest(found)
    run(host, port, workers)


@cli.command()
def worker() -> None:
    """Deliver mail and nothing else, until stopped."""
    from learnplat.serving import work

    with house() as app:
        work(app)


@cli.group()
def db() -> None:
    """The database's tables."""


@db.command("upgrade")
@click.argument("revision", default="head")
def db_upgrade(revision: str) -> None:
    """Bring the database to REVISION, making it if it is not there."""
    _change(upgrades.upgrade, revision)


@db.command("downgrade")
@click.argument("revision")
def db_downgrade(revision: str) -> None:
    """Take the database back to REVISION, or to `base`."""
    _change(upgrades.downgrade, revision)


def _change(change: Callable[[str, str], None], revision: str) -> None:
    found = settings()
    try:
        change(found.database_url, revision)
        click.echo(f"The database is at revision {upgrades.current(found.database_url) or 'base'}.")
    except Exception as error:
        raise Refused(str(error).splitlines()[0]) from error


@db.command("check")
def db_check() -> None:
    """Say whether the database is what this code expects."""
    found = settings()
    require_newest(found)
    faults = upgrades.differences(found.database_url)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise Refused("the tables differ from the models")
    click.echo(f"The database is at revision {upgrades.newest()} and agrees with the code.")


@cli.group()
def courses() -> None:
    """The curriculum as files."""


@courses.command("check")
@click.argument("folder", default=None, required=False, type=click.Path(path_type=Path))
def courses_check(folder: Path | None) -> None:
    """List every fault of the curriculum in FOLDER, with file and line."""
    from learnplat.catalogue.check import check

    faults = check(folder or settings().courses)
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        raise Refused(f"{len(faults)} faults in the curriculum")
    click.echo("The curriculum has no faults.")


@courses.command("table")
@click.argument("folder", default=None, required=False, type=click.Path(path_type=Path))
def courses_table(folder: Path | None) -> None:
    """Count units, words, citations and questions in FOLDER, by course and language."""
    from learnplat.catalogue.check import checked
    from learnplat.catalogue.sources import read_sources
    from learnplat.catalogue.table import table

    click.echo(table(checked(read_sources(folder or settings().courses))))


@courses.command("sync")
@click.argument("folder", default=None, required=False, type=click.Path(path_type=Path))
def courses_sync(folder: Path | None) -> None:
    """Publish what is new in FOLDER as editions; what is unchanged stays."""
    from learnplat.catalogue.actions import CurriculumFaults, sync_courses
    from learnplat.core.clock import utc_now
    from learnplat.db import transaction

    with house() as app:
        try:
            with transaction() as session:
                published = sync_courses(
                    session, folder or app.config["LEARNPLAT"].courses, now=utc_now()
                )
        except CurriculumFaults as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            raise Refused(
                f"{len(error.faults)} faults in the curriculum; nothing was published"
            ) from error
    for name in published:
        click.echo(f"Published {name}")
    if not published:
        click.echo("Nothing has changed.")


@courses.command("export")
@click.argument("folder", default="courses-export", type=click.Path(path_type=Path))
def courses_export(folder: Path) -> None:
    """Write the curriculum in force into FOLDER, byte for byte as it was published."""
    from learnplat.catalogue.exporting import export_courses
    from learnplat.db import reading

    with house():
        try:
            count = export_courses(reading(), folder)
        except OSError as error:
            raise Refused(f"{folder} cannot be written: {error.strerror}") from error
    click.echo(f"{count} files written to {folder}.")


@cli.group()
def people() -> None:
    """Accounts."""


@people.command("add")
@click.option("--email", required=True)
@click.option(
    "--role",
    required=True,
    help="practitioner, trainer, tutor, expert, moderator, focal_point or admin",
)
@click.option("--country", default="AT", show_default=True, help="ISO 3166-1 alpha-2")
@click.option("--name", default=None, help="Defaults to the part of the address before @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def people_add(email: str, role: str, country: str, name: str | None, password_stdin: bool) -> None:
    """Add an account; without a password it signs in through the reset by mail."""
    from learnplat.core.clock import utc_now
    from learnplat.db import transaction
    from learnplat.people.actions import add_person

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with house(), transaction() as session:
        account_id = add_person(
            session,
            email=email,
            role=role,
            country=country,
            name=name,
            password=password,
            now=utc_now(),
        )
    click.echo(f"Account {account_id} added.")


@cli.group("import")
def import_() -> None:
    """Other platforms' data."""


@import_.command("programme")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
def import_programme(folder: Path, dry_run: bool) -> None:
    """Take over a programme of an older platform, all of it or nothing."""
    from learnplat.core.clock import utc_now
    from learnplat.db import transaction
    from learnplat.exchange.programme import import_programme as take_over

    with house(), transaction() as session:
        report = take_over(session, folder, now=utc_now(), dry_run=dry_run)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    if report.problems:
        raise Refused(f"{len(report.problems)} rows cannot be taken; nothing was imported")
    verb = "Would import" if dry_run else "Imported"
    for name, count in report.counts.items():
        click.echo(f"{verb} {name}: {count}")


@cli.group()
def report() -> None:
    """Figures."""


@report.command("participation")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day, UTC.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day, UTC.")
@click.option(
    "--language",
    default="en",
    show_default=True,
    type=click.Choice([code.value for code in Language]),
)
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "csv", "xlsx", "html"]),
)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False))
def report_participation(
    since: Any, until: Any, language: str, form: str, output: Path | None
) -> None:
    """Who was trained in a period, and from which countries."""
    from learnplat.core.clock import utc_now
    from learnplat.db import reading, transaction
    from learnplat.statistics.report import participation, record_export, render

    first: date = since.date()
    last: date = until.date()
    with house():
        now = utc_now()
        document = participation(reading(), since=first, until=last, now=now)
        with transaction() as session:
            record_export(session, None, form, since=first, until=last, now=now)
        content = render(document, Language(language), form)
    if output is not None:
        try:
            output.write_bytes(content)
        except OSError as error:
            raise Refused(f"{output} cannot be written: {error.strerror}") from error
    else:
        sys.stdout.buffer.write(content)


@cli.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
def audit_verify() -> None:
    """Read it all: was an entry changed, removed or put in? Keep the digest told elsewhere."""
    from learnplat.audit import head, verify
    from learnplat.db import reading

    with house():
        session = reading()
        broken = verify(session)
        count, digest = head(session)
    if broken is not None:
        raise Refused(f"the audit log is broken: entry {broken} is not as it was written")
    click.echo(f"{count} entries, each as it was written. The last digest is {digest}.")


@cli.group()
def seed() -> None:
    """People and programmes to try the platform with."""


@seed.command("demo")
def seed_demo() -> None:
    """A small demonstration: an account for each role, a run, discussions. Again changes nothing."""
    from learnplat.demonstration import PASSWORD, seed_demonstration

    with house() as app:
        if app.config["LEARNPLAT"].is_production:
            raise Refused("demonstration accounts are for development only")
        for role, email in seed_demonstration(app):
            click.echo(f"  {role:<14} {email}")
    click.echo(f"  password       {PASSWORD}")


@seed.command("scale")
@click.option(
    "--enrolments", default=100_000, show_default=True, type=click.IntRange(1, 10_000_000)
)
def seed_scale(enrolments: int) -> None:
    """Invented enrolments by the thousand, for measurements."""
    from learnplat.scale import seed_scale as fill

    with house() as app:
        if app.config["LEARNPLAT"].is_production:
            raise Refused("invented enrolments are for development only")
        fill(app, enrolments)
    click.echo(f"{enrolments} enrolments added.")


add_keeping(cli, house, settings, Refused)


def main() -> None:
    cli(prog_name="learnplat")


if __name__ == "__main__":
    main()
