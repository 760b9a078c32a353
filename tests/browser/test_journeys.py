"""The three journeys, as people make them: on a phone, with a keyboard, without scripts.

SECURITY: T62.
"""

import csv
import email
import io
import os
import re
import subprocess
import sys
import time
from email import policy
from pathlib import Path

import pytest
from seen_pages import COURSE, UNIT

SHORTEST, UNITS_OF_SHORTEST = "/courses/ct-legal-context", 9
COMMAND = str(Path(sys.executable).parent / "learnplat")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_judge_applies_in_arabic_and_confirms_the_address(visit, served, scripts):
    page = visit(language="ar", width=360, java_script_enabled=scripts)
    page.goto("/ar/sign-up")
    address = f"qadi{'1' if scripts else '2'}@justice.example"
    page.locator("#f-name").fill("القاضية سلمى العلوي")
    page.locator("#f-email").fill(address)
    page.locator("#f-password").fill("جملة طويلة للدخول 2026")
    page.locator("#f-country").select_option("MA")
    page.locator("#f-institution_kind").select_option("court")
    page.locator("#f-institution").fill("محكمة الاستئناف بالرباط")
    page.locator("#f-profession").select_option("judge")
    page.locator("[name='gender'][value='female']").check()
    page.locator("#f-purpose").fill("أنظر في قضايا الإرهاب.")
    page.locator("#f-language").select_option("ar")
    page.locator("#f-zone").select_option("Africa/Casablanca")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert page.url.endswith("/ar/sign-up/sent")
    page.goto(link_of_letter(served, address, "confirm-address"))
    assert "القاضية سلمى العلوي" in page.locator("main").inner_text()
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    with page.expect_navigation():
        page.locator("main form button").last.click()
    assert (page.url.split("/ar/")[1], overflow) == ("sign-up/waiting", 0)
    assert page.evaluate("document.documentElement.dir") == "rtl"


