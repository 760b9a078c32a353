"""The JSON API's manners: one description, problem details, cursors, idempotency keys."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
from flask import Flask, Request, Response, current_app, make_response, request
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import delete, select
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid
from learnplat.db import transaction
from learnplat.web.doors import visitor
from learnplat.web.models import KeptAnswer
from learnplat.web.shapes import Line, Shape, WholeNumber

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., Any])


class ProblemOut(Schema):
    """RFC 9457, with a stable `code`, and `errors` per field on 422."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class ListIn(Shape):
    """What every list takes."""

    cursor = Line(
        longest=400, load_default=None, metadata={"description": "From `next` of the page before."}
    )
    limit = WholeNumber(
        load_default=20,
        validate=validate.Range(1, 100),
        metadata={"description": "Items in a page."},
    )


def page_of(item: type[Schema]) -> type[Schema]:
    """The shape of one page of a list of `item`."""
    name = item.__name__.removesuffix("Out")
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "Cursor of the next page."},
            ),
        },
        name=f"{name}PageOut",
    )


def cursor_of(place: Sequence[Any]) -> str:
    """An opaque cursor for the sort key of the last item of a page."""
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode().rstrip("=")


def place_of(cursor: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """The sort key that a cursor holds, checked against the kinds of its parts.

    A number in it is the number of a row, or of a place in a list.
    """
    if cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        place = None
    if (
        isinstance(place, list)
        and [type(part) for part in place] == list(kinds)
        and all(0 <= part < 2**31 for part in place if isinstance(part, int))
    ):
        return tuple(place)
    raise Invalid.field("cursor", "unknown_cursor")


def paged(rows: Sequence[Any], limit: int, key: Callable[[Any], Sequence[Any]]) -> dict[str, Any]:
    """A page from `limit + 1` rows: the extra one only says that there is more."""
    items = list(rows[:limit])
    return {"items": items, "next": cursor_of(key(items[-1])) if len(rows) > limit else None}


class Parser(FlaskParser):
    """Reads requests; a name in the query that a schema does not have is refused, as in a body."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as error:
            # Python's reader stops at numbers of thousands of digits and at thousands of brackets.
            raise BadRequest from error


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """Routes described for OpenAPI: each has an operationId, and the problems it may answer."""

    ARGUMENTS_PARSER = Parser()

    def route(self, rule: str, *, parameters: Any = None, **options: Any) -> Callable[[View], View]:
        add = super().route(rule, parameters=parameters, **options)

        def describe(view: View) -> View:
            words = view.__name__.split("_")
            operation = words[0] + "".join(word.title() for word in words[1:])
            problems = {
                "default": {
                    "description": "Problem details.",
                    "content": {"application/problem+json": {"schema": ProblemOut}},
                }
            }
            doc: dict[str, Any] = {"operationId": operation, "responses": problems}
            if getattr(view, "door", frozenset()) != frozenset({"anyone"}):
                doc["security"] = [{"bearer": []}, {"session": []}]
            described = self.doc(**doc)(view)
            return cast(View, add(described))

        return describe


def api_blueprint(slice_name: str, import_name: str, description: str) -> ApiBlueprint:
    return ApiBlueprint(
        f"{slice_name}_api", import_name, url_prefix=PREFIX, description=description
    )


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest, with our own errors."""

    ERROR_SCHEMA = ProblemOut

    def _register_responses(self) -> None:
        """Refusals are described as what they are answered as: problem details."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self, *_args: Any, **_kwargs: Any) -> None:
        """`web/errors.py` answers for the whole house."""


def _only_json() -> None:
    """A body under another name than JSON is refused, not guessed at."""
    if request.path.startswith(PREFIX) and request.content_length and not request.is_json:
        raise UnsupportedMediaType


def _differs_by_token(response: Response) -> Response:
    """A cache that keeps what it should not at least keeps it for whose token it is."""
    if request.path.startswith(PREFIX):
        response.vary.add("Authorization")
    return response


def init_api(app: Flask) -> Api:
    app.config.update(
        API_TITLE="learnplat",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.before_request(_only_json)
    app.after_request(_differs_by_token)
    api = Api(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.components.security_scheme(
        "session", {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    )
    return api


def idempotent(view: View) -> View:
    """Carry out a POST once for each `Idempotency-Key` of a person, and repeat its answer after.

    People without an account share one space of keys, in which only the very same request is
    answered again. The answer is kept in the transaction of the act, for 24 hours; the same key
    with another body is 422 `key_reused`.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if not key:
            return view(*args, **kwargs)
        if not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
            raise Invalid({"Idempotency-Key": ["unknown_key"]})
        person, now = visitor(), utc_now()
        holder = f"account {person.account_id}" if person else "anyone"
        asked = f"{request.method} {request.path}\n".encode() + request.get_data()
        secret = str(current_app.secret_key).encode()
        digest = hmac.new(secret, asked, hashlib.sha256).hexdigest()
        with transaction() as session:
            session.execute(
                delete(KeptAnswer).where(KeptAnswer.kept_at < now - timedelta(hours=24))
            )
            kept = session.scalar(
                select(KeptAnswer).where(KeptAnswer.holder == holder, KeptAnswer.key == key)
            )
            if kept is not None:
                if kept.request_digest != digest:
                    raise Invalid({"Idempotency-Key": ["key_reused"]}, code="key_reused")
                repeated = Response(kept.body, kept.status, mimetype="application/json")
                repeated.headers["Idempotent-Replayed"] = "true"
                return repeated
            response = make_response(view(*args, **kwargs))
            session.add(
                KeptAnswer(
                    account_id=person.account_id if person else None,
                    holder=holder,
                    key=key,
                    request_digest=digest,
                    status=response.status_code,
                    body=response.get_data(as_text=True),
                    kept_at=now,
                )
            )
        return response

    return cast(View, once)
