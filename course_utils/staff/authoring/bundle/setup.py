"""The students' share of pyproject.toml, requirements.lock and the Makefile.

Each is the course's own file without what only instructors and authors use. Nothing is added, so
that a student installs exactly the versions with which the course is tested.
"""

import json
import re
import tomllib

# The targets that stay in the Makefile. `setup` and its stamp do the work of `lab`.
_TARGETS = ("lab", "setup", "clean")
_MAKE_HELP = """\
# make lab      open the lessons in JupyterLab (sets everything up the first time)
# make setup    the set-up alone           make clean    forget the set-up
"""


def students_files(root):
    """Return the three files, as bytes by name."""
    project = (root / "pyproject.toml").read_text("utf-8")
    texts = {
        "pyproject.toml": students_project(project),
        "requirements.lock": students_lock(
            (root / "requirements.lock").read_text("utf-8"), project
        ),
        "Makefile": students_makefile((root / "Makefile").read_text("utf-8")),
    }
    return {name: text.encode("utf-8") for name, text in texts.items()}


def students_project(text):
    """Return a pyproject.toml without the extras and without the settings of authors' tools."""
    project = tomllib.loads(text)
    del project["project"]["optional-dependencies"]
    project["tool"] = {name: project["tool"][name] for name in ("hatch", "uv")}
    return "\n".join(_tables(project)).lstrip() + "\n"


def students_lock(text, project):
    """Return the pins of what a student installs, and of what that depends on.

    Parameters
    ----------
    text : str
        A requirements.lock by uv: the comment of each pin says which packages need it.
    project : str
        The pyproject.toml.

    Returns
    -------
    str
    """
    pins, users = {}, {}
    for pin in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        name = pin.partition("==")[0]
        body, _, via = pin.partition("    # via")
        pins.setdefault(name, []).append(body)
        users.setdefault(name, []).append(via.replace("#", " ").split("\n"))
    project = tomllib.loads(project)
    required = [*project["project"]["dependencies"], *project["build-system"]["requires"], "uv"]
    needed = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in required}
    direct = frozenset(needed)

    def needed_by(name):
        return [user.strip() for via in users[name] for user in via if user.strip() in needed]

    while more := {name for name in pins.keys() - needed if needed_by(name)}:
        needed |= more
    lines = []
    for name in sorted(needed):
        reasons = [*(["this course"] if name in direct else []), *sorted(set(needed_by(name)))]
        lines += [f"{body}    # via {', '.join(reasons)}\n" for body in pins[name]]
    return "".join(lines)


def students_makefile(text):
    """Return a Makefile with the targets that students use."""
    head, *rules = text.split("\n\n")
    variables = [line for line in head.splitlines() if not line.startswith("#")]
    targets = {f"{name}:" for name in (*_TARGETS, ".venv/setup.stamp")}
    used = [rule.rstrip("\n") for rule in rules if rule.split(maxsplit=1)[0] in targets]
    phony = f".PHONY: {' '.join(_TARGETS)}"
    return _MAKE_HELP + "\n\n".join(["\n".join(variables), phony, *used]) + "\n"


def _tables(table, header=""):
    """Yield the lines of a TOML table; strings and lists of strings are written as in JSON."""
    plain = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if plain and header:
        yield from ("", f"[{header}]")
    for key, value in plain.items():
        yield f"{key} = {json.dumps(value, indent=4, ensure_ascii=False)}"
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _tables(value, f"{header}.{key}".lstrip("."))
