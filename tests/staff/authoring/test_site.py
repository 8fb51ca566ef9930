"""The reading copy, built from a small course: nothing that is not for readers, nothing broken."""

import base64
import errno
import io
import json
import re
import shutil
import subprocess
import zlib
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nbformat.v4
import pytest
from PIL import Image

from course_utils.app.main import main
from course_utils.app.places import UsageError, find_lessons
from course_utils.plotting import Still, read_still
from course_utils.staff.authoring import site
from course_utils.staff.authoring.site import _page_names, formulas, lesson_page, links
from course_utils.staff.authoring.site import run as running
from course_utils.staff.authoring.site.covers import cover_of
from course_utils.staff.authoring.site.prose import Prose, slug
from course_utils.widgets.recording import MIME
from support import ROOT, small_course
from support.small_course import (
    MODEL_ANSWER,
    PROMISED,
    cell,
    notebook,
    write_course,
    write_notebook,
)

PIXEL = Still(0.01, 0.01).png(1)


def header(packed):
    """Return what a recording says of its frames."""
    data = zlib.decompress(packed)
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def picture(alt="A path down a bowl.", **more):
    """Return an output with a still of one pixel."""
    still = Still(0.01, 0.01)
    still.alt, still.png = alt, lambda scale: PIXEL
    return nbformat.v4.new_output("display_data", data=still._repr_mimebundle_() | more)


