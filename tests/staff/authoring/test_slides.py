"""The decks keep their own rules, and the builder draws what changed and says what is wrong."""

import json
import os
import re
import shutil

import numpy as np
import pytest

from course_utils.app import doctor
from course_utils.app.main import main
from course_utils.app.places import UsageError
from course_utils.descent import descend
from course_utils.exercises.check import check
from course_utils.experiments import PAPER_OTHERS, PAPER_TABLE1, results, summary
from course_utils.measures import momentum_change
from course_utils.objectives import BOWL
from course_utils.optimizers import RMSprop
from course_utils.staff.authoring import imports, slides
from course_utils.staff.authoring.slides import (
    FORMATS,
    SlidesError,
    figures,
    find_decks,
    marp,
    missing_program,
)
from course_utils.staff.authoring.slides.decks import PLACEHOLDER, Deck, read_slides
from course_utils.staff.authoring.slides.figures import (
    DrawnFigure,
    draw_figures,
    figure_functions,
)
from course_utils.staff.authoring.slides.pages import with_figures_inside, with_named_formulas
from support import ROOT

DECKS = find_decks(ROOT)
each_deck = pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.name)

FRONT_MATTER = """\
---
marp: true
theme: course
math: mathjax
paginate: true
title: (.+)
description: (.+)
lang: en
---
"""


# ---------------------------------------------------------------------------------- the real decks


def test_there_is_an_overview_and_a_deck_for_each_lesson():
    lessons = sorted(path.name for path in (ROOT / "notebooks").iterdir() if path.is_dir())
    assert [deck.name for deck in DECKS] == ["00-overview", *lessons]


@each_deck
def test_a_deck_has_15_to_36_slides_between_its_title_and_its_references(deck):
    assert 15 <= len(deck.slides) <= 36
    assert deck.slides[0].classes == ("title",)
    assert deck.slides[-1].classes == ("references",)
    assert re.match(FRONT_MATTER, deck.text)


@each_deck
def test_every_slide_has_a_heading_and_notes_that_say_how_long_it_takes(deck):
    for slide in deck.slides:
        where = f"{deck.name}, slide {slide.number}"
        assert slide.heading, where
        assert slide.minutes, f"{where}: its notes begin with {slide.notes[:30]!r}"
        said = slide.notes.partition("\n")[2].split()
        assert len(said) >= 5, f"{where}: what is one to say?"


@each_deck
def test_every_section_asks_before_it_answers_and_ends_with_a_poll(deck):
    section = None
    sections = {}
    for slide in deck.slides[:-1]:
        if "section" in slide.classes:
            section = slide.heading
        if section is not None:
            sections.setdefault(section, []).append(slide)
    assert len(sections) >= 3
    for heading, found in sections.items():
        kinds = [kind for slide in found for kind in slide.classes]
        assert "predict" in kinds, heading
        assert "poll" in kinds, heading
        if "reveal" in kinds:
            assert kinds.index("predict") < kinds.index("reveal"), heading


@each_deck
def test_a_prediction_is_followed_by_its_answer(deck):
    for slide, after in zip(deck.slides, deck.slides[1:], strict=False):
        if "predict" in slide.classes:
            assert not {"section", "references"} & set(after.classes), slide.heading


@each_deck
def test_a_poll_is_answered_on_the_next_slide_with_what_each_wrong_choice_reveals(deck):
    for slide, after in zip(deck.slides, deck.slides[1:], strict=False):
        if "poll" in slide.classes:
            choices = re.findall(r"^\d\. ", slide.body, re.MULTILINE)
            assert 3 <= len(choices) <= 4, slide.heading
            answer = re.search(r"\bAnswers? on the next slide: ([A-D])\b", slide.notes)
            assert answer, f"{slide.heading}: {slide.notes[:60]!r}"
            assert "nswer" not in slide.body
            assert "reveal" in after.classes, slide.heading
            wrong = set("ABCD"[: len(choices)]) - {answer[1]}
            told = f"{slide.notes}\n{after.body}\n{after.notes}"
            explained = set(re.findall(r"\b([A-D])\b", told))
            assert wrong <= explained, f"{slide.heading}: nothing about {wrong - explained}"


