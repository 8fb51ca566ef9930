// Reading what Python packed: {dtype, shape, data}. Strict, because a wrong guess about bytes draws
// a plausible wrong picture.

const TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
};

// Returns a typed array with a `shape`. `wanted` has a number where a side is fixed, null where not.
export function read(packed, name, wanted) {
  const fail = (why) => {
    throw new Error(`The figure's data are damaged: ${name} ${why}.`);
  };
  if (!packed || typeof packed !== "object") fail("is missing");
  const { dtype, shape, data } = packed;
  const Type = TYPES[dtype];
  if (!Type) fail(`has dtype ${dtype}, expected one of ${Object.keys(TYPES).join(", ")}`);
  const good =
    Array.isArray(shape) &&
    shape.length === wanted.length &&
    shape.every((side, i) => Number.isInteger(side) && side >= 0 && (wanted[i] ?? side) === side);
  if (!good) fail(`has shape (${shape}), expected (${wanted.map((side) => side ?? "n")})`);
  if (!data || data.byteLength === undefined) fail("has no bytes");
  const size = product(shape);
  const bytes = size * Type.BYTES_PER_ELEMENT;
  if (data.byteLength !== bytes) fail(`has ${data.byteLength} bytes, expected ${bytes}`);
  const buffer = data.buffer ?? data;
  const offset = data.byteOffset ?? 0;
  const aligned = offset % Type.BYTES_PER_ELEMENT === 0;
  let values = aligned
    ? new Type(buffer, offset, size)
    : new Type(buffer.slice(offset, offset + bytes));
  if (dtype === "uint16" && packed.range) values = unfold(values, shape, packed.range);
  values.shape = shape;
  return values;
}

// A recording stores differences of 14-bit integers: sum them up, then scale. 65535 means "no value".
function unfold(differences, shape, [low, step]) {
  const sums = Uint16Array.from(differences);
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] <= 2) continue;
    const stride = strides[axis];
    const turn = stride * shape[axis];
    for (let i = stride; i < sums.length; i++) {
      if (i % turn >= stride) sums[i] += sums[i - stride];
    }
  }
  return Float32Array.from(sums, (steps) => (steps === 65535 ? NaN : low + steps * step));
}

const product = (numbers) => numbers.reduce((result, factor) => result * factor, 1);

// 257 colours as 32-bit pixels, low to high.
export function readColours(packed, name) {
  const rgb = read(packed, name, [257, 3]);
  const pixels = new Uint32Array(257);
  for (let i = 0; i < 257; i++) {
    pixels[i] = 0xff000000 | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i];
  }
  return pixels;
}

export const css = (pixel) =>
  `rgb(${pixel & 255},${(pixel >> 8) & 255},${(pixel >> 16) & 255})`;

// Contour lines as [{level, points: Float32Array of x, y, x, y, …}].
export function readLines(packed, name) {
  const points = read(packed.points, `${name}.points`, [null, 2]);
  const ends = read(packed.ends, `${name}.ends`, [null]);
  const levels = read(packed.levels, `${name}.levels`, [ends.length]);
  let begin = 0;
  return Array.from(ends, (end, i) => {
    const line = { level: levels[i], points: points.subarray(2 * begin, 2 * end) };
    begin = end;
    return line;
  });
}

// A field on a regular grid: values, shades (what is coloured; the values themselves by default).
export function readField(packed, name) {
  const values = read(packed.values, `${name}.values`, [null, null]);
  const [rows, columns] = values.shape;
  return {
    x: packed.x,
    y: packed.y,
    rows,
    columns,
    values,
    shades: packed.shades ? read(packed.shades, `${name}.shades`, [rows, columns]) : values,
    regions: (packed.regions ?? []).map((mask) => read(mask, `${name}.region`, [rows, columns])),
    lines: packed.lines ? readLines(packed.lines, `${name}.lines`) : [],
    curves: (packed.curves ?? []).map((curve) => ({
      ...curve,
      points: read(curve.points, `${name}.curve`, [null, 2]),
    })),
  };
}

// The index of `count` things that is nearest to a whole number.
export const clampIndex = (index, count) => Math.max(0, Math.min(count - 1, index));

// The grid node nearest to a place: its indices and coordinates.
export function nearestNode(field, x, y) {
  const [x0, x1] = field.x;
  const [y0, y1] = field.y;
  const column = clampIndex(Math.round(((x - x0) / (x1 - x0)) * (field.columns - 1)), field.columns);
  const row = clampIndex(Math.round(((y - y0) / (y1 - y0)) * (field.rows - 1)), field.rows);
  return nodeAt(field, row, column);
}

export function nodeAt(field, row, column) {
  const [x0, x1] = field.x;
  const [y0, y1] = field.y;
  return {
    row,
    column,
    x: x0 + ((x1 - x0) * column) / (field.columns - 1),
    y: y0 + ((y1 - y0) * row) / (field.rows - 1),
    value: field.values[row * field.columns + column],
  };
}
