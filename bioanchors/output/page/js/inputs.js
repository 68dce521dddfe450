// Inputs: from normal scores to values in the model's unit, with a view's knobs turned.
import { fromLine, LN10, LOG10_2, normalScore, toLine, unpacked } from "./numbers.js";
import { scoresOf } from "./points.js";

/** Median of an input in the file's unit. @param {Input} input */
export function fileMedian(input) {
  return fromLine(input.line, input.middle);
}

/** Whether a file has an input that can be moved. @param {Data} data @param {string} name */
export function hasInput(data, name) {
  return Object.hasOwn(data.inputs, name) || Object.hasOwn(data.terms, name);
}

/** An input of the trends, or of what is asked for. @param {Data} data @param {string} name */
export function inputOf(data, name) {
  return Object.hasOwn(data.inputs, name) ? data.inputs[name] : data.terms[name];
}

/** OOM by which a view asks for more than the file. @param {Data} data @param {Hypothesis} h
 * @param {View} view */
export function askedMore(data, h, view) {
  return Object.entries(h.shifts).reduce((sum, [name, factor]) => {
    const { line, middle } = data.terms[name], knob = view.knobs[name];
    return knob ? sum + factor * (toLine(line, knob.median) - middle) : sum;
  }, 0);
}

/** Whether an input is uncertain in a view. @param {Input} input @param {Knob | undefined} knob */
export function isRandom(input, knob) {
  if (input.family === "event") return Math.abs((knob ? knob.median : input.middle) - 0.5) < 0.5;
  return input.table ? !knob || knob.spread > 0 : !!knob && knob.oom > 0;
}

/** The inputs of a file, with what has been drawn of them. */
export class Inputs {
  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    /** @type {Map<string, Float64Array>} */ this.drawn = new Map();
    /** @type {Map<string, Float64Array>} */ this.tables = new Map();
    for (const [name, { table }] of Object.entries(data.inputs)) {
      if (!table) continue;
      const step = (table.high - table.low) / 65535;
      this.tables.set(name, Float64Array.from(unpacked(table.data), (w) => table.low + w * step));
    }
  }

  /** Names of the inputs that are uncertain in a view. @param {View} view */
  random(view) {
    const { inputs } = this.data;
    return Object.keys(inputs).filter((name) => isRandom(inputs[name], view.knobs[name]));
  }

  /** Independent scores of inputs. @param {string[]} names @param {number} points
   * @param {number} set of points, each with a scramble of its own @returns {Scores} */
  scores(names, points, set) {
    return new Map(names.map((name) => {
      const key = `${name} ${points} ${set}`;
      let found = this.drawn.get(key);
      if (!found) this.drawn.set(key, (found = scoresOf(this.data.inputs[name], points, set)));
      return [name, found];
    }));
  }

  /** An input's scores after the copula. @param {string} name @param {Scores} own */
  correlated(name, own) {
    const group = this.data.groups.find((each) => each.names.includes(name));
    const first = /** @type {Float64Array} */ (own.get(name));
    if (!group || group.names[0] === name) return first;
    const row = group.lower[group.names.indexOf(name)], result = new Float64Array(first.length);
    group.names.forEach((other, j) => {
      const scores = row[j] ? own.get(other) : undefined;
      if (scores) for (let i = 0; i < result.length; i++) result[i] += row[j] * scores[i];
    });
    return result;
  }

  /** Values in the model's unit: one of a known number, else one for each draw.
   * @param {string} name @param {View} view @param {Scores} own */
  values(name, view, own) {
    const input = this.data.inputs[name], knob = view.knobs[name];
    const scores = own.has(name) ? this.correlated(name, own) : null;
    if (input.family === "event") return this.events(input, knob, scores);
    const values = this.onLine(input, knob, scores, this.tables.get(name));
    return inModelUnit(input, values);
  }

  /** 1 where something happens, which takes the upper scores. @param {Input} input
   * @param {Knob | undefined} knob @param {Float64Array | null} scores */
  events(input, knob, scores) {
    const probability = knob ? knob.median : input.middle;
    if (!scores) return Float64Array.of(probability);
    const from = normalScore(1 - probability);
    return scores.map((z) => Number(z >= from));
  }

  /** Values on the line of the family. @param {Input} input @param {Knob | undefined} knob
   * @param {Float64Array | null} scores @param {Float64Array | undefined} table */
  onLine(input, knob, scores, table) {
    const middle = knob ? toLine(input.line, knob.median) : input.middle;
    if (!scores) return Float64Array.of(middle);
    // A higher score is faster, so that a stream means the same in every unit of speed.
    const turned = input.model.startsWith("doubling") ? -1 : 1, wide = knob ? knob.spread : 1;
    const values = new Float64Array(scores.length);
    if (!table) return values.map((_, i) => middle + (knob ? knob.oom : 0) * turned * scores[i]);
    const [low, high, size] = this.data.scores, scale = (size - 1) / (high - low);
    for (let i = 0; i < values.length; i++) {
      const at = Math.min(Math.max((turned * scores[i] - low) * scale, 0), size - 1.000001);
      const j = at | 0, line = table[j] + (at - j) * (table[j + 1] - table[j]);
      values[i] = middle + wide * (line - input.middle);
    }
    return values;
  }
}

/** @param {Input} input @param {Float64Array} values on the line, written over */
function inModelUnit(input, values) {
  const log10 = input.line[0] === "log10";
  const doubling = LOG10_2 * (input.model === "doubling_months" ? 12 : 1);
  for (let i = 0; i < values.length; i++) {
    const line = values[i];
    if (input.model === "natural") {
      values[i] = log10 ? Math.exp(LN10 * line) : fromLine(input.line, line);
    } else {
      const log = log10 ? line : Math.log10(fromLine(input.line, line));
      values[i] = input.model === "log10" ? log : doubling * Math.exp(-LN10 * log);
    }
  }
  return values;
}
