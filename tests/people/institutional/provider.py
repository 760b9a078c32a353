"""An institution's OpenID provider, on Authlib's own server, as a process of its own.

`python provider.py` prints its address. POST /control changes how it behaves, for better or worse.
"""

import base64
import hmac
import json
import os
import sys
import time
from typing import Any

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "learnplat", "a secret between the two of us"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
}
STRANGE = RSAKey.generate_key(2048, {"kid": "rsa"})
STATE: dict[str, Any] = {
    "subject": "official-1", "claims": {}, "without": [], "mode": "", "alg": "RS256", "kid": True,
    "redirect_uris": [], "about": {}, "calls": [],
}  # fmt: skip
CODES: dict[str, "Code"] = {}
BEFORE = dict(STATE)
app = Flask("provider")


class Client(ClientMixin):
    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return STATE["redirect_uris"][0]

    def get_allowed_scope(self, scope):
        return "openid"

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri in STATE["redirect_uris"]

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    def __init__(self, code, payload):
        self.code, self.made_at = code, time.time()
        self.nonce, self.redirect_uri = payload.data.get("nonce"), payload.redirect_uri
        self.code_challenge = payload.data.get("code_challenge")
        self.code_challenge_method = payload.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return "openid"

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return int(self.made_at)

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, request):
        CODES[code] = Code(code, request.payload)

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        CODES.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return STATE["subject"]


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


class IdToken(OpenIDCode):
    def exists_nonce(self, nonce, request):
        return any(code.nonce == nonce for code in CODES.values())

    def encode_id_token(self, token, request):
        now, address = int(time.time()), STATE["address"]
        claims = {
            "iss": address, "aud": CLIENT, "iat": now, "exp": now + 300, "sub": request.user,
            "nonce": request.authorization_code.get_nonce(), "email": "somebody@else.example",
        }  # fmt: skip
        for name, value in STATE["claims"].items():
            claims[name] = now + value if name in ("exp", "iat", "nbf") else value
        for name in STATE["without"]:
            claims.pop(name, None)
        return signed(claims)


def signed(claims):
    mode, alg = STATE["mode"], STATE["alg"]
    header = {"alg": alg} | ({"kid": KEYS[alg].kid} if STATE["kid"] else {})
    if mode == "alg none":
        return f"{part({'alg': 'none'})}.{part(claims)}."
    if mode == "alg None":
        return f"{part({'alg': 'NoNe', 'kid': 'rsa'})}.{part(claims)}."
    if mode == "public key as secret":
        said = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(claims)}"
        made = hmac.digest(KEYS["RS256"].as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"
    if mode == "client secret":
        key = OctKey.import_key(SECRET)
        return jwt.encode({"alg": "HS256"}, claims, key, ["HS256"])
    if mode == "own key in the header":
        header["jwk"] = STRANGE.as_dict(private=False)
        return jwt.encode({**header, "jku": STATE["address"] + "/jwks"}, claims, STRANGE, [alg])
    if mode == "another key":
        return jwt.encode(header, claims, STRANGE, [alg])
    good = jwt.encode(header, claims, KEYS[alg], [alg])
    first, second, third = good.split(".")
    if mode == "unsigned":
        return f"{first}.{second}."
    if mode == "changed":
        return f"{first}.{part({**claims, 'sub': 'official-2'})}.{third}"
    return {"no token": None, "no text": ["x"], "garbage": "x.y.z", "long": good * 40}.get(
        mode, good
    )


server = AuthorizationServer(app, query_client=lambda _id: Client(), save_token=lambda *_: None)
server.register_grant(CodeGrant, [CodeChallenge(required=True), IdToken(require_nonce=True)])


@app.before_request
def _misbehave():
    if request.path == "/control":
        return None
    STATE["calls"].append(request.path)
    mode, place = STATE["mode"], request.path.strip("/").rpartition("/")[2]
    if mode == f"down {place}":
        return Response("out of order", 500)
    if mode == f"elsewhere {place}":
        return redirect(STATE["elsewhere"], code=307)
    if mode == f"huge {place}":
        return Response(iter([b"x" * 65536] * 200), mimetype="application/json")
    if mode == f"nonsense {place}":
        return Response("<html>", mimetype="application/json")
    if mode == f"list {place}":
        return jsonify([])
    return None


@app.get("/.well-known/openid-configuration")
def about():
    address = STATE["address"]
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        **STATE["about"],
    }


@app.get("/jwks")
def jwks():
    weak = {"kty": "oct", "kid": "rsa", "k": "AAAA"}
    return {"keys": [weak, {"kty": "?"}, 7, *(key.as_dict(private=False) for key in KEYS.values())]}


@app.get("/authorize")
def authorize():
    if STATE["mode"] == "person turns back":
        state = request.args["state"]
        return redirect(f"{request.args['redirect_uri']}?error=access_denied&state={state}")
    grant = server.get_consent_grant(end_user=STATE["subject"])
    return server.create_authorization_response(grant=grant, grant_user=STATE["subject"])


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/control")
def control():
    STATE.update(request.get_json())
    if STATE.pop("new_keys", False):
        KEYS["RS256"] = RSAKey.generate_key(2048, {"kid": "rsa-2", "use": "sig"})
    if STATE.pop("afresh", False):
        STATE.update({**BEFORE, "calls": []}, address=STATE["address"])
    return {"calls": STATE["calls"]}


if __name__ == "__main__":
    running = make_server("127.0.0.1", 0, app, threaded=True)
    STATE["address"] = f"http://127.0.0.1:{running.server_port}"
    print(STATE["address"], flush=True)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    running.serve_forever()
