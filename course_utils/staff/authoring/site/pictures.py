"""Pictures of the reading copy: each is a file for light pages, and one for dark pages."""

import html

from course_utils.plotting.dark import darken


def files_of(name, png):
    """Return the two files of a still, by their path in the site.

    Parameters
    ----------
    name : str
    png : bytes
        Of `Still.png`.
    """
    return {f"figures/{name}.png": png, f"figures/{name}-dark.png": darken(png)}


def picture(name, alt, width, height):
    """Return the HTML of a picture that is as light or as dark as its page.

    Parameters
    ----------
    name : str
        As in `files_of`.
    alt : str
        What stands for it; empty if it only decorates.
    width, height : int
        In CSS pixels.
    """
    return (
        f'<picture><source srcset="figures/{name}-dark.png" '
        'media="screen and (prefers-color-scheme: dark)">'
        f'<img src="figures/{name}.png" alt="{html.escape(alt)}" width="{width}" '
        f'height="{height}" loading="lazy" decoding="async"></picture>'
    )
