"""Rules for a lesson's source, and for the student's notebook built from it.

- `lint_source` reads one notebook of ``solutions/``: markers, metadata, length of cells, stored
  errors, emoji, minutes, and whether the exercises are those of the registry.
- `lint_lesson` reads all notebooks of a lesson together: names that occur twice, exercises missing.
- `lint_release` reads a built notebook beside its source: nothing of an answer is left.

nbgrader finds its markers by plain search, so that a misspelt ``BEGIN HIDEN TESTS`` publishes the
tests without a word. Here what looks like a misspelt marker is a finding, and with a finding
nothing is released. A `Finding` says where, what, and how to mend it. Nothing is written and
nothing is run here; `release` is the caller.
"""

import ast
import difflib
import re
from dataclasses import dataclass

from course_utils.app.places import short_name

from .sections import read_sections, read_title

LONGEST_CELL = 25  # lines of a code cell, without markers and hidden tests
REPEATS_ANSWER = "repeats-answer"  # tag of a cell that may show a line of some answer
PRACTICE = "practice"  # tag of a function that students write and nobody grades
PROMISE = "# NBVAL_CHECK_OUTPUT"  # line of a cell whose printed numbers are kept and compared

REGIONS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
_WORDS = [f"{edge} {region}" for region in REGIONS for edge in ("BEGIN", "END")]
# From which similarity on (1 is equal) a comment is taken for a misspelt marker: that of its first
# word and of its other words, or that of all its words joined. "# the solution" is none.
_NEAR_EDGE, _NEAR_REGION, _NEAR_WHOLE = 0.6, 0.75, 0.9
_ANSWER_LENGTH = 15  # characters from which a line of an answer is recognised elsewhere

# Where the answers are, in code or in prose: students have no such package.
_STAFF = re.compile(r"course_utils(\.| import .*\b)staff\b")

# Characters that a screen shows as a coloured picture; arrows, ticks and Greek stay allowed.
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\ufe0f⌚⌛⏩-⏬⏰⏳◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓-❕❗➕-➗➰➿⬛⬜⭐⭕]"
)


@dataclass(frozen=True)
class Finding:
    """One thing to mend, and where it is."""

    path: str
    problem: str
    mend: str
    cell: str = ""

    def __str__(self):
        """Return the line that `course release --check` prints."""
        place = f"{self.path}: {self.cell}" if self.cell else self.path
        return f"{place}: {self.problem}; {self.mend}"


