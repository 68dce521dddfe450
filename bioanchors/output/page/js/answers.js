// What is read off a result.
import { STEPS } from "./nodes.js";

/** Probability by a year. @param {Result} result @param {number} year */
export function probabilityBy({ years, cdf }, year) {
  const at = (year - years[0]) * STEPS;
  if (at <= 0) return cdf[0];
  if (at >= cdf.length - 1) return cdf[cdf.length - 1];
  const i = Math.floor(at);
  return cdf[i] + (at - i) * (cdf[i + 1] - cdf[i]);
}

/** Year by which arrival has a probability; Infinity if not in the window, -Infinity if before it.
 * @param {Result} result @param {number} p */
export function quantile({ years, cdf }, p) {
  if (cdf[0] >= p) return -Infinity;
  for (let i = 1; i < cdf.length; i++) {
    if (cdf[i] < p) continue;
    return years[i - 1] + ((p - cdf[i - 1]) / (cdf[i] - cdf[i - 1])) * (years[i] - years[i - 1]);
  }
  return Infinity;
}

/** Shapley values of groups of changes (Shapley 1953). @param {number} count
 * @param {(chosen: number) => number} value of a set of groups, as bits @returns {number[]} */
export function shapley(count, value) {
  const factorial = [1];
  for (let i = 1; i <= count; i++) factorial[i] = factorial[i - 1] * i;
  const values = Array.from({ length: 1 << count }, (_, set) => value(set));
  return Array.from({ length: count }, (_, g) => {
    let sum = 0;
    for (let set = 0; set < 1 << count; set++) {
      if ((set >> g) & 1) continue;
      let size = 0;
      for (let bits = set; bits; bits >>= 1) size += bits & 1;
      const orders = (factorial[size] * factorial[count - size - 1]) / factorial[count];
      sum += orders * (values[set | (1 << g)] - values[set]);
    }
    return sum;
  });
}
