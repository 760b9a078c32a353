"""What `make run` does after the installation: database, curriculum, demonstration, serving."""

import os
import sys

from learnplat import upgrades
from learnplat.settings import BadSettings, Settings, read_settings


def prepare(settings: Settings) -> list[tuple[str, str]]:
    """Bring everything up to date; gives the demonstration accounts. Again changes nothing."""
    from learnplat.app import create_app
    from learnplat.catalogue.actions import sync_courses
    from learnplat.core.clock import utc_now
    from learnplat.db import transaction
    from learnplat.demonstration import seed_demonstration

    if upgrades.current(settings.database_url) != upgrades.newest():
        upgrades.upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        with transaction() as session:
            sync_courses(session, settings.courses, now=utc_now())
        return [] if settings.is_production else seed_demonstration(app)


def main() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    os.environ.setdefault("LEARNPLAT_BASE_URL", f"http://{host}:{port}")
    try:
        settings = read_settings()
    except BadSettings as error:
        sys.exit("learnplat: " + "; ".join(error.faults))
    accounts = prepare(settings)
    print(f"\n  learnplat is at  {settings.base_url}\n")
    if accounts:
        from learnplat.demonstration import PASSWORD

        print(f"  Demonstration accounts (password: {PASSWORD})")
        for role, email in accounts:
            print(f"    {role:<14} {email}")
    print("\n  Ctrl-C stops it.\n", flush=True)
    from learnplat.serving import serve

    serve(host, int(port), workers=2)


if __name__ == "__main__":
    main()