def describe(index, cell):
    """Return how a finding names a cell: its number, from 1, and its grade_id."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id")
    return f"cell {index + 1} ({name})" if name else f"cell {index + 1}"


def lint_source(path, notebook, exercises):
    """Return the findings in one notebook of ``solutions/``.

    Parameters
    ----------
    path : str
        How findings name the file.
    notebook : NotebookNode
        As stored, outputs included.
    exercises : mapping
        The registry: slug to an object with ``function`` (its name), ``arguments`` (theirs) and
        ``points``.

    Returns
    -------
    list of Finding
    """
    findings = []
    if not read_title(notebook):
        findings.append(Finding(path, "no title", "begin its first cell with '# Title'"))
    for index, cell in enumerate(notebook.cells):
        where = describe(index, cell)
        rules = [
            *[_marker_findings, _practice_findings],
            *[_length_findings, _output_findings, _emoji_findings],
        ]
        for rule in rules:
            findings += [Finding(path, problem, mend, where) for problem, mend in rule(cell)]
    findings += [
        Finding(path, problem, mend, describe(index, notebook.cells[index]))
        for index, problem, mend in read_sections(notebook)[1]
    ]
    return findings + _exercise_findings(path, notebook, exercises)


def lint_lesson(lesson, notebooks, exercises):
    """Return a finding for every grade_id that occurs twice and every exercise that is missing.

    Parameters
    ----------
    lesson : str
        Such as ``"01-momentum"``.
    notebooks : dict of str to NotebookNode
        All notebooks of the lesson by path.
    exercises : mapping
        The registry; its objects have a ``lesson`` too, its short name.

    Returns
    -------
    list of Finding
    """
    places, findings = {}, []
    for path, notebook in notebooks.items():
        for index, cell in enumerate(notebook.cells):
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in places:
                problem = f"the grade_id {name!r} occurs already in {places[name]}"
                place = f"cell {index + 1}"
                findings.append(Finding(path, problem, "name one of them anew", place))
            elif name:
                places[name] = f"{path}, cell {index + 1}"
    for slug, exercise in exercises.items():
        if exercise.lesson == short_name(lesson) and slug not in places:
            problem = f"the exercise {slug!r} is in no notebook"
            findings.append(Finding(f"solutions/{lesson}", problem, "write it"))
    return findings


def lint_release(path, released, source):
    """Return a finding for everything in a built notebook that belongs to the instructor.

    A line of an answer is found anywhere: alone, after a semicolon, in a comment, in
    prose. Spaces do not matter. Imports, and lines of less than `_ANSWER_LENGTH` characters without
    spaces, are not searched for: they occur by chance. A cell that shows a line of an answer on
    purpose has the tag `REPEATS_ANSWER`.

    Parameters
    ----------
    path : str
        How findings name the file.
    released, source : NotebookNode
        The student's notebook, and the one it was built from.

    Returns
    -------
    list of Finding
    """
    answers = {}  # the bare line -> the line, and the cell it answers
    for index, cell in enumerate(source.cells):
        hidden = _inside_regions(cell, REGIONS)
        if _is(cell, "solution") and not hidden:  # nbgrader clears such a cell whole
            hidden = cell.source.splitlines()
        for line in filter(_bare, hidden):
            answers.setdefault(_bare(line), (line.strip(), describe(index, cell)))
    findings = []
    for index, cell in enumerate(released.cells):
        where = describe(index, cell)
        may_repeat = REPEATS_ANSWER in cell.metadata.get("tags", [])
        for line in cell.source.splitlines():
            dense = "".join(line.split())
            repeated = [answers[bare] for bare in answers if bare in dense and not may_repeat]
            if _STAFF.search(line):
                problem = "course_utils.staff, which holds the answers, is mentioned"
                mend = "put the line between ### BEGIN HIDDEN TESTS and ### END HIDDEN TESTS"
                findings.append(Finding(path, problem, mend, where))
            elif _marker(line)[0]:
                problem = f"the marker {line.strip()!r} survives"
                findings.append(Finding(path, problem, "mend it in the source", where))
            elif repeated:
                answer, hidden_in = repeated[0]
                problem = f"{answer!r} is a line hidden in {hidden_in} of the source"
                mend = f"write it differently here, or tag this cell {REPEATS_ANSWER!r}"
                findings.append(Finding(path, problem, mend, where))
    return findings


def promises(cell):
    """Return whether a cell promises its output, in the one way that nbval understands."""
    lines = cell.source.splitlines()
    return cell.cell_type == "code" and PROMISE in (line.strip() for line in lines)


def is_practice(cell):
    """Return whether a code cell is the student's to write, without points or a test below it."""
    tagged = PRACTICE in cell.metadata.get("tags", [])
    return cell.cell_type == "code" and tagged and "nbgrader" not in cell.metadata


def signature(source):
    """Return the last function that a cell's code defines, as ``name(argument, …)``, or None.

    Raises
    ------
    SyntaxError
        If the code is not Python.
    """
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return f"{found[-1].name}({ast.unparse(found[-1].args)})" if found else None


