"""Every page that people meet, in each language, visited once and looked at in every way.

Axe finds nothing; nothing is wider than the screen, down to 320 px; one heading names the page;
no policy is offended against, and nobody else is asked for anything.
SECURITY: T24, T26, T72, T163, T164, T174, T175, case 25, P5.
"""

import re
from pathlib import Path

import axe_playwright_python
import pytest
from seen_pages import BY_PERSON, LANGUAGES, enrol

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
RUN = """async (rules) => {
  const options = {resultTypes: ['violations'],
    runOnly: rules ? {type: 'rule', values: rules}
      : {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}};
  const found = await axe.run(document, options);
  const where = v => v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ');
  return found.violations.map(v => v.id + ': ' + where(v));
}"""
OPEN_ALL = """() => {
  document.querySelectorAll('details').forEach(d => d.removeAttribute('name'));
  document.querySelectorAll('main details').forEach(d => d.open = true);
}"""
# Joined letters look like an icon font to axe, which then leaves their contrast out.
UNJOIN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.nodeValue = node.nodeValue.replace(/[\\u0600-\\u06ff]/g, 'x');
  }
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What a browser says of our policies when something offends against one of them.
OFFENCE = re.compile(
    r"Content Security|Trusted ?Type|violat|Refused to|Permissions|require-corp", re.I
)
BEFORE = """() => {
  window.offences = [];
  document.addEventListener('securitypolicyviolation', e => window.offences.push(e.violatedDirective));
}"""


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("person", "paths"), BY_PERSON, ids=[str(who) for who, _ in BY_PERSON])
def test_nothing_is_wrong_with_any_page(visit, served, language, person, paths):
    scheme = "dark" if language in ("ar", "es") else "light"
    page = visit(person, language=language, color_scheme=scheme, reduced_motion="reduce")
    page.add_init_script(f"({BEFORE})()")
    faults, said = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"violated: {error}"))

    def asked(request):
        if not request.url.startswith((served.address, "data:")):
            faults.append(("asks elsewhere", request.url))

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # we went on
            faults.append(("got no answer", request.url, request.failure))

    page.on("request", asked)
    page.on("requestfailed", failed)
    if person == "moussa":
        enrol(page, language)
    for path in paths:
        said.clear()
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(f"/{language}{path}")
        page.keyboard.press("Escape")
        said += [f"violated: {name}" for name in page.evaluate("window.offences")]
        faults += [(path, text) for text in said if OFFENCE.search(text)]
        if page.locator("h1").count() != 1:
            faults.append((path, "has not one heading"))
        if page.evaluate("document.documentElement.lang") != language:
            faults.append((path, "names another language"))
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(TOO_WIDE) > 0:
                faults.append((path, "is too wide", width))
        page.evaluate(OPEN_ALL)
        page.evaluate(AXE)
        faults += [(path, text) for text in page.evaluate(RUN, None)]
        if language == "ar":
            page.evaluate(UNJOIN)
            faults += [(path, text) for text in page.evaluate(RUN, ["color-contrast"])]
    assert faults == []
