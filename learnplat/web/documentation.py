"""What this platform is, and how its API is used: pages for people."""

from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from learnplat.web.doors import ANYONE, door
from learnplat.web.pages import pages_blueprint

bp = pages_blueprint("web", __name__)


@bp.get("/about")
@door(ANYONE)
def show_about() -> ResponseReturnValue:
    return render_template("web/about.html")


@bp.get("/api")
@door(ANYONE)
def show_api() -> ResponseReturnValue:
    return render_template("web/api.html", groups=_operations(), base=base_address())


def base_address() -> str:
    return str(current_app.config["LEARNPLAT"].base_url)


def _operations() -> dict[str, list[dict[str, Any]]]:
    """The routes of the description, grouped by their first word: method, path, what they do."""
    spec = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if method not in ("get", "post", "patch", "put", "delete"):
                continue
            word = path.removeprefix("/api/v1/").split("/")[0]
            groups.setdefault(word, []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("summary") or operation.get("description") or "",
                    "operation": operation.get("operationId", ""),
                    "is_open": not operation.get("security"),
                }
            )
    return groups
