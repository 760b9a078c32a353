"""The commands by which an operator copies the database, puts it back, and forgets what is due."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click
from flask import Flask

from learnplat.settings import Settings


def add_keeping(
    cli: click.Group,
    house: Callable[[], AbstractContextManager[Flask]],
    settings: Callable[[], Settings],
    refused: type[click.ClickException],
) -> None:
    """Add `backup`, `restore`, `retention` and `erasures` to the command.

    `house` opens the application, `settings` reads the environment, `refused` is one clear sentence.
    """

    @cli.command()
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    def backup(file: Path) -> None:
        """Write a whole copy of the database to FILE while it is in use."""
        from learnplat.backups import NotBackedUp, back_up

        try:
            back_up(settings(), file)
        except NotBackedUp as error:
            raise refused(str(error)) from error
        click.echo(f"Copied to {file}; it holds names: keep it as safe as the database.")

    @cli.command()
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
    def restore(file: Path) -> None:
        """Put the copy in FILE in the place of the database, with nobody using it."""
        from learnplat.backups import NotBackedUp
        from learnplat.backups import restore as put_back

        try:
            count = put_back(settings(), file)
        except NotBackedUp as error:
            raise refused(str(error)) from error
        click.echo(f"The database is that of the copy. Accounts erased again in it: {count}.")

    @cli.command()
    @click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
    def retention(dry_run: bool) -> None:
        """Remove what has been kept for long enough; `serve` and `worker` do it every hour."""
        from learnplat.core.clock import utc_now
        from learnplat.db import reading
        from learnplat.privacy.housekeeping import keep_house
        from learnplat.privacy.retention import due

        with house() as app:
            now = utc_now()
            counts = due(reading(), now) if dry_run else keep_house(app.config["LEARNPLAT"], now)
        for name, count in counts.items():
            click.echo(f"{'Would remove' if dry_run else 'Removed'} {name}: {count}")
        if not counts:
            click.echo("Nothing is due.")

    @cli.group()
    def erasures() -> None:
        """Accounts that were erased."""

    @erasures.command("apply")
    def erasures_apply() -> None:
        """After pg_restore: erase again what the register of erasures in the data folder names."""
        from learnplat.core.clock import utc_now
        from learnplat.privacy.housekeeping import erase_again
        from learnplat.privacy.sweeping import clear_up

        with house() as app:
            found, now = app.config["LEARNPLAT"], utc_now()
            count = erase_again(found, now)
            is_clear = clear_up(found, now)
        click.echo(f"Accounts erased again: {count}.")
        if not is_clear:
            raise refused("old pages of the database are still read; run this again in a moment")