@pytest.fixture
def course(tmp_path):
    """Return a course of one lesson; its students' page leads to the lesson and to a place."""
    root = tmp_path / "course"
    root.mkdir()
    write_course(root)
    (root / "notebooks" / "README.md").write_text(
        "# Start here\n\n## The first step\n\nOpen [the lesson](01-small/01-small.ipynb) "
        "or go [back](#the-first-step).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    released = root / "notebooks" / "01-small" / "01-small.ipynb"
    released.parent.mkdir()
    write_notebook(released, notebook())
    return root


@pytest.fixture
def run(monkeypatch):
    """Put outputs into notebooks without a kernel; return the names of those that ran."""
    ran = []

    async def fake(notebook, path, name):
        ran.append(name)
        for made in notebook.cells:
            if made.cell_type == "code" and made.source:
                made.outputs = [nbformat.v4.new_output("stream", name="stdout", text="ran\n")]
                if "NBVAL" in made.source:
                    made.outputs = [nbformat.v4.new_output("stream", name="stdout", text=PROMISED)]
                if "import numpy" in made.source:
                    made.outputs += [
                        picture(),
                        picture("A moving one.", **{MIME: {"data": "AAAA", "sliders": ["eta"]}}),
                    ]

    monkeypatch.setattr(running, "_run", fake)
    return ran


def text_of(page):
    """Return what a reader of a page sees, as one text."""
    import html

    return html.unescape(re.sub(r"<[^>]*>", "", page.read_text(encoding="utf-8")))


def build(course, *lessons, **options):
    site.build_site(course, course / "site", lessons, **{"decks": False} | options)
    return course / "site"


# -------------------------------------------------------------------------------- what is on a page


def test_a_page_has_the_students_text_and_neither_answers_nor_hidden_tests(course, run):
    made = build(course)
    page = text_of(made / "01-small.html")
    assert "How far does one step go?" in page
    assert 'raise NotImplementedError("Your code goes here' in page
    assert 'check("momentum-step", momentum_step)' in page
    everything = "".join(text_of(path) for path in made.rglob("*.html"))
    everything += (made / "assets/search.js").read_text("utf-8")
    for secret in (
        "return weights - eta",
        "momentum = alpha * momentum",
        "course_utils.staff",
        "score(",
        "One point for the overshoot",
        MODEL_ANSWER,
        "BEGIN",
    ):
        assert secret not in everything


def test_outputs_stay_but_those_of_answers_checks_and_predictions(course, run):
    source = notebook()
    source.cells.append(nbformat.v4.new_code_cell('predict("length", None)'))
    write_notebook(course / "solutions" / "01-small" / "01-small.ipynb", source)
    page = text_of(build(course) / "01-small.html")
    assert PROMISED.strip() in page
    assert page.count("ran") == 1  # the import cell; no answer, no check, no prediction
    assert page.count("Your prediction") == 1


def test_checks_do_not_run_at_all(course, monkeypatch):
    sources = []

    async def collect(notebook, path, name):
        sources.extend(made.source for made in notebook.cells)

    monkeypatch.setattr(running, "_run", collect)
    page = text_of(build(course) / "01-small.html")
    assert not any("check(" in source or MODEL_ANSWER in source for source in sources)
    assert 'check("gradient-descent-step"' in page


def test_pictures_and_recordings_are_files_with_words(course, run):
    made = build(course)
    page = (made / "01-small.html").read_text()
    assert (made / "figures" / "01-small-1.png").read_bytes() == PIXEL
    assert 'alt="A path down a bowl." width="1" height="1"' in page
    assert 'id="figure-2" data-recording="01-small-2"' in page
    told = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    finding = "E &gt; 0 all the way: it falls at every step."
    assert told[0] == f'<span class="number">Figure 1.1.</span> {finding}'
    assert told[1].startswith(f'<span class="number">Figure 1.2.</span> {finding}<span')
    recorded = (made / "figures" / "01-small-2.js").read_text()
    assert recorded == 'courseRecording("01-small-2", "AAAA");\n'


@pytest.mark.parametrize(
    "output",
    [
        picture(""),
        nbformat.v4.new_output("display_data", {"image/png": "aGk=", "text/plain": "<Figure>"}),
    ],
    ids=["an empty text", "not a still"],
)
def test_a_picture_without_words_is_refused(course, monkeypatch, output):
    async def wordless(notebook, path, name):
        notebook.cells[1].outputs = [output]

    monkeypatch.setattr(running, "_run", wordless)
    with pytest.raises(UsageError, match="expected a text for figure 1 of 01-small"):
        build(course)


def test_a_figure_without_a_caption_is_refused(course, run):
    source = notebook()
    del source.cells[1].metadata["caption"]
    write_notebook(course / "solutions" / "01-small" / "01-small.ipynb", source)
    with pytest.raises(UsageError, match="expected a caption for figure 1 of 01-small, got none"):
        build(course)


def test_every_picture_has_a_dark_one_of_the_same_size_for_dark_pages(course, run):
    made = build(course)
    dark = 'media="screen and (prefers-color-scheme: dark)"'
    for page in ("01-small.html", "index.html"):
        text = (made / page).read_text("utf-8")
        pictures = re.findall(r'<source srcset="([^"]*)" (media="[^"]*")><img src="([^"]*)"', text)
        assert len(pictures) == text.count('<img src="figures/') > 0
        for darkened, media, light in pictures:
            assert media == dark
            with Image.open(made / light) as one, Image.open(made / darkened) as other:
                assert one.size == other.size
                corners = [each.convert("RGB").getpixel((0, 0)) for each in (one, other)]
            assert corners == [(255, 255, 255), (20, 24, 30)]


def test_headings_are_places_that_the_contents_lead_to(course, run):
    guide = (build(course) / "how-to-work.html").read_text()
    assert '<h2 id="the-first-step">' in guide
    assert guide.count('href="#the-first-step"') == 3  # contents, the heading's own, the text's
    assert 'href="01-small.html">the lesson' in guide


def test_the_notes_on_the_sources_are_a_page_behind_the_lessons_that_the_start_leads_to(
    course, run
):
    (course / "notebooks" / "SOURCES.md").write_text("# Notes\n\n## A date\n\nIt is another.\n")
    readme = course / "notebooks" / "README.md"
    readme.write_text("# A\n\nSee [the notes](SOURCES.md#a-date).\n")
    out = build(course)
    assert "It is another." in (out / "notes-on-the-sources.html").read_text()
    assert 'href="notes-on-the-sources.html"' in (out / "index.html").read_text()
    assert 'href="notes-on-the-sources.html#a-date"' in (out / "how-to-work.html").read_text()
    assert 'href="notes-on-the-sources.html"' in (out / "01-small.html").read_text()  # what follows


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("6 · Measuring acceleration, and a claim to test <em>(30 min)</em>", None),
        ("What we saw", "what-we-saw"),
        ("11 · <em>Two</em> reflections", "two-reflections"),
        ("·", "section"),
    ],
)
def test_a_place_is_named_after_the_heading_without_number_and_minutes(heading, place):
    assert slug(heading) == (place or "measuring-acceleration-and-a-claim-to-test")


