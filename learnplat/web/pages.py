"""What every page shares: its language, navigation, assets and the way back."""

import dataclasses
import hashlib
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    g,
    has_request_context,
    render_template,
    request,
    session,
    url_for,
)
from markupsafe import escape

from learnplat.core.actors import STAFF_ROLES, Actor, Role
from learnplat.core.languages import Language
from learnplat.web.csrf import form_token
from learnplat.web.doors import visitor
from learnplat.web.filters import zone_name
from learnplat.web.languages import IN_URL, reader_language, reader_zone

# (endpoint, label, for whom): "all", every "person", all "staff", or the roles named
Links = Sequence[tuple[str, Any, str | frozenset[Role]]]
_NAVIGATION = "learnplat.navigation"
_KEPT_PAGES, _KEPT_SIZE = "learnplat.kept_pages", "learnplat.kept_size"
_CODES = frozenset(code.value for code in Language)
MOST_KEPT = 100_000_000  # characters of pages: some 4000 of a usual length, far fewer long ones
# Where a kept page has room for what is its reader's own: characters that no text here may hold.
_NAME, _TOKEN, _ZONE = "\ue000", "\ue001", "\ue002"
_PLACES = re.compile("([\ue000-\ue002])")


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


def _rank(person: Actor | None) -> frozenset[Role]:
    """The roles by which a visitor is shown links; a stranger has none."""
    return person.roles if person else frozenset()


def _is_for(who: str | frozenset[Role], rank: frozenset[Role]) -> bool:
    if isinstance(who, frozenset):
        return not rank.isdisjoint(who)
    return who == "all" or (bool(rank) if who == "person" else not rank.isdisjoint(STAFF_ROLES))


def readable_path(path: str) -> str:
    """The page above an address that only acts: where a reader of its answer can go on."""
    found = request.url_rule
    adapter = current_app.url_map.bind("")
    while found is not None and path.count("/") > 1 and not adapter.test(path, "GET"):
        path = path.rsplit("/", 1)[0]
    return path


def shown_at(path: str) -> None:
    """Say which page is being shown in answer to a form that another address took."""
    g.page_path = path


def kept_page(template: str, key: Hashable, facts: Callable[[], dict[str, Any]]) -> str:
    """A page rendered once for all the readers to whom it is the same.

    `key` holds everything by which `facts` differ, the catalogue in force included; language, rank
    and address are added here. What is each reader's own (name, zone, the token of forms) is put
    into its places afterwards. A page that carries a message for its reader is never kept.
    """
    if session.get("_flashes"):
        return render_template(template, **facts())
    person = visitor()
    kept: dict[Hashable, list[str]] = current_app.extensions.setdefault(_KEPT_PAGES, {})
    whole = (template, key, reader_language(), _rank(person), request.full_path)
    parts = kept.get(whole)
    if parts is None:
        g.is_kept_page = True
        try:
            page = render_template(template, csrf_token=lambda: _TOKEN, **facts())
        finally:
            g.is_kept_page = False
        parts = _PLACES.split(page)
        size = current_app.extensions.get(_KEPT_SIZE, 0) + len(page)
        if size > MOST_KEPT:
            kept.clear()
            size = len(page)
        current_app.extensions[_KEPT_SIZE] = size
        kept[whole] = parts
    own: dict[str, Callable[[], str]] = {
        _NAME: lambda: str(escape(person.name if person else "")),
        _TOKEN: form_token,
        _ZONE: lambda: str(escape(zone_name(reader_zone()))),
    }
    return "".join([own[part]() if part in own else part for part in parts])


def init_pages(app: Flask, navigation: Navigation) -> None:
    app.extensions[_NAVIGATION] = navigation
    assets = _assets(Path(app.static_folder or ""))
    shared: dict[tuple[Language, frozenset[Role]], tuple[Any, ...]] = {}

    def shared_links(language: Language, rank: frozenset[Role]) -> tuple[Any, ...]:
        if (language, rank) not in shared:

            def drawn(links: Links) -> list[Link]:
                return [
                    Link(str(label), url_for(endpoint))
                    for endpoint, label, who in links
                    if _is_for(who, rank)
                ]

            shared[language, rank] = (
                drawn(navigation.main),
                drawn(navigation.account),
                drawn(navigation.footer),
                {name: url_for(endpoint) for name, endpoint in navigation.urls.items()},
            )
        return shared[language, rank]

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
        nav, account, footer, urls = shared_links(language, _rank(person))
        path, query = request.path, ""
        if request.method not in ("GET", "HEAD"):
            path = g.get("page_path") or readable_path(path)
        elif request.query_string:
            query = f"?{request.query_string.decode('ascii', 'replace')}"
        rest = path[3:] if path[1:3] in _CODES and path[3:4] == "/" else "/"
        is_kept = g.get("is_kept_page", False)
        if is_kept and person is not None:
            person = dataclasses.replace(person, name=_NAME)
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
                zone_name=_ZONE if is_kept else zone_name(reader_zone()),
            )
        }


def _assets(folder: Path) -> dict[str, str]:
    """Addresses of the shared files, each with its content's mark so that it may be kept forever."""
    names = {
        "css": "learnplat.css",
        "js": "learnplat.js",
        "passkeys": "passkeys.js",
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
