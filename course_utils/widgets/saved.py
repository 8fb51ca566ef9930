"""What a notebook's file keeps of a moving figure, and what is seen there without a kernel.

A figure puts two outputs below its cell: the widget, and then its still under one line of text. A
figure that moves hides its own still: the drawing brings a style with the figure's name. Where no
figure came to life, its still is what there is to see, and the still's own style hides what is left
of the widget in JupyterLab and Notebook ("Error displaying widget: model not found", or the sliders
alone where anywidget is not installed). Nothing has to be set or installed for it. A page that
knows no widgets, such as one that ``jupyter nbconvert`` makes, shows the still by itself. The
widget comes first: it is on the page before Python has drawn the still.

Other ways were weighed:

- One output that holds both, widget and still. JupyterLab chooses by its own ranks, not by the
  bundle's order, and takes the widget even if there is no model for it; its renderer then writes
  the error and asks for nothing else of the bundle.
- The widgets' state, saved in the notebook. JupyterLab saves it only if a setting says so, and then
  all of it: the grids of lesson 1 alone are four megabytes.
- A renderer for a MIME type of our own, in an extension for JupyterLab. It shows nothing better,
  and where it is not installed the error is back.
- HTML alone, into which the widget's script moves the living figure. No error can arise, but the
  figure then lives outside of JupyterLab's own widget renderer, in a view that we would have to
  attach, detach and dispose of with ipywidgets' private means; if these change, nothing moves.
  Here, if JupyterLab's classes change, a line of text too much is seen.
"""

from course_utils.plotting import Still

__all__ = ["LINE", "last_picture", "without_still"]

LINE = "A picture from the last run. Run this cell to move it."

# An output of JupyterLab that is no figure of ours but stands right above a still of ours. Widgets
# have no data-mime-type; everything else has one, and is left alone.
_STYLE = (
    ".jp-OutputArea-child:has(> .jp-OutputArea-output:not([data-mime-type]))"
    ":not(:has(.course-figure)):has(+ .jp-OutputArea-child .course-last) { display: none; }"
)


def without_still(bundle: dict) -> dict:
    """Return a widget's bundle with nothing to see for those who cannot show the widget.

    The still is an output of its own, and a page that is not trusted must not show the bundle's
    ``repr`` above it.
    """
    return {**bundle, "text/html": "", "text/plain": ""}


def last_picture(still: Still, figure: str) -> dict:
    """Return the bundle of the still that is seen where the figure of that model id is not."""
    return {
        "text/html": f'<div class="course-last course-last-{figure}"><style>{_STYLE}</style>'
        f"<p>{LINE}</p>{still.html()}</div>",
        "text/plain": still.alt,
    }
