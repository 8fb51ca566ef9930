// One arrow, of three paths: one below, over its whole length, that makes it easier to see or to point
// at; its shaft; its head.

// An arrow that goes on beyond the frame ends in two heads.
export function drawArrow(paths, [x0, y0], [x1, y1], { colour, dash, width, goesOn = false }) {
  const [below, shaft, head] = paths;
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = length ? [(x1 - x0) / length, (y1 - y0) / length] : [0, 0];
  const long = Math.min(goesOn ? length / 2 : length, 5 + 2.6 * width);
  const wide = long * 0.42;
  const tips = goesOn ? [0, long] : [0]; // how far behind the end
  const back = long + tips.at(-1);
  below.setAttribute("d", `M${x0},${y0}L${x1},${y1}`);
  shaft.setAttribute("d", `M${x0},${y0}L${x1 - ux * back},${y1 - uy * back}`);
  shaft.setAttribute("stroke", colour);
  shaft.setAttribute("stroke-width", width);
  shaft.setAttribute("stroke-dasharray", dash.join(" "));
  const triangle = (behind) => {
    const [tx, ty] = [x1 - ux * behind, y1 - uy * behind];
    const [bx, by] = [tx - ux * long, ty - uy * long];
    return `M${tx},${ty}L${bx - uy * wide},${by + ux * wide}L${bx + uy * wide},${by - ux * wide}Z`;
  };
  head.setAttribute("d", tips.map(triangle).join(""));
  head.setAttribute("fill", colour);
}

const EDGE = 3; // pixels between a cut arrow and the frame
const STUB = 26; // pixels of an arrow that lies outside

// What a plot of this size shows of an arrow, and whether it goes on beyond the frame. Of one that lies
// outside it is a stub where the frame is nearest, which points to where it leads.
export function cutArrow([x0, y0], [x1, y1], width, height) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [enter, leave] = [0, 1];
  for (const [start, way, most] of [[x0, dx, width], [y0, dy, height]]) {
    const shares = [EDGE, most - EDGE].map((side) => (side - start) / way);
    if (way) [enter, leave] = [Math.max(enter, Math.min(...shares)), Math.min(leave, Math.max(...shares))];
    else if (start < EDGE || start > most - EDGE) leave = -1;
  }
  if (!(x1 < 0 || x1 > width || y1 < 0 || y1 > height)) leave = 1; // its tip is seen, at the edge too
  const at = (share) => [x0 + share * dx, y0 + share * dy];
  if (enter < leave) return { from: at(enter), to: at(leave), goesOn: leave < 1 };
  const to = [Math.max(EDGE, Math.min(width - EDGE, x1)), Math.max(EDGE, Math.min(height - EDGE, y1))];
  const [outX, outY] = [x1 - to[0], y1 - to[1]];
  const away = Math.hypot(outX, outY) || 1;
  return { from: [to[0] - (STUB * outX) / away, to[1] - (STUB * outY) / away], to, goesOn: true };
}
