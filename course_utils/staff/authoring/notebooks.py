"""Notebooks of ``solutions/``: read them, bring them into one form, run them.

`read_notebook` refuses what is not a notebook with one sentence. `tidy` gives a source one form,
whatever editor saved it: no outputs but promised ones and stills, no volatile metadata, lasting
cell ids. `serialise` returns its text. `run_notebook` makes promised outputs and stills anew.
"""

import copy
import hashlib
import json

import nbformat

from course_utils.app.places import UsageError, first_line_of

from . import lint, stills
from .lint import Finding

# All else that editors put into a notebook is volatile: versions, scroll positions, timings.
_CELL_METADATA = {
    "caption",
    "editable",
    "deletable",
    "jupyter",
    "nbgrader",
    "slideshow",
    "tags",
}
_NOTEBOOK_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}

# What JSON that is no notebook makes json, nbformat or our own reading of it raise.
_INVALID = (
    nbformat.ValidationError,
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
)


def read_notebook(path):
    """Return a notebook, its cell ids complete.

    Parameters
    ----------
    path : Path

    Returns
    -------
    NotebookNode
        Of format 4.5.

    Raises
    ------
    UsageError
        If it is missing, not UTF-8, not JSON, not of format 4, or not valid.
    """

    def refuse(reason):
        raise UsageError(f"expected a Jupyter notebook in {path}, got {reason}") from None

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        refuse(f"no readable file ({error.strerror})")
    except UnicodeDecodeError:
        refuse("bytes that are not UTF-8")
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or not isinstance(data.get("cells", []), list):
            refuse("JSON without a list of cells")
        if data.get("nbformat") != 4:
            refuse(f"notebook format {data.get('nbformat')} instead of 4")
        if not all(isinstance(cell, dict) for cell in data.get("cells", [])):
            refuse("a cell that is not an object")
        data["nbformat_minor"] = max(5, data.get("nbformat_minor", 0))
        _complete_ids(data.get("cells", []))
        notebook = nbformat.reads(json.dumps(data), as_version=4)
        nbformat.validate(notebook)
    except UsageError:
        raise  # a ValueError too, and a sentence already
    except json.JSONDecodeError as error:
        refuse(f"text that breaks off or is not JSON (line {error.lineno}: {error.msg})")
    except RecursionError:  # its text differs from one Python to the next
        refuse("brackets within brackets, too deep to read")
    except _INVALID as error:
        refuse(f"an invalid one ({first_line_of(error)})")
    return notebook


def tidy(notebook):
    """Return a source in its one form; the notebook given stays as it is.

    Outputs and counts go, except the text of cells that promise it with ``NBVAL_CHECK_OUTPUT`` and
    the pictures of those that are tagged for it (`stills`). Empty cells go too, and all metadata
    that says nothing about the lesson.
    """
    notebook = copy.deepcopy(notebook)
    title = {key: notebook.metadata[key] for key in ("title",) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict(title | _NOTEBOOK_METADATA)
    notebook.nbformat_minor = 5
    notebook.cells = [
        cell for cell in notebook.cells if cell.source.strip() or "nbgrader" in cell.metadata
    ]
    for cell in notebook.cells:
        cell.source = cell.source.rstrip("\n")
        for key in set(cell.metadata) - _CELL_METADATA:
            del cell.metadata[key]
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.pop("checksum", None)  # nbgrader computes it in the release
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if cell.cell_type == "code":
            cell.execution_count = None
            if stills.keeps_still(cell):
                cell.outputs = stills.stills_of(cell)
            elif lint.promises(cell):
                cell.outputs = _text_outputs(cell)
            else:
                cell.outputs = []
            if cell.outputs:
                cell.execution_count = 1  # nbval refuses outputs of a cell that never ran
    return notebook


def serialise(notebook):
    """Return the one text of a notebook: indented by one, keys sorted, ending in a line end."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def run_notebook(notebook, name, folder):
    """Execute a notebook; return it tidy with new outputs, and the findings of the run.

    Parameters
    ----------
    notebook : NotebookNode
    name : str
        How findings name the file.
    folder : Path
        Where it runs: that of its lesson.

    Returns
    -------
    NotebookNode
    list of Finding
    """
    from . import headless  # slow to import, and needed with --run alone

    notebook = copy.deepcopy(notebook)
    findings = []
    try:
        headless.HeadlessClient(notebook, folder).execute()
    except headless.FAILURES as error:
        failed = [lint.describe(i, cell) for i, cell in enumerate(notebook.cells) if _failed(cell)]
        problem = f"it does not run: {headless.reason_of(error)}"
        findings.append(Finding(name, problem, "mend it", "".join(failed)))
    return tidy(notebook), findings


def _complete_ids(cells):
    """Give every cell an id of its own that depends on the notebook alone, never on chance."""
    taken = {name for name in (cell.get("id") for cell in cells) if name}
    seen = set()
    for index, cell in enumerate(cells):
        if not cell.get("id") or cell["id"] in seen:
            digest = hashlib.sha256(f"{index}\n{cell.get('source')}".encode()).hexdigest()
            candidates = (digest[start : start + 8] for start in range(56))
            cell["id"] = next(name for name in candidates if name not in taken)
            taken.add(cell["id"])
        seen.add(cell["id"])


def _text_outputs(cell):
    """Return what a promised cell printed and its values as text; errors stay, to be found."""
    outputs = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if "data" in output:
            if "text/plain" not in output.data:
                continue
            output.data = nbformat.from_dict({"text/plain": output.data["text/plain"]})
            output.metadata = nbformat.from_dict({})
        if "execution_count" in output:
            output.execution_count = 1
        outputs.append(output)
    return outputs


def _failed(cell):
    return any(output.output_type == "error" for output in cell.get("outputs", []))
