"""No page is wider than the screen, down to 320 px, and the heading is one."""

import pytest
from seen_pages import BY_PERSON, LANGUAGES, enrol


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("person", "paths"), BY_PERSON, ids=[str(who) for who, _ in BY_PERSON])
def test_nothing_scrolls_sideways(visit, language, person, paths):
    page = visit(person, language=language, width=320)
    if person == "moussa":
        enrol(page, language)
    wide, unnamed, foreign = [], [], []
    page.on(
        "request",
        lambda request: foreign.append(request.url) if "127.0.0.1" not in request.url else None,
    )
    for path in paths:
        page.goto(f"/{language}{path}")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            overflow = page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if overflow > 0:
                wide.append((path, width, overflow))
        if (
            page.locator("h1").count() != 1
            or page.evaluate("document.documentElement.lang") != language
        ):
            unnamed.append(path)
    assert (wide, unnamed, foreign) == ([], [], [])