@each_deck
def test_a_slide_is_not_a_page_of_a_book(deck):
    for slide in deck.slides[:-1]:
        text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|```.*?```", " ", slide.body, flags=re.DOTALL)
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("|")]
        words = re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", "\n".join(lines)))
        assert len(words) <= 60, f"{deck.name}, slide {slide.number}: {len(words)} words"


@each_deck
def test_every_figure_named_exists_and_every_figure_drawn_is_shown(deck):
    source = deck.module.read_text(encoding="utf-8")
    shown = {name for slide in deck.slides for name in slide.figures}
    assert shown == set(figure_functions(source))
    assert deck.text.count("data-figure") == len(PLACEHOLDER.findall(deck.text))


@each_deck
def test_nothing_is_drawn_in_the_folder_of_slides(deck):
    assert not re.search(r"matplotlib|\bplt\b", deck.module.read_text(encoding="utf-8"))


def test_the_readme_has_the_minutes_of_the_notes():
    readme = (ROOT / "slides/README.md").read_text(encoding="utf-8")
    for deck in DECKS:
        row = re.search(rf"\| \[{deck.name}\]\([^)]*\) \|(.*)\|\n", readme)
        assert row, deck.name
        cells = [cell.strip() for cell in row[1].split("|")]
        assert [str(len(deck.slides)), f"{deck.minutes:g}"] == cells[-2:], deck.name


def test_the_checklist_in_the_readme_has_every_source_slide_and_headings_that_exist():
    readme = (ROOT / "slides/README.md").read_text(encoding="utf-8")
    headings = {deck.name[:2]: {slide.heading for slide in deck.slides} for deck in DECKS}
    rows = re.findall(r"^\| (Lecture|Sutskever) (\d+), .*? \| (.*) \|$", readme, re.MULTILINE)
    # Both of them have thirteen slides, if those that repeat another one count.
    for source in ("Lecture", "Sutskever"):
        assert {int(number) for name, number, _ in rows if name == source} == set(range(1, 14))
    for *_, row in rows:
        for place in re.split(r"; (?=\d\d: )", row):
            number, _, heading = place.partition(": ")
            assert heading in headings[number], place


def test_the_lock_pins_marp_and_names_no_registry():
    package = (ROOT / "slides/package.json").read_text()
    lock = (ROOT / "slides/package-lock.json").read_text()
    assert re.search(r'"@marp-team/marp-cli": "\d+\.\d+\.\d+"', package)
    assert '"resolved"' not in lock


def test_the_numbers_of_the_overview_are_those_of_the_code(capsys):
    overview = DECKS[0].text
    start = descend(RMSprop(eta=0.05, beta=0.9, epsilon=1e-8), BOWL, steps=2)
    assert "({:.2f}, {:.2f})".format(*start.states["scale"][-1]) in overview

    # All pairs of a fine grid stand for random ones.
    g1, g2 = np.meshgrid(*[(np.arange(2000) + 0.5) / 1000 - 1] * 2)
    less = momentum_change(g1, g2, alpha=0.9)
    grown = np.abs(0.9 * g1 + g2) - np.abs(g1)
    true = (g1 * g2 < 0) & np.isclose(grown, less)
    assert f"false for {100 * (1 - true[less < 0].mean()):.0f} % of random pairs" in overview

    found = {
        (row["method"], row["mu_max"]): row["mean"]
        for row in summary(results("table1", "digits"))
        if row["initialization"] == "sparse"
    }
    assert f"{found['NAG', 0.99]:.2f} against {found['CM', 0.99]:.2f} at 0.99" in overview

    def momentum_step(weights, momentum, gradient, eta, alpha):
        momentum = alpha * momentum + eta * gradient
        return weights - momentum, momentum

    check("momentum-step", momentum_step)
    told = " ".join(capsys.readouterr().out.split()).removesuffix(" 0 of 4 points")
    assert told in " ".join(overview.split())


def columns(experiment, data, last=None):
    """Return a table's columns by start, method and momentum; with one ``last`` if it has two."""
    return {
        (row.get("initialization", "sparse"), row["method"], row["mu_max"]): row
        for row in summary(results(experiment, data))
        if row.get("radius", 1.1) == 1.1 and last in (None, row.get("last"))
    }


