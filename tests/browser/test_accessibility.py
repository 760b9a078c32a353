"""Axe finds nothing on any page, in any language."""

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
# Joined letters look like an icon font to axe, which then leaves their contrast out.
UNJOIN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.nodeValue = node.nodeValue.replace(/[\\u0600-\\u06ff]/g, 'x');
  }
}"""


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("person", "paths"), BY_PERSON, ids=[str(who) for who, _ in BY_PERSON])
def test_axe_finds_nothing(visit, language, person, paths):
    scheme = "dark" if language in ("ar", "es") else "light"
    page = visit(
        person, language=language, bypass_csp=True, color_scheme=scheme, reduced_motion="reduce"
    )
    if person == "moussa":
        enrol(page, language)
    found = []
    for path in paths:
        page.goto(f"/{language}{path}")
        page.evaluate(
            "() => document.querySelectorAll('details').forEach(d => d.removeAttribute('name'))"
        )
        page.evaluate("() => document.querySelectorAll('main details').forEach(d => d.open = true)")
        page.evaluate(AXE)
        found += [f"{path}: {text}" for text in page.evaluate(RUN, None)]
        if language == "ar":
            page.evaluate(UNJOIN)
            found += [f"{path}: {text}" for text in page.evaluate(RUN, ["color-contrast"])]
    assert found == []