def test_equal_headings_are_different_places(course, run):
    (course / "notebooks" / "README.md").write_text("# A\n\n## B\n\nx\n\n## B\n")
    page = (build(course) / "how-to-work.html").read_text()
    assert re.findall(r'<h2 id="([^"]*)"', page) == ["b", "b-2"]


def test_what_is_not_in_the_site_is_named_but_not_linked(course, run):
    readme = course / "notebooks" / "README.md"
    readme.write_text("# A\n\nSee [the answers](../solutions/README.md).\n")
    page = (build(course) / "how-to-work.html").read_text()
    assert "See the answers." in page
    assert "solutions" not in page


def test_a_link_to_nowhere_is_refused(course, run):
    (course / "notebooks" / "README.md").write_text("# A\n\nSee [this](lost.ipynb).\n")
    with pytest.raises(UsageError, match=r"expected a file .* got lost\.ipynb"):
        build(course)
    (course / "notebooks" / "README.md").write_text("# A\n\nSee [this](#lost).\n")
    with pytest.raises(site.BrokenSiteError, match="there is no place #lost"):
        build(course)
    assert not (course / "site").exists()


# --------------------------------------------------------------------------------------- building


def test_each_lesson_links_to_its_notebook_in_the_course_in_the_browser(course, run):
    made = build(course, "01-small", live="https://example.org/lite/")
    address = "https://example.org/lite/lab/index.html?path=01-small/01-small.ipynb"
    page = (made / "01-small.html").read_text("utf-8")
    assert f'<a href="{address}">Open it live</a>' in page


def test_without_that_course_there_is_no_link_and_what_is_no_address_is_refused(course, run):
    made = build(course, "01-small")
    assert not [p for p in made.glob("*.html") if "Open it live" in p.read_text("utf-8")]
    with pytest.raises(UsageError, match="expected an address"):
        build(course, "01-small", live="lite")


def test_the_front_page_has_a_figure_that_knows_many_starts_and_asks_nobody(course, run):
    made = build(course, "01-small")
    page = (made / "index.html").read_text("utf-8")
    assert page.index('data-recording="start"') < page.index("<h2>Lessons</h2>")
    script = (made / "figures/start.js").read_text("utf-8")
    packed = base64.b64decode(re.fullmatch(r'courseRecording\("start", "(.*)"\);\n', script)[1])
    told = header(packed)
    assert len(told["starts"]) == 169
    assert len(told["frames"]) == 169 * len(told["sliders"][0]["stops"])
    assert not any("message" in frame for frame in told["frames"])
    assert len(packed) < 1_000_000


def test_a_shared_link_shows_a_picture_from_where_the_site_is_served(course, run):
    made = build(course, "01-small", address="https://example.org/course/")
    page = (made / "01-small.html").read_text("utf-8")
    image = '<meta property="og:image" content="https://example.org/course/assets/share.png">'
    assert image in page
    with Image.open(made / "assets/share.png") as picture:
        assert picture.size == (1200, 630)
    assert (made / "assets/icon.svg").read_text("utf-8").startswith("<svg")
    with pytest.raises(UsageError, match="expected an address such as"):
        build(course, "01-small", address="example.org")


def test_every_lesson_of_the_course_has_a_picture_and_another_one_needs_none(course, run):
    assert cover_of("01-small") is None
    assert "cover-" not in (build(course) / "index.html").read_text("utf-8")
    for name in _page_names(ROOT, find_lessons(ROOT, ())).values():
        with Image.open(io.BytesIO(cover_of(name))) as picture:
            assert picture.size == (960, 540), name