def means(experiment, data, last=None):
    """Return the mean errors of the results by what tells a cell, each with its best rate."""
    return {column: row["mean"] for column, row in columns(experiment, data, last).items()}


def typed(deck, label):
    """Return the cells of each table row of a deck that has this label."""
    rows = re.findall(rf"^\| {re.escape(label)} \|(.*)\|$", deck.text, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def test_table_1_on_the_slide_has_the_numbers_of_the_results_and_of_the_paper():
    limits = (0.9, 0.99, 0.995, 0.999)
    cells = [("SGD", 0.0), *((method, mu) for method in ("NAG", "CM") for mu in limits)]
    ours = {column[1:]: row for column, row in columns("table1", "digits").items()
            if column[0] == "sparse"}  # fmt: skip
    assert not any(row["edge"] for row in ours.values())  # else a star, and what it means
    tables = {"Digits, here": {cell: round(ours[cell]["mean"], 2) for cell in cells}}
    for name, data in {"Curves": "curves", "MNIST": "mnist", "Faces": "faces"}.items():
        tables[f"{name}, paper"] = PAPER_TABLE1[data]
        (row,) = typed(DECKS[4], f"{name}, paper")
        assert list(map(float, row[-2:])) == [PAPER_OTHERS[data][name] for name in ("HF†", "HF*")]
    for label, expected in tables.items():
        (row,) = typed(DECKS[4], label)
        shown = row[: len(cells)]
        assert [float(cell.strip("*")) for cell in shown] == [expected[c] for c in cells], label
        bold = [cell for cell, text in zip(cells, shown, strict=True) if "**" in text]
        assert bold == [min(cells[1:], key=expected.get)], label


def test_the_smaller_tables_of_the_last_deck_have_the_numbers_of_the_results():
    deck, digits = DECKS[4], means("table1", "digits")
    for label, start in {"sparse start": "sparse", "Glorot's start": "glorot"}.items():
        both = [digits[start, "SGD", 0.0], digits[start, "NAG", 0.99]]
        assert typed(deck, label) == [[f"{error:.2f}" for error in both]]
    assert typed(deck, "dense, small") == [["not run", f"{digits['dense', 'NAG', 0.99]:.2f}"]]

    before, after = (means("table2", "digits", last)["sparse", "NAG", 0.999] for last in (0, 1000))
    assert f"NAG at 0.999: {before:.3f}, then {after:.3f}." in deck.text

    addition = means("rnn", "addition")
    for method, mu in (("SGD", 0.0), ("CM", 0.98), ("NAG", 0.995)):
        row = [f"{mu:g}", f"{addition['sparse', method, mu]:.4f}"]
        assert row in typed(deck, method), method


def test_the_bias_corrections_on_the_slides_are_what_has_come_in_of_many_ones():
    deck, came_in = DECKS[3], {0.9: [0.0], 0.999: [0.0]}
    for beta, averages in came_in.items():
        for _ in range(5000):
            averages.append(beta * averages[-1] + (1 - beta) * 1.0)
        row = [f"{averages[t]:.4f}" for t in (1, 10, 100, 1000)]
        assert typed(deck, f"$1 - {beta}^t$") == [row]
    factor = np.sqrt(came_in[0.999][1:]) / np.array(came_in[0.9][1:])
    lowest, late = int(factor.argmin()) + 1, int(np.flatnonzero(factor <= 0.99)[-1]) + 2
    for label, t in {"1": 1, "2": 2, f"{lowest}, the lowest": lowest}.items():
        assert [f"{factor[t - 1]:.4f}"] in typed(deck, label)
    assert typed(deck, f"from {late} on") == [["above 0.99"]]


# ------------------------------------------------------------------------------- taking apart


def test_what_is_inside_code_and_comments_ends_no_slide():
    found = read_slides(
        "---\nmarp: true\n---\n\n# One\n\n```text\na\n---\nb\n```\n\n"
        "<!--\nMinutes: 1.5\nsay\n\n---\n\nmore\n-->\n\n---\n\n"
        "<!-- _class: predict split -->\n\n## Two $x$\n\n"
        '<figure data-figure="path" style="width: 900px"></figure>\n\n<!--\nMinutes: 2\n-->\n'
    )
    one, two = found
    assert (one.heading, one.minutes, one.classes) == ("One", 1.5, ())
    assert one.notes == "Minutes: 1.5\nsay\n\n---\n\nmore"
    assert "a\n---\nb" in one.body
    assert (two.heading, two.minutes, two.classes) == ("Two $x$", 2, ("predict", "split"))
    assert two.figures == ["path"]
    assert "Minutes" not in two.body


@pytest.mark.parametrize("notes", ["", "Minutes: some", "say\nMinutes: 2", "Minutes: 2.3"])
def test_notes_without_minutes_have_none(notes):
    (slide,) = read_slides(f"# One\n\n<!--\n{notes}\n-->\n")
    assert slide.minutes is None


# ------------------------------------------------------------------------------------- drawing

FIGURES = '''
from course_utils.ink import DARK
from course_utils.drawing import Picture

WIDTH = 900

def _shared():
    return WIDTH

def first():
    """One."""
    return Picture(_shared(), DARK)

def second():
    """Two, with a little of the third."""
    return Picture(third().width, DARK)

def third():
    """Three."""
    return Picture(1, DARK)
'''

PICTURE = """
class Picture:
    alt = 'a "picture"'

    def __init__(self, width, colour):
        self.width = width

    def get_figwidth(self):
        return 9.0

    def png(self):
        return b"picture"
"""

DECK = """\
---
marp: true
---

# One

<figure data-figure="first"></figure>

---

# Two

<figure data-figure="second"></figure>

---

# Three

<figure data-figure="third"></figure>
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A course of one deck with three figures, which draw with a package of its own."""
    package = tmp_path / "course_utils"
    for name, text in {
        "course_utils/__init__.py": "",
        "course_utils/ink.py": "from .shades import DARK\n",
        "course_utils/shades.py": "DARK = 1\n",
        "course_utils/drawing.py": PICTURE + "TABLES = 'tables'\n",
        "course_utils/unrelated.py": "X = 1\n",
        "course_utils/tables/table.csv": "a,b\n1,2\n",
        "notebooks/README.md": "",
        "nbgrader_config.py": "",
        "slides/01-small.md": DECK,
        "slides/figures/small.py": FIGURES,
        "slides/package-lock.json": "{}",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(figures, "PACKAGE", package)

    def load(path):
        # The figures' file, with the small package in place of the course's.
        text = path.read_text().replace("from course_utils.ink import DARK", "DARK = 1")
        names = {}
        exec((package / "drawing.py").read_text(), names)
        exec(text.replace("from course_utils.drawing import Picture", ""), names)
        return type("Module", (), {k: staticmethod(v) for k, v in names.items() if callable(v)})

    monkeypatch.setattr(figures, "_load", load)
    return tmp_path


def drawn_now(root):
    """Draw the small deck; return which figures were drawn anew."""
    (deck,) = find_decks(root)
    lines = []
    drawn = draw_figures(deck, root / "slides/build/figures", lines.append)
    assert set(drawn) == {"first", "second", "third"}
    return {line.split()[-1] for line in lines}


ALL = {"first", "second", "third"}


def change(root, name, before, after):
    path = root / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_what_did_not_change_is_not_drawn_again(small):
    assert drawn_now(small) == ALL
    assert drawn_now(small) == set()
    (small / "slides/01-small.md").write_text(DECK.replace("# One", "# Another heading"))
    (small / "course_utils/unrelated.py").write_text("X = 2\n")
    assert drawn_now(small) == set()


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("slides/figures/small.py", "_shared(), DARK", "_shared() + 1, DARK", {"first"}),
        ("slides/figures/small.py", "third().width", "2", {"second"}),
        ("slides/figures/small.py", "Picture(1, DARK)", "Picture(2, DARK)", {"second", "third"}),
        ("slides/figures/small.py", "WIDTH = 900", "WIDTH = 800", ALL),
        ("slides/figures/small.py", "return WIDTH", "return 2 * WIDTH", ALL),
        ("course_utils/shades.py", "1", "2", ALL),
        ("course_utils/drawing.py", "9.0", "8.0", ALL),
        ("course_utils/tables/table.csv", "2", "3", ALL),
    ],
)
def test_what_a_figure_depends_on_makes_it_be_drawn_again(small, name, before, after, expected):
    drawn_now(small)
    change(small, name, before, after)
    assert drawn_now(small) == expected
    assert drawn_now(small) == set()


