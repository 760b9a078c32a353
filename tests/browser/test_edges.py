"""What a browser makes of the edges, over the real server.

SECURITY: T24, T26, T72, T163, T164, T174, T175, case 25, P5.
"""

import http.client
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from hostile.corpus import ELSEWHERE, OURS

from learnplat.web.doors import own_path
from learnplat.web.headers import EVERYWHERE, by_address


def answer_of(served, path, method="GET"):
    connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize(
    "path",
    ["/", "/en/", "/en/none", "/en/people", "/static/learnplat.css", "/static/none", "/.git/config",
     "/api/v1/me", "/api/v1/openapi.json", "/healthz", "/readyz", "/en/new-password/x", "/%00"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "TRACE", "PROPFIND"])
def test_the_real_server_sends_the_list(served, path, method):
    answer = answer_of(served, path, method)
    found = {name: answer.headers.get_all(name) for name in EVERYWHERE}
    assert found == {name: [value] for name, value in EVERYWHERE.items()}
    for name, value in by_address(path).items():
        assert answer.headers.get_all(name) == [value]
    assert "granian" not in str(answer.headers).lower()
    assert answer.headers["Cache-Control"]


def test_after_signing_out_the_back_button_shows_nothing_personal(chromium, served, visit):
    page = visit("leaver", language="fr")  # whose session nobody else needs
    for path in ("/fr/profile", "/fr/my-learning", "/fr/profile/edit"):
        page.goto(path)
    name = "Lucía"
    assert name in page.content()
    page.evaluate("document.querySelector('form[action$=\"/sign-out\"] button').click()")
    page.wait_for_url(re.compile(r"/fr/$"))
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert name not in page.locator("body").inner_text()
        assert page.locator("input[name=name]").count() == 0
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


@pytest.fixture
def other_site(served):
    """Another site on this machine, with the platform in a frame of its one page."""
    page = f'<title>other</title><iframe src="{served.address}/en/sign-in"></iframe>'.encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_nobody_puts_the_platform_into_a_frame(visit, other_site):
    page = visit()
    with page.expect_response(re.compile("/en/sign-in")) as answer:
        page.goto(other_site, wait_until="commit")
    assert answer.value.status == 200
    page.wait_for_timeout(300)
    (inside,) = (frame for frame in page.frames if frame != page.main_frame)
    assert "/en/sign-in" not in inside.url


def test_a_window_that_opened_us_has_no_hold_of_us(visit, served):
    page = visit()
    page.route("http://opening.test/", lambda route: route.fulfill(
        content_type="text/html", body="<p>opening</p>"
    ))  # fmt: skip
    page.goto("http://opening.test/")
    with page.context.expect_page() as opened:
        page.evaluate(f"window.ours = window.open('{served.address}/en/sign-in')")
    ours = opened.value
    ours.wait_for_load_state()
    assert ours.evaluate("window.opener") is None
    assert page.evaluate("window.ours.closed")


@pytest.mark.parametrize(
    ("path", "is_told"), [("/en/courses", False), ("/en/new-password/a-secret-token", False)]
)
def test_another_site_does_not_learn_where_a_reader_comes_from(visit, path, is_told):
    page = visit()
    told = []

    def heard(route):
        told.append(route.request.headers.get("referer"))
        route.fulfill(content_type="text/html", body="<p>elsewhere</p>")

    page.route("http://elsewhere.test/", heard)
    page.goto(path)
    page.evaluate(
        "() => { const a = document.createElement('a'); a.href = 'http://elsewhere.test/';"
        " document.body.append(a); a.click(); }"
    )
    page.wait_for_url("http://elsewhere.test/")
    assert told == [None]


def test_the_address_of_a_letter_is_not_told_to_our_own_pages(visit):
    page = visit()
    told = []
    page.on("request", lambda request: told.append(request.headers.get("referer") or ""))
    page.goto("/en/new-password/a-secret-token")
    page.locator("a.brand").click()
    page.wait_for_url(re.compile(r"/en/$"))
    assert [text for text in told if "a-secret-token" in text] == []


def test_a_browser_reads_a_way_back_as_we_do(visit, served):
    """What `own_path` lets pass leads home in the browser's own reading of addresses."""
    page = visit()
    page.goto("/en/about")
    passing = [target for target in [*ELSEWHERE, *OURS] if own_path(target)]
    assert passing == OURS
    for target in passing:
        assert page.evaluate("t => new URL(t, location.href).origin", target) == served.address


def test_text_never_becomes_code_or_html(visit):
    """Trusted Types are in force: what a script would write as HTML is refused."""
    page = visit()
    page.goto("/en/about")
    refused = page.evaluate(
        """() => {
          const tries = [
            () => { document.body.innerHTML = '<p>x</p>'; },
            () => { document.createElement('script').text = '1'; },
            () => { document.body.insertAdjacentHTML('beforeend', '<p>x</p>'); },
            () => { setTimeout('1'); },
            () => { trustedTypes.createPolicy('ours', {createHTML: x => x}); },
          ];
          return tries.filter(act => { try { act(); return false; } catch (e) { return true; } }).length;
        }"""
    )
    assert refused == 5