def test_the_search_knows_every_section_by_its_words_and_its_place(course, run):
    script = (build(course) / "assets/search.js").read_text("utf-8")
    sections = json.loads(re.fullmatch(r"window.courseSections = (.*);\n", script)[1])
    by_address = {section["address"]: section for section in sections}
    guide = by_address["how-to-work.html#the-first-step"]
    assert (guide["page"], guide["title"]) == ("Start here", "The first step")
    assert guide["text"].startswith("Open the lesson or go back")
    assert not [section for section in sections if "<" in section["title"] + section["text"]]


def test_an_unchanged_lesson_is_not_run_again(course, run):
    first = build(course)
    before = (first / "01-small.html").read_bytes()
    build(course)
    assert run == ["01-small/01-small"]
    assert (course / "site" / "01-small.html").read_bytes() == before
    source = course / "solutions" / "01-small" / "01-small.ipynb"
    changed = notebook()
    changed.cells[1].source += "\nprint(1)"
    write_notebook(source, changed)
    build(course)
    assert len(run) == 2
    assert len(list((course / "build" / "lessons").rglob("*.ipynb"))) == 1


def test_a_lesson_depends_on_what_it_imports_and_on_nothing_else(course, monkeypatch, tmp_path):
    package = tmp_path / "course_utils"
    shutil.copytree(
        running.PACKAGE, package, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
    )
    monkeypatch.setattr(running, "PACKAGE", package)
    source = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("from course_utils.networks import SoftmaxNetwork")]
    )
    text = nbformat.writes(source)
    before = running._hash_foundations(text)
    (package / "measures.py").write_text("changed = True\n")
    assert running._hash_foundations(text) == before
    (package / "initializers.py").write_text("changed = True\n")
    assert running._hash_foundations(text) != before


def test_a_new_build_replaces_the_old_one(course, run):
    made = build(course)
    (made / "stale.html").write_text("old")
    build(course)
    assert not (made / "stale.html").exists()


@pytest.mark.parametrize("step", [1, 2])
def test_where_the_new_site_cannot_be_put_the_old_one_stays_and_nothing_else_does(
    course, run, monkeypatch, step
):
    made = build(course)
    (made / "figures" / "by-hand.txt").write_text("only here")
    before, around = small_course.snapshot(made), sorted(course.iterdir())
    rename, calls = Path.rename, []

    def refuse(self, target):
        calls.append(target)
        if len(calls) == step:
            raise PermissionError(errno.EACCES, "Permission denied", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PermissionError):
        build(course)
    assert small_course.snapshot(made) == before
    assert sorted(course.iterdir()) == around


