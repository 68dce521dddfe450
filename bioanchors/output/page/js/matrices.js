// Small symmetric matrices, as rows.

/** @typedef {number[][]} Matrix */

/** @param {Matrix} a @returns {{inverse: Matrix, logDet: number}} by Gauss and Jordan */
export function inverted(a) {
  const n = a.length, m = a.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  let logDet = 0;
  for (let j = 0; j < n; j++) {
    let p = j;
    for (let i = j + 1; i < n; i++) if (Math.abs(m[i][j]) > Math.abs(m[p][j])) p = i;
    [m[j], m[p]] = [m[p], m[j]];
    const pivot = m[j][j];
    logDet += Math.log(Math.abs(pivot));
    for (let k = 0; k < 2 * n; k++) m[j][k] /= pivot;
    for (let i = 0; i < n; i++) {
      const f = m[i][j];
      if (i !== j && f) for (let k = 0; k < 2 * n; k++) m[i][k] -= f * m[j][k];
    }
  }
  return { inverse: m.map((row) => row.slice(n)), logDet };
}

const ROUNDS_OF_ROOT = 12, EQUAL = 1e-12;

/** The symmetric root of a positive matrix, and its inverse (Denman and Beavers 1976).
 * @param {Matrix} a @returns {{root: Matrix, inverse: Matrix, logDet: number}} */
export function squareRoot(a) {
  let root = a, inverse = a.map((row, i) => row.map((_, j) => Number(i === j)));
  const mean = (/** @type {Matrix} */ one, /** @type {Matrix} */ other) =>
    one.map((row, i) => row.map((x, j) => (x + other[i][j]) / 2));
  for (let k = 0; k < ROUNDS_OF_ROOT; k++) {
    const next = mean(root, inverted(inverse).inverse);
    inverse = mean(inverse, inverted(root).inverse);
    const stays = next.every((row, i) => row.every((x, j) => Math.abs(x - root[i][j]) < EQUAL));
    root = next;
    if (stays) break;
  }
  return { root, inverse, logDet: inverted(root).logDet };
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