@pytest.mark.parametrize("spoilt", ['{"key": ', "[]", "{}", '"text"', "{%s}", '{%s, "new": 1}'])
def test_a_spoilt_record_of_a_figure_is_drawn_again(small, spoilt):
    drawn_now(small)
    record = small / "slides/build/figures/small/first.json"
    key = json.loads(record.read_text())["key"]
    record.write_text(spoilt.replace("%s", f'"key": "{key}"'))
    assert drawn_now(small) == {"first"}


def test_a_full_disk_leaves_no_half_of_a_figure_behind(small, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space left"):
            drawn_now(small)
    assert [path for path in (small / "slides/build").rglob("*") if path.is_file()] == []
    assert drawn_now(small) == ALL


def test_what_a_program_says_in_no_encoding_is_read_all_the_same(tmp_path):
    ran = marp._run(["/usr/bin/printf", r"caf\351"], tmp_path)
    assert marp._last_line(ran.stdout) == "caf\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("raised", "said"),
    [("ValueError('two\\nlines')", "ValueError: two"), ("KeyError()", "KeyError: KeyError")],
)
def test_a_figure_that_fails_in_many_words_or_none_is_one_line(small, raised, said):
    change(small, "slides/figures/small.py", "return WIDTH", f"raise {raised}")
    with pytest.raises(SlidesError) as caught:
        drawn_now(small)
    assert str(caught.value).endswith(f"cannot be drawn: {said}")