def test_a_full_disk_while_lessons_run_is_itself_and_no_group_and_keeps_earlier_outputs(
    course, run, monkeypatch
):
    build(course)
    (kept,) = (course / "build" / "lessons").rglob("*.ipynb")
    changed = notebook()
    changed.cells[1].source += "\nprint(1)"
    write_notebook(course / "solutions" / "01-small" / "01-small.ipynb", changed)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(running, "write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        build(course)
    assert kept.is_file()


def test_a_kernel_that_dies_without_a_word_is_named_all_the_same(course, monkeypatch):
    async def die(self, **_):
        raise RuntimeError

    monkeypatch.setattr(running.headless.HeadlessClient, "async_execute", die)
    with pytest.raises(UsageError, match=r"01-small\.ipynb to run, got RuntimeError"):
        build(course)


def test_a_folder_with_other_things_is_left_alone(course, run):
    kept = course / "site" / "thesis.tex"
    kept.parent.mkdir()
    kept.write_text("mine")
    with pytest.raises(UsageError, match="expected a new folder or one made by `course site`"):
        build(course)
    assert kept.read_text() == "mine"
    assert run == []


def test_a_lesson_that_fails_is_named_with_its_error(course):
    source = course / "solutions" / "01-small" / "01-small.ipynb"
    write_notebook(source, nbformat.v4.new_notebook(cells=[cell("code", "1 / 0")]))
    with pytest.raises(UsageError, match=r"01-small\.ipynb to run, got ZeroDivisionError"):
        build(course)


def test_a_kernel_records_the_figures_of_a_lesson(course):
    source = """\
from course_utils.widgets import slide

slide(lambda radius: {"line": [radius, 2 * radius]}, radius=(0.0, 1.0, 0.5))"""
    path = course / "solutions" / "01-small" / "01-small.ipynb"
    figure = cell("code", source)
    figure.metadata["caption"] = "Twice the radius, twice the line."
    write_notebook(path, nbformat.v4.new_notebook(cells=[figure]))
    made = build(course)
    assert 'data-recording="01-small-1"' in (made / "01-small.html").read_text()
    assert len((made / "figures" / "01-small-1.js").read_text()) > 300


def test_decks_are_copied_and_linked(course, run, monkeypatch):
    deck = SimpleNamespace(
        name="01-small", slides=[SimpleNamespace(heading="A small deck")], minutes=12.5
    )
    monkeypatch.setattr(site.slides, "find_decks", lambda root: [deck])
    monkeypatch.setattr(site.slides, "missing_program", lambda formats: "")

    def fake(root, formats, say):
        made = root / "slides" / "build" / "01-small.html"
        made.parent.mkdir(parents=True)
        made.write_text("<!doctype html><p>a deck</p>")

    monkeypatch.setattr(site.slides, "build_decks", fake)
    made = build(course, decks=True)
    assert "a deck" in (made / "slides" / "01-small.html").read_text()
    assert "1 slides, about 12 min" in text_of(made / "index.html")
    assert 'href="slides/01-small.html"' in (made / "01-small.html").read_text()


def test_without_node_the_decks_are_left_out_and_that_is_said(course, run, monkeypatch):
    deck = SimpleNamespace(name="01-small", slides=[], minutes=0)
    monkeypatch.setattr(site.slides, "find_decks", lambda root: [deck])
    monkeypatch.setattr(site.slides, "missing_program", lambda formats: "node is missing: get it")
    said = []
    made = build(course, decks=True, say=said.append)
    assert "the slides are left out: node is missing: get it" in said
    assert "Slides" not in text_of(made / "index.html")


def test_the_command_builds_where_it_is_told_and_knows_its_lessons(
    course, run, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr("course_utils.staff.cli.find_course", lambda: course)
    out = tmp_path / "elsewhere"
    assert main(["site", "--no-slides", "--out", str(out), "01-small"]) == 0
    assert f"wrote 3 pages: open {out / 'index.html'}" in capsys.readouterr().out
    assert main(["site", "--no-slides", "01-smal"]) == 2
    assert "did you mean 01-small?" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------ links


def page_with(folder, body, name="a.html"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"<!doctype html><html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ('<a href="b.html">b</a>', "a.html: b.html leads nowhere"),
        ('<a href="#x">x</a>', "a.html: there is no place #x"),
        ('<img src="lost.png" alt="">', "a.html: lost.png leads nowhere"),
        ('<a href="../outside.html">o</a>', "a.html: ../outside.html leads nowhere"),
        ('<script src="https://cdn.example/x.js"></script>', "a.html: loads https://cdn"),
        ('<link href="//cdn.example/x.css">', "a.html: loads //cdn.example/x.css"),
        ('<i id="x"></i><i id="x"></i>', "a.html: two places are called 'x'"),
        ('<svg><use href="#glyph"/></svg>', "a.html: there is no place #glyph"),
    ],
)
def test_a_broken_link_or_a_request_is_found(tmp_path, body, finding):
    (tmp_path / "outside.html").write_text("not ours")
    page_with(tmp_path / "site", body)
    assert [found for found in links.check_links(tmp_path / "site") if found.startswith(finding)]


def test_a_whole_site_has_no_findings(tmp_path):
    page_with(
        tmp_path / "site",
        '<i id="é"></i><a href="#%C3%A9">e</a><a href="b.html#x">b</a><a href="https://x.example">x</a>'
        '<img src="data:,"><a href="mailto:x@x.example">m</a>',
    )
    page_with(tmp_path / "site", '<i id="x"></i>', "b.html")
    assert links.check_links(tmp_path / "site") == []


# --------------------------------------------------------------------------------------- formulas


@pytest.fixture
def mathjax(cannot_run, monkeypatch, tmp_path):
    """Install MathJax, or say why that cannot be; npm's cache is no one's home folder."""
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    try:
        formulas.install_mathjax()
    except UsageError as error:
        cannot_run(str(error))


def drawn(markdown):
    prose = Prose("page", lambda url: url)
    text = prose.to_html(markdown)
    return formulas.draw_formulas({"page": (text, prose.formulas)})["page"]


@pytest.mark.requires("node")
def test_formulas_are_pictures_for_eyes_and_mathml_for_ears(mathjax):
    made = drawn("Let $x^2$ be.\n\n$$\\frac{a}{b}$$\n\n<details>and $y$</details>")
    assert made.count("<svg") == 4  # three formulas, and the glyphs that they share
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in made
    assert 'class="formula display"' in made
    assert "$" not in made
    used = set(re.findall(r'<use href="#([^"]+)"', made))
    assert used
    assert used <= set(re.findall(r' id="([^"]+)"', made))


@pytest.mark.requires("node")
def test_a_formula_keeps_its_full_stop_and_a_wide_one_scrolls(mathjax):
    made = drawn("So $x$. But ($y$) and $" + "x + " * 30 + "x$.")
    assert made.count('<span class="together">') == 2
    assert re.search(r'class="formula inline" data-scrolls="formula"', made)


@pytest.mark.requires("node")
def test_what_is_no_tex_is_refused_with_its_page(mathjax):
    with pytest.raises(UsageError, match="expected TeX in page, got a formula with 'Missing"):
        drawn("$\\frac{a$")


def test_pages_without_formulas_need_no_node(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert "<em>word</em>" in drawn("A *word*.")


def test_without_node_a_formula_says_what_to_install(monkeypatch):
    missing = SimpleNamespace(missing=lambda: "node is missing: get it", where=lambda: None)
    monkeypatch.setitem(formulas.OPTIONAL, "node", missing)
    with pytest.raises(UsageError, match="node is missing: get it"):
        drawn("$x$")


@pytest.fixture
def npm(monkeypatch, tmp_path):
    """Put a program in npm's place that makes a folder, and an empty one in that of MathJax."""
    programs, home = tmp_path / "programs", tmp_path / "formulas"
    programs.mkdir()
    home.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(formulas.HERE / name, home)
    monkeypatch.setattr(formulas, "HERE", home)
    for name in ("npm", "node"):
        (programs / name).write_text("#!/bin/sh\n/bin/mkdir node_modules\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    return programs / "npm"


def test_mathjax_that_cannot_be_put_into_its_place_is_said(npm, monkeypatch):
    def refuse(self, target):
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        with pytest.raises(UsageError, match=r"MathJax could not be put into .*: Permission den"):
            formulas.install_mathjax()
    formulas.install_mathjax()
    assert formulas._is_installed()


def test_who_finds_mathjax_installed_by_a_faster_build_goes_on(npm, monkeypatch):
    rename = Path.rename

    def faster(self, target):
        shutil.copytree(self, target)
        rename(self, target)

    monkeypatch.setattr(Path, "rename", faster)
    formulas.install_mathjax()
    assert formulas._is_installed()


def test_what_npm_says_in_no_encoding_is_a_sentence_too(npm):
    npm.write_text("#!/bin/sh\nprintf 'npm error caf\\351 is closed\\n' >&2\nexit 1\n")
    with pytest.raises(UsageError, match="npm could not install MathJax: npm error caf"):
        formulas.install_mathjax()


def test_the_lock_pins_every_package_by_hash_and_names_no_address():
    lock = json.loads((formulas.HERE / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    wanted = json.loads((formulas.HERE / "package.json").read_text())
    for version in (wanted["dependencies"] | wanted["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_a_still_of_the_course_has_the_words_that_its_page_needs():
    still = read_still(Still(2, 1, "Three bowls")._repr_mimebundle_())
    figures = lesson_page._Figures("page")
    figures.caption = "Three bowls, one ball."
    written = figures.add(*still)
    assert 'alt="Three bowls" width="200" height="100"' in written
