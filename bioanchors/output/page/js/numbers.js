// Numbers: what is packed in the page, the normal score, softplus, and lines of families.

export const LN10 = Math.log(10);
export const LOG10_2 = Math.log10(2);

/** 16-bit numbers of base64. @param {string} text @returns {Uint16Array} */
export function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Uint16Array(bytes.buffer);
}

/** @param {number[]} coefficients highest power first @param {number} x */
function polynomial(coefficients, x) {
  let sum = 0;
  for (const c of coefficients) sum = sum * x + c;
  return sum;
}

// Wichura (1988), "Algorithm AS 241", Appl. Stat. 37: numerators and denominators of three ranges.
const MIDDLE = [
  [2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665],
  [5226.495278852545, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1],
];
const OUTER = [
  [7.745450142783414e-4, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
    3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835],
  [1.0507500716444169e-9, 5.475938084995345e-4, 0.015198666563616457, 0.14810397642748008,
    0.6897673349851, 1.6763848301838038, 2.053191626637759, 1],
];
const FAR = [
  [2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103],
  [2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 7.868691311456133e-4,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1],
];

/** Inverse of the normal CDF. @param {number} p @returns {number} */
export function normalScore(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(MIDDLE[0], r)) / polynomial(MIDDLE[1], r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const [[above, below], from] = /** @type {[number[][], number]} */ (r <= 5 ? [OUTER, 1.6] : [FAR, 5]);
  const x = polynomial(above, r - from) / polynomial(below, r - from);
  return q < 0 ? -x : x;
}

const SOFT_END = 8, SOFT_STEPS = 256;
const SOFT = Float64Array.from({ length: 2 * SOFT_END * SOFT_STEPS + 2 },
  (_, i) => Math.log1p(10 ** (i / SOFT_STEPS - SOFT_END)) / LN10);

/** log10(1 + 10^z) from a table, to 3e-6. @param {number} z @returns {number} */
export function softplus(z) {
  if (z <= -SOFT_END) return 0;
  if (z >= SOFT_END) return z;
  const at = (z + SOFT_END) * SOFT_STEPS, i = at | 0;
  return SOFT[i] + (at - i) * (SOFT[i + 1] - SOFT[i]);
}

/** Onto the line on which a family is one of place and scale.
 * @param {LineKind} line @param {number} x @returns {number} */
export function toLine([kind, low, high], x) {
  if (kind === "log10") return Math.log10(x);
  if (kind === "log_above") return Math.log(x - low);
  if (kind === "log_below") return -Math.log(high - x);
  if (kind === "logit") return Math.log((x - low) / (high - x));
  return x;
}

/** Back from it. @param {LineKind} line @param {number} v @returns {number} */
export function fromLine([kind, low, high], v) {
  if (kind === "log10") return 10 ** v;
  if (kind === "log_above") return low + Math.exp(v);
  if (kind === "log_below") return high - Math.exp(-v);
  if (kind === "logit") return low + (high - low) / (1 + Math.exp(-v));
  return v;
}