def _marker(line):
    """Return what a line is as a marker: (words or None, whether exactly written)."""
    stripped = line.strip()
    for words in _WORDS:
        if stripped in (f"### {words}", f"<!-- {words} -->"):
            return words, True
    for words in _WORDS:
        if words in line:  # enough for nbgrader, which then drops the whole line
            return words, False
    looks_like_one = stripped.startswith(("#", "<!--")) or stripped.isupper()
    text = re.sub(r"[^A-Z]+", " ", stripped.upper()).split() if looks_like_one else []
    if not 1 <= len(text) <= 4:
        return None, False
    for words in _WORDS:
        edge, region = words.split(" ", 1)
        synonyms = {"BEGIN": ("BEGIN", "START"), "END": ("END", "STOP")}[edge]
        near_edge = any(_similar(text[0], synonym) >= _NEAR_EDGE for synonym in synonyms)
        if near_edge and _similar(" ".join(text[1:]), region) >= _NEAR_REGION:
            return words, False
        if _similar("".join(text), words.replace(" ", "")) >= _NEAR_WHOLE:
            return words, False
    if stripped.startswith("##") and stripped.isupper():  # capitals are for markers alone
        close = difflib.get_close_matches(" ".join(text), _WORDS, n=1, cutoff=0.5)
        return (close[0] if close else None), False
    return None, False


def _similar(left, right):
    return difflib.SequenceMatcher(None, left, right).ratio()


def _marker_findings(cell):
    open_region = None
    for line in cell.source.splitlines():
        words, exact = _marker(line)
        if words is None:
            continue
        if not exact:
            yield f"misspelt marker {line.strip()!r}", f"write '### {words}' on a line of its own"
        edge, region = words.split(" ", 1)
        if region == "SOLUTION" and not _is(cell, "solution") and not is_practice(cell):
            yield (
                f"{line.strip()!r} in a cell that nbgrader does not know as a solution",
                f"set nbgrader's metadata (solution: true), tag it {PRACTICE!r} if nobody grades "
                "it, or remove the marker",
            )
        if region == "HIDDEN TESTS" and (not _is(cell, "grade") or cell.cell_type != "code"):
            yield (
                f"{line.strip()!r} in a cell that nbgrader does not know as a test",
                "set nbgrader's metadata (grade: true) or remove the marker",
            )
        if region == "MARK SCHEME" and (not _is(cell, "locked") or cell.cell_type != "markdown"):
            yield (
                f"{line.strip()!r} outside a locked Markdown cell",
                "set nbgrader's metadata (locked: true) or remove the marker",
            )
        if edge == "BEGIN":
            if open_region:
                yield f"{line.strip()!r} inside another region", f"end {open_region} first"
            open_region = region
        elif open_region != region:
            yield f"{line.strip()!r} without its beginning", f"write '### BEGIN {region}' above"
        else:
            open_region = None
    if open_region:
        yield f"'BEGIN {open_region}' without its end", f"write '### END {open_region}' below"


def _practice_findings(cell):
    if PRACTICE not in cell.metadata.get("tags", []):
        return
    if not is_practice(cell):
        yield (
            f"the tag {PRACTICE!r} on a cell that is no code or that nbgrader knows",
            "remove the tag or nbgrader's metadata",
        )
    elif "### BEGIN SOLUTION" not in cell.source:
        yield (
            "practice that students would find done",
            "put the answer between ### BEGIN and END SOLUTION",
        )


def _length_findings(cell):
    lines = [line for line in cell.source.splitlines() if _marker(line)[0] is None]
    count = len(lines) - len(_inside_regions(cell, ["HIDDEN TESTS"]))
    if cell.cell_type == "code" and count > LONGEST_CELL:
        yield f"a code cell of {count} lines", f"split it: at most {LONGEST_CELL}"


def _output_findings(cell):
    if "NBVAL" in cell.source and not promises(cell):
        yield "a promise that nbval does not see", f"write {PROMISE!r} on a line of its own"
    if promises(cell) and "caption" in cell.metadata:
        yield "a promise in the cell of a figure, which nbval compares too", "draw it in the next"
    if promises(cell) and not cell.outputs:
        yield "no promised output is stored", "run `course release --run`"
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            yield f"a stored error ({output.ename})", "mend the cell, then `course release --run`"
        elif output.get("name") == "stderr":
            yield "a stored warning or other stderr text", "mend it, then `course release --run`"


def _emoji_findings(cell):
    found = sorted(set(_EMOJI.findall(cell.source)))
    if found:
        yield f"emoji ({' '.join(f'U+{ord(sign):04X}' for sign in found)})", "use words"


