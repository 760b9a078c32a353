"""What a unit's Markdown becomes. SECURITY: case 14, T65, T67."""

from learnplat.catalogue.check import checked
from learnplat.catalogue.sources import read_sources
from learnplat.core.languages import Language


def document(small, language=Language.FR):
    course = checked(read_sources(small.folder)).courses[0]
    return course.modules[0].units["one"][language].document


def test_a_citation_becomes_a_link_to_its_instrument(small):
    assert (
        '<a href="/fr/instruments/financing-1999#place-7.1" class="cite" '
        'title="Convention sur le financement du terrorisme (1999)">article 7</a>'
    ) in document(small)["html"]


def test_citations_are_kept_in_order(small):
    assert [(c["instrument"], c["place"], c["text"]) for c in document(small)["citations"]] == [
        ("financing-1999", "7.1", "article 7"),
        ("un-charter", None, "the Charter"),
    ]


def test_headings_have_the_same_ids_in_every_language(small):
    assert document(small, Language.AR)["headings"] == [["part-1", "Heading"]]
    assert '<h3 id="part-2">Below</h3>' in document(small, Language.ES)["html"]


def test_a_table_can_be_reached_and_is_named(small):
    html = document(small)["html"]
    assert '<div class="table-scroll" role="region" tabindex="0" aria-label="Heading">' in html
    assert '<th scope="col">One</th>' in html


def test_two_tables_under_one_heading_have_two_names(small):
    table = "| One | Two |\n|---|---|\n| a | b |\n"
    small.change_all(table, f"{table}\nText\n\n{table}")
    assert 'aria-label="Heading (2)"' in document(small)["html"]


def test_a_link_to_another_unit_leads_to_its_page(small):
    small.change("small/first/one.fr.md", "(cite:un-charter)", "(../first/one.fr.md)")
    assert 'href="/fr/courses/small/units/one"' in document(small)["html"]


def test_nothing_active_passes_even_where_it_is_refused(small):
    small.change(
        "small/first/one.fr.md", "See ",
        '<script>alert(1)</script><p onclick="x()" style="color:red" dir="rtl">a</p>\n\n'
        '[x](javascript:alert(1)) <img src=x onerror=y> [y](data:text/html,z) ',
    )  # fmt: skip
    html = document(small)["html"]
    for active in ("<script", "onclick", "style=", "javascript:", "<img", "data:"):
        assert active not in html
    assert '<p dir="rtl">' in html


def test_text_is_escaped(small):
    small.change_all("It opens", "1 &lt; 2 & `<b>` opens")
    assert "1 &lt; 2 &amp; <code>&lt;b&gt;</code> opens" in document(small)["html"]
