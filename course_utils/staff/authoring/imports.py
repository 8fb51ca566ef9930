"""Which modules and data files of the package some code needs: the one walker of imports.

`names` says what one piece of code imports. `needed` begins at pieces of code, follows imports
wherever they stand (inside functions, relative, by `import_module`), and adds the data: a folder
without modules belongs to the modules beside it that name it. The bundle, the slides, the reading
copy, the rendering of feedback and the tests all ask here.
"""

import ast
import json

# What a student's machine must not hold, wherever it is imported.
KEPT_BACK = "staff"


class KeptBackError(ValueError):
    """Code for students leads to something that is not; the text is one sentence."""


def needed(package, sources, *, students=False):
    """Return the files of the package that some code needs.

    Parameters
    ----------
    package : Path
        The folder ``course_utils``.
    sources : iterable of Path
        Notebooks, modules of the package (which are part of the answer), or other Python files.
    students : bool
        Whether the code is for students, and must not lead to `KEPT_BACK`.

    Returns
    -------
    list of Path
        Sorted.

    Raises
    ------
    KeptBackError
        If imports of students' code lead to what is kept back.
    """
    found, waiting = set(), list(sources)
    while waiting:
        source = waiting.pop()
        home = ""
        if source.is_relative_to(package):
            home = ".".join(source.relative_to(package.parent).parent.parts)
            found.add(source)
        for name in names(code(source), home):
            modules = set(_modules(package, name))
            if students and any(module.is_relative_to(package / KEPT_BACK) for module in modules):
                where = source.relative_to(package.parent)
                raise KeptBackError(f"{where} imports {KEPT_BACK}, which is not for students")
            waiting += modules - found
            found |= modules
    return sorted(found | {data for module in found for data in _data(module)})


def names(tree, package=""):
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
        elif isinstance(node, ast.Call) and _imports(node.func):
            yield from (str(name.value) for name in node.args[:1] if isinstance(name, ast.Constant))


def _imports(function):
    """Tell whether a function that is called is one of Python's own that import by name."""
    return ast.unparse(function).split(".")[-1] in ("import_module", "__import__")


def code(path):
    """Return the syntax tree of a Python file, or of a notebook's code cells.

    Lines of a notebook that are for IPython alone are left out.
    """
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        lines = "\n".join("".join(cell["source"]) for cell in cells).splitlines()
        text = "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))
    return ast.parse(text)


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
    """Yield the file of a dotted name's module, and those of the packages above it."""
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
    """Yield the files of the data folders beside a module that its code names."""
    constants = {node.value for node in ast.walk(code(module)) if isinstance(node, ast.Constant)}
    for folder in module.parent.iterdir():
        if folder.is_dir() and folder.name in constants and not (folder / "__init__.py").exists():
            yield from files_below(folder)