def test_every_module_that_a_real_deck_stands_on_is_among_its_foundations():
    needed = imports.needed(figures.PACKAGE, [ROOT / "slides" / "figures" / "momentum.py"])
    names = {path.relative_to(figures.PACKAGE).as_posix() for path in needed}
    assert {
        "widgets/__init__.py",
        "widgets/explorer.py",
        "descent.py",
        "plotting/still.py",
    } <= names
    # Behind a relative import of a module that a figures' file imports.
    assert "plotting/style.py" in names
    assert not {name for name in names if name.startswith(("experiments/", "app/", "staff/"))}


# -------------------------------------------------------------------------------------- mistakes


def test_a_figure_that_does_not_exist_is_named_with_those_that_do(small):
    change(small, "slides/01-small.md", '"second"', '"secnod"')
    (deck,) = find_decks(small)
    with pytest.raises(UsageError) as error:
        draw_figures(deck, small / "cache")
    assert str(error.value) == (
        "01-small, slide 2: expected a figure among the functions of figures/small.py "
        "(first, second, third), got 'secnod'"
    )


def test_a_deck_without_a_file_of_figures_says_which_file_it_wants(small):
    (small / "slides/figures/small.py").unlink()
    (deck,) = find_decks(small)
    with pytest.raises(UsageError, match=r"the functions of figures/small\.py, got 'first'$"):
        draw_figures(deck, small / "cache")


