"""What every page shares: its language, navigation, assets and the way back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, has_request_context, request, url_for

from learnplat.core.actors import Actor, Role
from learnplat.core.languages import Language
from learnplat.web.doors import visitor
from learnplat.web.filters import zone_name
from learnplat.web.languages import IN_URL, reader_language, reader_zone

# (endpoint, label, for whom): "all", "person" or "staff" or "admin"
Links = Sequence[tuple[str, Any, str]]
_NAVIGATION = "learnplat.navigation"


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class LanguageLink:
    code: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All that `templates/base.html` needs to know of the page it frames."""

    language: Language
    direction: str
    languages: list[LanguageLink]
    nav: list[Link]
    person: Actor | None
    account_links: list[Link]
    footer_links: list[Link]
    urls: dict[str, str]
    assets: dict[str, str]
    zone_name: str

    @property
    def home_url(self) -> str:
        return self.urls["home"]

    @property
    def search_url(self) -> str:
        return self.urls["search"]

    @property
    def sign_in_url(self) -> str:
        return self.urls["sign_in"]

    @property
    def sign_up_url(self) -> str:
        return self.urls["sign_up"]

    @property
    def sign_out_url(self) -> str:
        return self.urls["sign_out"]


@dataclass(frozen=True, slots=True)
class Navigation:
    """Where the shared links lead; given by the front of the house."""

    main: Links
    account: Links
    footer: Links
    urls: dict[str, str]


def pages_blueprint(slice_name: str, import_name: str) -> Blueprint:
    """A blueprint of pages: every address begins with the language."""
    return Blueprint(f"{slice_name}_pages", import_name, url_prefix=IN_URL)


def init_pages(app: Flask, navigation: Navigation) -> None:
    app.extensions[_NAVIGATION] = navigation
    assets = _assets(Path(app.static_folder or ""))
    shared: dict[tuple[Language, str], tuple[Any, ...]] = {}

    def rank(person: Actor | None) -> str:
        if person is None:
            return "all"
        if Role.ADMIN in person.roles:
            return "admin"
        return "staff" if person.is_staff else "person"

    def shared_links(language: Language, level: str) -> tuple[Any, ...]:
        if (language, level) not in shared:
            may = {
                "all": ["all"],
                "person": ["all", "person"],
                "staff": ["all", "person", "staff"],
                "admin": ["all", "person", "staff", "admin"],
            }[level]

            def drawn(links: Links) -> list[Link]:
                return [
                    Link(str(label), url_for(endpoint))
                    for endpoint, label, who in links
                    if who in may
                ]

            shared[language, level] = (
                drawn(navigation.main),
                drawn(navigation.account),
                drawn(navigation.footer),
                {name: url_for(endpoint) for name, endpoint in navigation.urls.items()},
            )
        return shared[language, level]

    def with_current(links: list[Link], path: str) -> list[Link]:
        return [
            Link(link.label, link.url, True)
            if path == link.url or path.startswith(link.url + "/")
            else link
            for link in links
        ]

    @app.context_processor
    def _page() -> dict[str, Any]:
        if not has_request_context():
            return {}  # a letter is no page
        language = reader_language()
        person = visitor()
        nav, account, footer, urls = shared_links(language, rank(person))
        path = request.path
        rest = path[3:] if path[:4] in {f"/{code.value}/" for code in Language} else "/"
        query = (
            f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
        )
        if request.method not in ("GET", "HEAD"):
            query = ""
        return {
            "page": Page(
                language=language,
                direction=language.direction,
                languages=[
                    LanguageLink(
                        code.value, code.own_name, f"/{code.value}{rest}{query}", code is language
                    )
                    for code in Language
                ],
                nav=with_current(nav, path),
                person=person,
                account_links=with_current(account, path),
                footer_links=footer,
                urls=urls,
                assets=assets,
                zone_name=zone_name(reader_zone()),
            )
        }


def _assets(folder: Path) -> dict[str, str]:
    """Addresses of the shared files, each with its content's mark so that it may be kept forever."""
    names = {
        "css": "learnplat.css",
        "js": "learnplat.js",
        "mark": "mark.svg",
        "icon": "favicon.svg",
    }
    found = {}
    for name, file in names.items():
        path = folder / file
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "0"
        found[name] = f"/static/{file}?v={mark}"
    return found


def base_url() -> str:
    """The address at which this platform is reached, for links that leave it."""
    return str(current_app.config["LEARNPLAT"].base_url)
