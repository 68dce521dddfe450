// How much a hypothesis asks for: its CDF on an even grid of log10 FLOP.
import { unpacked } from "./numbers.js";

/** A requirement's CDF, after the low-end update if there is one. */
export class Requirement {
  /** @param {Grid} grid @param {[number, number] | null} ramp its ends in log10 FLOP
   * @param {number} more OOM that are asked for beyond the grid's */
  constructor(grid, ramp, more) {
    const stored = unpacked(grid.data);
    this.x0 = grid.x0 + more;
    this.scale = 1 / grid.dx;
    this.last = grid.n - 1;
    this.values = Float64Array.from({ length: grid.n + 1 }, (_, i) =>
      i < grid.n ? stored[i] / 65535 : 1);
    if (ramp) this.update(grid, ramp);
    this.values[0] = 0;
    this.values[grid.n - 1] = this.values[grid.n] = 1;
  }

  /** Weight the density by a ramp: the mass up to x is w F less the mean of F over the ramp below.
   * @param {Grid} grid @param {[number, number]} ramp */
  update(grid, [low, high]) {
    let taken = 0, before = 0;
    for (let i = 0; i < grid.n; i++) {
      const x = this.x0 + i * grid.dx, mass = this.values[i];
      const inside = Math.min(x, high) - Math.max(x - grid.dx, low);
      if (high === low) taken = x < low ? mass : taken;
      else if (inside > 0) taken += (inside * (mass + before)) / 2 / (high - low);
      const weight = high === low ? Number(x >= low) : Math.min(Math.max((x - low) / (high - low), 0), 1);
      this.values[i] = Math.max(weight * mass - taken, 0);
      before = mass;
    }
    for (let i = 0; i < grid.n; i++) this.values[i] /= 1 - taken;
  }

  /** The CDF at each of some values. @param {Float64Array} flop log10 */
  masses(flop) {
    const { x0, scale, last, values } = this, out = new Float64Array(flop.length);
    for (let i = 0; i < out.length; i++) {
      const place = (flop[i] - x0) * scale, at = place > 0 ? (place < last ? place : last) : 0;
      const j = at | 0;
      out[i] = values[j] + (at - j) * (values[j + 1] - values[j]);
    }
    return out;
  }
}
