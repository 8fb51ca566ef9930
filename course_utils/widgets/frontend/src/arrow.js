// One arrow, of three paths: one below, over its whole length, that makes it easier to see or to point
// at; its shaft; its head.

export function drawArrow(paths, [x0, y0], [x1, y1], { colour, dash, width }) {
  const [below, shaft, head] = paths;
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = length ? [(x1 - x0) / length, (y1 - y0) / length] : [0, 0];
  const long = Math.min(length, 5 + 2.6 * width);
  const wide = long * 0.42;
  const [bx, by] = [x1 - ux * long, y1 - uy * long];
  below.setAttribute("d", `M${x0},${y0}L${x1},${y1}`);
  shaft.setAttribute("d", `M${x0},${y0}L${bx},${by}`);
  shaft.setAttribute("stroke", colour);
  shaft.setAttribute("stroke-width", width);
  shaft.setAttribute("stroke-dasharray", dash.join(" "));
  head.setAttribute(
    "d",
    `M${x1},${y1}L${bx - uy * wide},${by + ux * wide}L${bx + uy * wide},${by - ux * wide}Z`,
  );
  head.setAttribute("fill", colour);
}