def _exercise_findings(path, notebook, exercises):
    """Return what is wrong with the cells of exercises: answers and the tests below them.

    An answer and its test pair as ``slug`` and ``slug-test``; function, points and the lines of the
    test are those of the registry.
    """
    findings = []
    untested = {}  # slug -> the place of its answer
    for index, cell in enumerate(notebook.cells):
        is_test, is_answer = _is(cell, "grade"), _is(cell, "solution")
        if cell.cell_type != "code" or not (is_test or is_answer):
            continue
        name, where = cell.metadata.nbgrader.get("grade_id", ""), describe(index, cell)
        slug = name if is_answer else name.removesuffix("-test")
        if slug not in exercises:
            problems = [_unknown_exercise(slug, exercises)]
        elif is_test and is_answer:
            mend = f"make two cells, {slug!r} and '{slug}-test'"
            problems = [("a code cell that is both an answer and its test", mend)]
        elif is_answer:
            untested[slug] = where
            problems = _answer_findings(cell, exercises[slug])
        else:
            follows_answer = untested.pop(slug, None) is not None
            problems = _test_findings(cell, slug, exercises[slug], name, follows_answer)
        findings += [Finding(path, problem, mend, where) for problem, mend in problems]
    for slug, where in untested.items():
        findings.append(Finding(path, "no test follows", f"add a graded cell '{slug}-test'", where))
    return findings


def _unknown_exercise(slug, exercises):
    close = difflib.get_close_matches(slug, exercises, n=1)
    mend = f"did you mean {close[0]!r}?" if close else "declare it or rename the cell"
    return f"no exercise {slug!r} in the registry", mend


def _answer_findings(cell, exercise):
    if "### BEGIN SOLUTION" not in cell.source:
        yield (
            "nbgrader would clear the whole cell",
            "put the answer, not the signature, between ### BEGIN and END SOLUTION",
        )
    try:
        defined = signature(cell.source)
    except SyntaxError as error:
        yield f"not Python: {error.msg}", "mend the code"
    else:
        declared = f"{exercise.function}({', '.join(exercise.arguments)})"
        if defined != declared:
            yield f"defines {defined}, the registry {declared}", "change one of them"


def _test_findings(cell, slug, exercise, name, follows_answer):
    if not follows_answer or not name.endswith("-test"):
        yield (
            "a test without its exercise above",
            f"name it '{slug}-test' and put it below {slug!r}",
        )
    points = cell.metadata.nbgrader.get("points")
    if points != exercise.points:
        problem = f"{points} points, in the registry {exercise.points}"
        yield problem, f"set points to {exercise.points}"
    hidden = _inside_regions(cell, ["HIDDEN TESTS"])
    visible = [line for line in cell.source.splitlines() if line not in hidden]
    for verb, lines, place in (
        ("check", visible, "above"),
        ("score", hidden, "between the markers of the hidden tests"),
    ):
        call = f'{verb}("{slug}", {exercise.function})'
        if call not in lines:
            yield f"the line {call} is missing", f"write it {place}"


def _inside_regions(cell, regions):
    """Return the lines of a cell between the markers of these regions, markers not included."""
    lines, region = [], None
    for line in cell.source.splitlines():
        words, _ = _marker(line)
        if words:
            region = words.split(" ", 1)[1] if words.startswith("BEGIN") else None
        elif region in regions:
            lines.append(line)
    return lines


def _bare(line):
    """Return a line without spaces, comment and `return`, or nothing if it may occur by chance."""
    bare = "".join(line.split("#", 1)[0].split())
    if len(bare) < _ANSWER_LENGTH or bare.startswith(("import", "from")):
        return ""
    value = bare.removeprefix("return")
    # What "return x, y" returns is too short to be searched for, the whole line is not.
    return value if len(value) >= _ANSWER_LENGTH else bare


def _is(cell, role):
    return bool(cell.metadata.get("nbgrader", {}).get(role))
