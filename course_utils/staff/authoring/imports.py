"""Which modules and data files of the package the lessons and the students' commands need.

`needed` begins at the lessons and at the handlers of the students' commands and follows imports
wherever they stand, inside functions too. A folder of data belongs to the modules beside it that
name it. So a lesson that imports something new takes it along, and nothing else travels.
"""

import ast
import json
from pathlib import Path

# What a student's machine must not hold, wherever it is imported.
KEPT_BACK = ("staff",)


class KeptBackError(ValueError):
    """A lesson leads to something that is not for students; the text is one sentence."""


def needed(package, notebooks, commands):
    """Return the files of the package that a student needs.

    Parameters
    ----------
    package : Path
        The folder ``course_utils``.
    notebooks : sequence of Path
        The lessons.
    commands : sequence of str
        Subcommands of `course`; a command's handler in ``cli.py`` is called ``_command``.

    Returns
    -------
    list of Path
        Sorted.

    Raises
    ------
    KeptBackError
        If imports lead to a part of the package that is `KEPT_BACK`.
    """
    cli = package / "app" / "cli.py"
    wanted = [(name, path) for path in notebooks for name in imports(_code(path))]
    wanted.append((f"{package.name}.app.cli", cli))
    found = set()
    while wanted:
        name, importer = wanted.pop()
        for module in set(_modules(package, name)) - found:
            dotted = ".".join(module.relative_to(package).with_suffix("").parts)
            for kept in KEPT_BACK:
                if (dotted + ".").startswith(kept + "."):
                    where = importer.relative_to(package.parent)
                    raise KeptBackError(f"{where} imports {kept}, which is not for students")
            found.add(module)
            tree = ast.parse(module.read_text("utf-8"))
            if module == cli:
                tree = _without_handlers(tree, commands)
            home = ".".join(module.relative_to(package.parent).parent.parts)
            wanted += [(imported, module) for imported in imports(tree, home)]
    return sorted(found | {data for module in found for data in _data(module)})


def imports(tree, package=""):
    """Yield the full dotted name of everything that a syntax tree imports.

    Parameters
    ----------
    tree : ast.AST
    package : str
        Where relative imports start from.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            base += [node.module] if node.module else []
            yield from (".".join([*base, alias.name]) for alias in node.names)


def files_below(folder):
    """Return the files in a folder and below, sorted, without what editors and Python leave."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(
            part.startswith(".") or part.endswith("~") or part == "__pycache__"
            for part in path.relative_to(folder).parts
        )
    )


def _modules(package, name):
    """Return the file of a dotted name's module, and of the packages above it."""
    first, *parts = name.split(".")
    if first != package.name:
        return
    yield package / "__init__.py"
    folder = package
    for part in parts:
        folder = folder / part
        for module in (folder / "__init__.py", folder.with_suffix(".py")):
            if module.is_file():
                yield module


def _data(module):
    """Return the files of the data folders beside a module that its code names."""
    tree = ast.parse(module.read_text("utf-8"))
    names = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    for folder in module.parent.iterdir():
        if folder.is_dir() and folder.name in names and not (folder / "__init__.py").exists():
            yield from files_below(folder)


def _without_handlers(tree, commands):
    """Return the syntax tree of cli.py less the functions that do the other commands' work."""
    keywords = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
    handlers = {ast.unparse(node.value) for node in keywords if node.arg == "handler"}
    others = handlers - {f"_{command}" for command in commands}
    tree.body = [node for node in tree.body if getattr(node, "name", None) not in others]
    return tree


def _code(notebook):
    """Return the syntax tree of a notebook's code cells, without the lines for IPython alone."""
    cells = json.loads(Path(notebook).read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    lines = "\n".join(code).splitlines()
    return ast.parse("\n".join(line for line in lines if not line.lstrip().startswith(("%", "!"))))
