"""Components: what a log's labels say is shown, never run."""

from django.template import Context, Template

from kehu.web.ui.parts import Chart, Column, Figure, Series, Table

EVIL = "<script>alert(1)</script>"


def drawn(text, **context):
    return Template("{% load ui %}" + text).render(Context(context))


def test_labels_are_escaped_in_cells_links_and_strips():
    table = Table(
        "t",
        (Column("name", "Step"), Column("steps", "Steps", "steps"), Column("n", "n", "count", bar=True)),
        [{"name": EVIL, "href": '/x?"><b>', "steps": [{"name": EVIL, "tone": 1}], "n": 3}],
    )
    html = drawn("{% table table %}", table=table)
    assert "<script>" not in html
    assert '"><b>' not in html
    assert html.count("&lt;script&gt;") == 3


def test_only_the_first_rows_are_shown_and_the_rest_is_told():
    table = Table("t", (Column("n", "n", "count"),), [{"n": n} for n in range(250)])
    html = drawn("{% table table %}", table=table)
    assert html.count("<tr") == 101
    assert "150 more rows are in the files" in html


def test_a_chart_carries_its_table_and_no_markup_in_its_data():
    chart = Chart("c", "rows", "A title", [EVIL], (Series("n", [1.0]),), axis="Step")
    html = drawn("{% chart chart %}", chart=chart)
    assert "<script>alert" not in html
    assert "The table behind it" in html


def test_a_figure_with_too_few_cases_says_so():
    assert "cannot tell (n = 3)" in drawn("{% figure one %}", one=Figure("Median", "2 d", n=3))
