"""A unit page is light: what crosses the line on the first visit and on the next.

SECURITY: T175.
"""

import pytest
from seen_pages import UNIT, enrol

FIRST, LATER = 60_000, 15_000  # bytes, compressed, headers included


@pytest.mark.parametrize("language", ["ar", "en", "fr", "es"])
def test_a_unit_page_is_light(visit, language):
    setting_up = visit("moussa", language=language)
    enrol(setting_up, language)
    state = setting_up.context.storage_state()
    page = visit(language=language, storage_state=state)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    received: list[float] = []
    devtools.on(
        "Network.loadingFinished", lambda event: received.append(event["encodedDataLength"])
    )
    page.goto(f"/{language}{UNIT}", wait_until="networkidle")
    first = sum(received)
    received.clear()
    page.goto(
        f"/{language}/courses/universal-legal-framework/units/nineteen-instruments",
        wait_until="networkidle",
    )
    later = sum(received)
    assert 0 < first < FIRST
    assert 0 < later < LATER