def test_a_figure_that_raises_is_named_with_its_error(small):
    change(small, "slides/figures/small.py", "return Picture(1, DARK)", "return 1 / 0")
    (deck,) = find_decks(small)
    with pytest.raises(SlidesError) as error:
        draw_figures(deck, small / "cache")
    assert str(error.value) == (
        "01-small, slide 2: figure second of figures/small.py cannot be drawn: "
        "ZeroDivisionError: division by zero"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["02-nope"], 2, "expected a deck among 01-small, got '02-nope'"),
        (["--html"], 1, "01-small, slide 1: figure first of figures/small.py cannot be drawn: "),
    ],
)
def test_the_command_says_one_sentence_and_returns_what_kind_of_fault_it_is(
    small, monkeypatch, capsys, arguments, code, sentence
):
    monkeypatch.chdir(small)
    monkeypatch.setattr(slides, "missing_program", lambda formats: "")
    change(small, "slides/figures/small.py", "return WIDTH", "return WIDTHS")
    assert main(["slides", *arguments]) == code
    told = capsys.readouterr().err
    assert told.startswith(f"course slides: {sentence}")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "names", "formats"),
    [
        ([], [], FORMATS),
        (["01-small", "--html"], ["01-small"], ("html",)),
        (["01-small", "--format", "pdf", "html"], ["01-small"], ("pdf", "html")),
    ],
)
def test_the_command_builds_what_is_asked_for(small, monkeypatch, arguments, names, formats):
    asked = []
    monkeypatch.chdir(small)
    monkeypatch.setattr(slides, "build_decks", lambda *given, say: asked.extend(given))
    assert main(["slides", *arguments]) == 0
    assert [asked[0], list(asked[1]), tuple(asked[2])] == [small, names, formats]


@pytest.mark.parametrize(
    ("there", "formats", "sentence"),
    [
        ({"node", "npm", "chromium"}, FORMATS, ""),
        ({"node", "npm"}, ("html", "txt"), ""),
        ({"node", "npm"}, ("html", "pdf"), "chromium is missing: sudo apt-get install chromium"),
        ({"npm", "chromium"}, ("html",), "node is missing: sudo apt-get install nodejs npm"),
        ({"node", "chromium"}, ("html",), "npm is missing: sudo apt-get install nodejs npm"),
    ],
)
def test_what_is_absent_is_named_with_the_command_that_brings_it(
    monkeypatch, there, formats, sentence
):
    there = there | {"apt-get"}
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in there else None)
    monkeypatch.setattr(doctor.glob, "glob", lambda pattern: [])
    assert missing_program(formats) == sentence


def test_without_node_nothing_is_drawn_and_the_exit_code_is_2(small, monkeypatch, capsys):
    monkeypatch.chdir(small)
    monkeypatch.setattr(slides, "missing_program", lambda formats: "node is missing: get it")
    assert main(["slides"]) == 2
    assert capsys.readouterr().err == "course slides: node is missing: get it\n"
    assert not (small / "slides/build").exists()


# ------------------------------------------------------------------------------------- the page


def test_a_page_holds_each_recording_once_and_the_script_once():
    drawn = {
        "still": DrawnFigure('a "still"', 900, "UE5H", None),
        "moves": DrawnFigure("it moves", 800, "TU9W", "ZGF0YQ=="),
    }
    places = [f'<figure data-figure="{name}"></figure>' for name in ("still", "moves", "moves")]
    page = with_figures_inside(f"<body>{''.join(places)}</body>", drawn, ROOT / "slides")
    assert page.count('alt="a &quot;still&quot;"') == 1
    assert page.count("data:image/png;base64,TU9W") == 2
    assert page.count('data-recording="moves"') == 2
    assert page.count("ZGF0YQ==") == 1
    assert page.count('id="figures-js"') == 1
    assert page.endswith("</body>")


def test_each_formula_of_a_page_has_words_for_who_cannot_see_it(tmp_path):
    path = tmp_path / "01-small.md"
    body = r"# $\alpha$, `$5` $$w \leftarrow w - \tfrac12\,\nabla E\big(w\big) < 1$$"
    path.write_text(f"---\nmarp: true\n---\n\n{body}\n\n<!--\nMinutes: 1. $x$\n-->\n")
    picture = '<mjx-container jax="SVG"><svg width="1ex" role="img" focusable="false"></svg>'
    page = with_named_formulas(2 * picture, Deck(path))
    names = re.findall(r'role="img" aria-label="([^"]*)"', page)
    assert names == ["alpha", "w leftarrow w - frac12 nabla E (w ) &lt; 1"]
    with pytest.raises(slides.SlidesError, match="expected 2 formulas on the page, got 3"):
        with_named_formulas(3 * picture, Deck(path))


def test_a_page_without_moving_figures_carries_no_script():
    page = with_figures_inside(
        '<body><figure data-figure="still"></figure></body>',
        {"still": DrawnFigure("a still", 900, "UE5H", None)},
        ROOT / "slides",
    )
    assert "<script" not in page
