"""A moving figure on a page: where its data stand, what colours it shows, what it says."""

import re

import numpy as np

from support.visit import eventually


class Figure:
    """The figure of one code cell on a page."""

    def __init__(self, page, index):
        self.page = page
        self.cell = page.locator(".jp-Notebook .jp-CodeCell").nth(index)
        self.cell.scroll_into_view_if_needed()
        self.cell.locator(".course-figure canvas").first.wait_for()
        figure = self.cell.locator(".course-figure").first
        figure.scroll_into_view_if_needed()
        places = [None]  # what was scrolled to settles when the page has laid out what is above
        self.eventually(
            lambda: places.append(figure.bounding_box()) or places[-2:], lambda p: p[0] == p[1]
        )

    def eventually(self, read, expected):
        return eventually(self.page, read, expected)

    def plot(self, index=0):
        return self.cell.locator(".course-plot").nth(index)

    def place(self, x, y, index=0):
        """Return the point of the page at these data coordinates, read off the axes."""
        surface = self.plot(index).locator(".course-surface").bounding_box()
        (x0, x1), (y0, y1) = self.domain(index)
        return (
            surface["x"] + (x - x0) / (x1 - x0) * surface["width"],
            surface["y"] + (y1 - y) / (y1 - y0) * surface["height"],
        )

    def domain(self, index=0):
        """Work out the axes from two of their ticks each."""
        return self.plot(index).evaluate(
            """plot => {
              const [xs, ys] = [...plot.querySelectorAll('svg > g')].slice(0, 2);
              const box = plot.querySelector('.course-surface').getBoundingClientRect();
              const line = (axis, at, low, high) => {
                const ticks = [...axis.querySelectorAll('.tick')].map(tick => {
                  const r = tick.querySelector('line').getBoundingClientRect();
                  const text = tick.textContent.replace('−', '-').replaceAll(',', '');
                  return [at === 'x' ? r.x + r.width / 2 : r.y + r.height / 2, Number(text)];
                });
                const [a, b] = [ticks[0], ticks[ticks.length - 1]];
                const value = p => a[1] + (p - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
                return [value(low), value(high)];
              };
              return [line(xs, 'x', box.left, box.right), line(ys, 'y', box.bottom, box.top)];
            }"""
        )

    def colour(self, x, y, index=0):
        """Return the canvas' red, green and blue at these data coordinates."""
        (x0, x1), (y0, y1) = self.domain(index)
        share = [(x - x0) / (x1 - x0), (y1 - y) / (y1 - y0)]
        return np.array(
            self.plot(index).evaluate(
                """(plot, [u, v]) => {
                  const c = plot.querySelector('canvas');
                  const at = [Math.round(u * (c.width - 1)), Math.round(v * (c.height - 1))];
                  return [...c.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3);
                }""",
                share,
            )
        )

    def colours_end(self):
        """Return the two ends of the colour bar."""
        ticks = self.cell.locator(".course-bar .tick").all_text_contents()
        values = [float(text.replace("−", "-")) for text in ticks]
        return min(values), max(values)

    def density(self, index=0):
        """Return how many pixels a canvas has for each of the page's."""
        size = "p => { const c = p.querySelector('canvas'); return c.width / c.clientWidth }"
        return round(self.plot(index).evaluate(size), 1)

    def shades(self, index=0):
        """Return how many colours a plot's canvas has: one if it is blank."""
        return self.plot(index).evaluate(
            """p => { const c = p.querySelector('canvas');
              const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
              return new Set(new Uint32Array(d.buffer)).size; }"""
        )

    def pixels(self, index=0):
        return self.plot(index).evaluate("p => p.querySelector('canvas').toDataURL()")

    def wait_for_change(self, before, index=0):
        self.eventually(lambda: self.pixels(index) != before, True)

    def handle(self, index):
        return self.cell.locator(".course-number input[type=range]").nth(index)

    def typed(self, index):
        """Return the text field beside a slider."""
        return self.cell.locator(".course-number input[type=text]").nth(index)

    def start(self):
        label = self.cell.locator(".course-start").get_attribute("aria-label")
        numbers = re.findall(r"= ([−\d.e]+)", label)
        return [float(text.replace("−", "-")) for text in numbers]

    def tip(self, index=0):
        return self.plot(index).locator(".course-tip").inner_text()
