// The years at which averages are taken, and what lies between them.

export const STEPS = 8; // of a year, in the answer
export const JUST_BEFORE = 1e-9;

/** @param {number} a @param {number} b @param {number} step */
function even(a, b, step) {
  const count = Math.max(2, Math.ceil((b - a) / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => a + ((b - a) * i) / count);
}

/** Years in stretches, between which curves may bend or jump.
 * @param {Data} data @param {number | null} cut where evidence cuts arrivals off
 * @param {number[]} breaks at which curves jump @param {boolean} fine for known trends
 * @returns {Float64Array[]} */
export function stretchesOf(data, cut, breaks, fine) {
  const inside = [cut, ...breaks].filter((y) => y !== null && y > data.first && y < data.last);
  const ends = [...new Set([data.first, ...inside, data.last])].map(Number).sort((a, b) => a - b);
  return ends.slice(1).map((to, i) => {
    const from = ends[i], end = breaks.includes(to) ? to - JUST_BEFORE : to;
    if (fine) return Float64Array.from(even(from, end, 1 / STEPS));
    if (!i && from !== cut) return Float64Array.from(even(from, end, to === cut ? 0.5 : 2));
    // After a cut or a break the curve bends most at first.
    const near = Math.min(from + 4, end), far = Math.min(from + 20, end);
    const parts = [even(from, near, from === cut ? 0.25 : 0.5)];
    if (near < end) parts.push(even(near, far, 1).slice(1));
    if (far < end) parts.push(even(far, end, 2.5).slice(1));
    return Float64Array.from(parts.flat());
  });
}

/** Slopes of a rising curve through rising values (Fritsch and Carlson 1980).
 * @param {Float64Array} x @param {ArrayLike<number>} y */
function slopes(x, y) {
  const n = x.length, d = new Float64Array(n - 1), slope = new Float64Array(n);
  for (let i = 0; i < n - 1; i++) d[i] = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
  for (let i = 1; i < n - 1; i++) {
    const h = x[i] - x[i - 1], k = x[i + 1] - x[i];
    slope[i] = (d[i - 1] * k + d[i] * h) / (h + k);
  }
  const first = x[1] - x[0], second = n > 2 ? x[2] - x[1] : 1;
  slope[0] = n > 2 ? ((2 * first + second) * d[0] - first * d[1]) / (first + second) : d[0];
  slope[n - 1] = n > 2 ? 2 * d[n - 2] - slope[n - 2] : d[0];
  for (let i = 0; i < n; i++) {
    const most = 3 * Math.min(i ? d[i - 1] : Infinity, i < n - 1 ? d[i] : Infinity);
    slope[i] = Math.min(Math.max(slope[i], 0), Math.max(most, 0));
  }
  return slope;
}

/** Write a rising curve through values at x to the places of years that lie between.
 * @param {Float64Array} x @param {ArrayLike<number>} y @param {Float64Array} years
 * @param {Float64Array} out */
export function rising(x, y, years, out) {
  const n = x.length, slope = slopes(x, y), last = x[n - 1] + 2 * JUST_BEFORE;
  let i = 0;
  for (let k = 0; k < years.length; k++) {
    const year = years[k];
    if (year < x[0] || year > last) continue;
    while (i < n - 2 && year > x[i + 1]) i++;
    const h = x[i + 1] - x[i], t = Math.min((year - x[i]) / h, 1), up = y[i + 1] - y[i];
    const a = slope[i] * h, b = slope[i + 1] * h;
    out[k] = y[i] + t * (a + t * (3 * up - 2 * a - b + t * (a + b - 2 * up)));
  }
}
