"""The front of the house: it wires the rooms together and decides nothing."""

from collections.abc import Callable
from importlib import import_module

from flask import Flask
from flask_babel import Babel
from flask_babel import lazy_gettext as _l
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from learnplat.admission.inviting import revoke_unfounded_invitations
from learnplat.core.permissions import roles_of
from learnplat.db import db, prepare_engine
from learnplat.learning.access import is_scope
from learnplat.people.known import init_known
from learnplat.people.scopes import init_scopes
from learnplat.people.sign_in import init_sign_in
from learnplat.settings import Settings
from learnplat.web import health
from learnplat.web.api import init_api
from learnplat.web.cookies import OneCookie
from learnplat.web.csrf import init_csrf
from learnplat.web.errors import init_errors
from learnplat.web.filters import init_filters
from learnplat.web.headers import init_headers
from learnplat.web.hosts import init_hosts
from learnplat.web.languages import init_languages
from learnplat.web.limits import init_limits
from learnplat.web.logs import init_logs
from learnplat.web.pages import Navigation, init_pages
from learnplat.web.refused import init_refused

PAGES = (
    "learnplat.web.documentation",
    "learnplat.people.pages",
    "learnplat.people.session_pages",
    "learnplat.people.identity_pages",
    "learnplat.people.addresses.pages",
    "learnplat.people.institutional.pages",
    "learnplat.people.factors.pages",
    "learnplat.people.factors.second_step_pages",
    "learnplat.admission.joining_pages",
    "learnplat.admission.desk_institution_pages",  # and with it all of the desk
    "learnplat.oversight.pages",
    "learnplat.catalogue.pages",
    "learnplat.catalogue.glossary_pages",
    "learnplat.learning.run_pages",  # and with it all of learning.pages
    "learnplat.learning.applications.pages",
    "learnplat.learning.applications.confirmation_pages",
    "learnplat.discussions.pages",
    "learnplat.statistics.pages",
    "learnplat.exchange.pages",
    "learnplat.privacy.pages",
)
APIS = (
    "learnplat.people.api",
    "learnplat.people.identity_api",
    "learnplat.people.addresses.api",
    "learnplat.admission.joining_api",
    "learnplat.admission.desk_api",
    "learnplat.oversight.api",
    "learnplat.catalogue.api",
    "learnplat.learning.api",
    "learnplat.learning.applications.api",
    "learnplat.discussions.api",
    "learnplat.statistics.api",
    "learnplat.privacy.api",
)
NAVIGATION = Navigation(
    main=(
        ("catalogue_pages.show_courses", _l("Courses"), "all"),
        ("discussions_pages.show_discussions", _l("Live discussions"), "all"),
        ("catalogue_pages.show_instruments", _l("Instruments"), "all"),
        ("glossary_pages.show_glossary", _l("Glossary"), "all"),
        ("learning_pages.show_my_learning", _l("My learning"), "person"),
    ),
    account=(
        ("people_pages.show_profile", _l("My profile"), "person"),
        ("learning_pages.show_runs", _l("Course runs"), roles_of("list_runs")),
        ("joining_pages.show_invitations", _l("Invitations"), roles_of("list_invitations")),
        (
            "confirmation_pages.show_confirmations",
            _l("Places to confirm"),
            roles_of("answer_application"),
        ),
        (
            "statistics_pages.show_participation",
            _l("Participation"),
            roles_of("read_participation"),
        ),
        ("desk_pages.show_desk", _l("Applications to join"), roles_of("vet")),
        ("people_pages.show_people", _l("People"), roles_of("list_people")),
        ("oversight_pages.show_audit", _l("Audit log"), roles_of("read_audit_log")),
    ),
    footer=(
        ("web_pages.show_about", _l("About this platform"), "all"),
        ("privacy_pages.show_privacy", _l("What we keep of you"), "all"),
        ("privacy_pages.show_terms", _l("Terms of use"), "all"),
        ("web_pages.show_api", _l("For developers: the API"), "all"),
    ),
    urls={
        "home": "discussions_pages.show_home",
        "search": "catalogue_pages.search",
        "sign_in": "people_pages.sign_in",
        "sign_up": "joining_pages.sign_up",
        "sign_out": "people_pages.sign_out",
    },
)


class RowNumber(IntegerConverter):
    """The number of a row in an address, as it is written: what no row can have is not found."""

    regex = r"[1-9][0-9]{0,8}|1[0-9]{9}"


def create_app(settings: Settings) -> Flask:
    app = Flask("learnplat")
    app.config.from_mapping(settings.as_flask_config())
    app.config["LEARNPLAT"] = settings
    app.url_map.converters["int"] = RowNumber
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    init_logs(app)
    init_hosts(app)
    app.session_interface = OneCookie()
    init_languages(app, Babel())
    init_sign_in(app)
    init_scopes(app, is_scope, revoke_unfounded_invitations)
    init_limits(app)
    init_csrf(app)
    init_known(app)
    Compress(app)
    init_headers(app)
    init_filters(app)
    init_pages(app, NAVIGATION)
    init_errors(app)
    init_refused(app)
    app.register_blueprint(health.bp)
    for name in PAGES:
        module = import_module(name)
        app.register_blueprint(module.bp)
        init: Callable[[Flask], None] | None = getattr(module, "init", None)
        if init:
            init(app)
    api = init_api(app)
    for name in APIS:
        api.register_blueprint(import_module(name).bp)
    return app
