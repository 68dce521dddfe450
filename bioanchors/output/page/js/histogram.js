// Sums of CDFs over many draws at once.

/** Weights of draws by log10 FLOP, on the grid that some requirements' CDFs have in common.
 *
 * What lies between two places is shared by both, so that a sum over draws of what is linear between
 * places is a sum over places: the same, for as many CDFs as are asked for. */
export class Histogram {
  /** @param {import("./requirement.js").Requirement[]} requirements */
  constructor(requirements) {
    const [{ scale }] = requirements, ends = requirements.map(({ x0, last }) => x0 + last / scale);
    this.x0 = Math.min(...requirements.map((each) => each.x0));
    this.scale = scale;
    this.last = Math.round((Math.max(...ends) - this.x0) * scale);
    this.weights = new Float64Array(this.last + 2);
    /** The places between which the weights lie. */
    this.least = 0;
    this.most = this.last + 1;
  }

  /** Put draws in the place of those before. @param {Float64Array} flop log10
   * @param {Float64Array} bound what is lower counts as this much @param {Float64Array} weight */
  hold(flop, bound, weight) {
    const { x0, scale, last, weights } = this;
    weights.fill(0, this.least, this.most + 1);
    let least = last, most = 0;
    for (let i = 0; i < weight.length; i++) {
      const place = ((flop[i] > bound[i] ? flop[i] : bound[i]) - x0) * scale;
      const at = place > 0 ? (place < last ? place : last) : 0, j = at | 0, next = (at - j) * weight[i];
      weights[j] += weight[i] - next;
      weights[j + 1] += next;
      if (j < least) least = j;
      if (j > most) most = j;
    }
    this.least = least;
    this.most = most + 1;
  }

  /** The sum over draws of weight times the CDF.
   * @param {import("./requirement.js").Requirement} requirement */
  sum({ x0, last, values }) {
    const { weights, least, most } = this, first = Math.round((x0 - this.x0) * this.scale);
    const inside = Math.min(most, first + last);
    let sum = 0;
    for (let j = Math.max(least, first); j <= inside; j++) sum += weights[j] * values[j - first];
    for (let j = Math.max(least, inside + 1); j <= most; j++) sum += weights[j];
    return sum;
  }
}

/** Requirements by the grid that they lie on, as their numbers.
 * @param {import("./requirement.js").Requirement[]} requirements @param {number[]} which */
export function byGrid(requirements, which) {
  /** @type {Map<string, number[]>} */ const result = new Map();
  for (const h of which) {
    const { x0, scale } = requirements[h], place = x0 * scale, key = (place - Math.floor(place)).toFixed(6);
    result.set(key, [...(result.get(key) ?? []), h]);
  }
  return [...result.values()];
}
