"""The points of a notebook at a glance: what each check said last, since its kernel started."""

_BAR = 20

_points: dict[str, tuple[float, float]] = {}


def note(slug, points, most):
    """Remember what a check said of an exercise, in place of what it said before."""
    _points[slug] = (points, most)


def progress():
    """Print the points of every exercise that was checked, and their sum.

    *Run All Cells* runs all checks of a notebook. Reflections are graded by a person, and are not
    counted here.
    """
    if not _points:
        print("Nothing is checked yet: run the checks first, for example with Run All Cells.")
        return
    width = max(map(len, _points))
    for slug, (points, most) in _points.items():
        bar = "#" * int(_BAR * points / most)
        print(f"{slug:<{width}}  {bar:·<{_BAR}}  {points:g} of {most:g} points")
    got, most = (sum(column) for column in zip(*_points.values(), strict=True))
    print(f"{'':<{width}}  {'':<{_BAR}}  {got:g} of {most:g} points, reflections not counted")
