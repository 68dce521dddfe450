// Sobol' points as the package draws them (bioanchors/sampling/sobol.py), as normal scores.
import { normalScore } from "./numbers.js";

/** Bits from last to first. @param {number} x */
function reversed(x) {
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}

/** A nested scramble: two rounds of Laine and Karras (2011) with Vegdahl's constants, and a shift.
 * @param {number} place @param {[number, number]} words @returns {number} from 0 to 2^32 */
export function scrambled(place, words) {
  let x = reversed(place);
  for (const word of words) {
    x ^= Math.imul(x, 0x3d20adea);
    x = Math.imul((x + word) | 0, (word >>> 16) | 1);
    x ^= Math.imul(x, 0x05526c56);
    x ^= Math.imul(x, 0x53a22864);
  }
  return (reversed(x) ^ words[1]) >>> 0;
}

/** Normal scores of an input's first points. @param {Input} input @param {number} count
 * @param {number} set whose scramble */
export function scoresOf(input, count, set) {
  const result = new Float64Array(count);
  let place = 0;
  for (let i = 0; i < count; i++) {
    // In Gray code each point differs from the one before by one direction.
    if (i) place ^= input.directions[31 - Math.clz32(i & -i)];
    result[i] = normalScore((scrambled(place, input.words[set]) + 0.5) * 2 ** -32);
  }
  return result;
}