def link_of_letter(served, address, kind):
    """The link in the letter to an address, once the postman has laid it into the folder."""
    for _ in range(200):
        for letter in (served.data / "mail").glob("*.eml"):
            found = email.message_from_bytes(letter.read_bytes(), policy=policy.default)
            if found["To"] == address:
                text = found.get_body(("plain",)).get_content()
                return re.search(rf"http\S+/{kind}/\S+", text).group()
        time.sleep(0.1)
    raise AssertionError(f"no letter to {address}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_judge_learns_and_completes_a_course_in_arabic(visit, served, scripts):
    page = visit(language="ar", width=360, java_script_enabled=scripts)
    address = f"salma{'1' if scripts else '2'}@justice.example"
    subprocess.run(
        [COMMAND, "people", "add", "--email", address, "--role", "practitioner",
         "--country", "MA", "--password-stdin"],
        input="جملة طويلة للدخول 2026", text=True, check=True, capture_output=True,
        env={**os.environ, "LEARNPLAT_DATA": str(served.data)},
    )  # fmt: skip
    page.goto("/ar/sign-in")
    page.locator("#f-email").fill(address)
    page.locator("#f-password").fill("جملة طويلة للدخول 2026")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    page.goto(f"/ar{SHORTEST}")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    with page.expect_navigation():
        page.locator("form[action$='/enrolment'] button").first.click()
    for _ in range(UNITS_OF_SHORTEST):
        page.goto("/ar/my-learning")
        page.locator("main a[href*='/units/']").first.click()
        with page.expect_navigation():
            page.locator("form[action$='/completion'] button").first.click()
    page.goto("/ar/my-learning")
    assert "أُتمت في" in page.locator("main").inner_text()
    page.goto(f"/fr{SHORTEST}/units/refugee-law")
    assert page.evaluate("document.documentElement.lang") == "fr"
    assert page.locator("main").inner_text().strip()


def test_a_trainer_plans_a_discussion_and_a_prosecutor_takes_a_seat(visit):
    page = visit("trainer", language="es")
    page.goto("/es/discussions/new")
    page.locator("details:has([name='texts.fr.topic']) > summary").click()
    page.locator("[name='texts.fr.topic']").fill("La preuve numérique et le procès équitable")
    page.locator("[name='texts.fr.description']").fill(
        "Ce que le juge peut admettre, et à quelles conditions."
    )
    page.locator("[name='languages'][value='fr']").check()
    page.locator("[name='experts.0.name']").fill("Awa Diop-Ouédraogo")
    page.locator("[name='experts.0.biographies.fr']").fill("Magistrate.")
    page.locator("[name='date']").fill("2030-03-04")
    page.locator("[name='time']").fill("15:30")
    page.locator("[name='zone']").select_option("Africa/Dakar")
    page.locator("[name='minutes']").fill("90")
    page.locator("[name='seats']").fill("2")
    with page.expect_navigation():
        page.locator("main form button").last.click()
    address = re.sub(r"^.*?/es", "/fr", page.url)
    assert re.search(r"/discussions/\d+$", address), page.locator("main").inner_text()[:800]
    guest = visit("moussa", language="fr", width=360)
    guest.goto(address)
    assert "La preuve numérique" in guest.locator("h1").inner_text()
    with guest.expect_navigation():
        guest.locator("form[action$='/registration'] button").first.click()
    assert guest.locator("form[action$='/registration/withdrawal']").count() == 1
    answer = guest.request.get(f"{address}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")


def test_an_admin_exports_2012(visit):
    page = visit("admin", language="en")
    page.goto("/en/statistics/participation?since=2012-01-01&until=2012-12-31")
    words = page.locator("main").inner_text()
    assert "six online courses" in words
    assert "162 practitioners from the following 35 countries" in words
    with page.expect_download() as download:
        page.locator("a[href*='participation.csv']").first.click()
    text = download.value.path().read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert any("162" in row for row in rows)


def test_the_whole_of_a_page_is_reached_by_the_keyboard(visit):
    page = visit(language="en")
    page.goto("/en/courses")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if COURSE in (page.evaluate("document.activeElement.getAttribute('href')") or ""):
            break
    # A card's link draws its outline round the whole card.
    outlines = page.evaluate(
        "['', '::after'].map(part => getComputedStyle(document.activeElement, part).outlineStyle)"
    )
    assert COURSE in page.evaluate("document.activeElement.getAttribute('href')")
    assert set(outlines) != {"none"}


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("fr", 1280)])
def test_the_meaning_of_a_term_opens_where_it_is_met(visit, language, width):
    page = visit("trainer", language=language, width=width)
    page.goto(f"/{language}{UNIT}")
    term = page.locator(".prose a.term").first
    meaning = page.locator(term.get_attribute("href") + " dd").inner_text()
    term.focus()
    page.keyboard.press("Enter")
    card = page.locator(".term-card")
    assert card.locator("dd").inner_text() == meaning
    assert card.get_attribute("role") == "status"
    assert page.url.endswith(UNIT)
    page.keyboard.press("Tab")
    assert card.locator("a").evaluate("link => link === document.activeElement")
    following = page.locator(".prose a.term").nth(1)
    following.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert card.locator("a").evaluate("link => link === document.activeElement")
    assert (
        card.locator("a")
        .get_attribute("href")
        .endswith(following.get_attribute("href").removeprefix("#term-"))
    )
    term.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert card.is_hidden()
    assert term.evaluate("link => link === document.activeElement")


def test_without_scripts_a_term_leads_to_its_meaning_beside_the_text(visit):
    page = visit("trainer", language="es", width=360, java_script_enabled=False)
    page.goto(f"/es{UNIT}")
    term = page.locator(".prose a.term").first
    place = term.get_attribute("href")
    term.click()
    assert page.url.endswith(place)
    page.locator(f"{place} dd").wait_for(state="visible")
    page.locator(f"{place} dt a").click()
    assert page.url.endswith(f"/es/glossary/{place.removeprefix('#term-')}")
