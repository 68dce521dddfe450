// What the trends of a view are: price-performance, spending, algorithms, and what happens to them.
import { capped, Lines, logistic, plus, product } from "./curves.js";
import { JUST_BEFORE } from "./nodes.js";
import { LOG10_2 } from "./numbers.js";

/**
 * @typedef {(i: number) => number} Reader
 * @typedef {Curve & {breaks?: Reader[]}} Bending years since the origin at which it bends or jumps
 */
const LEAST_SPEED = 1e-3;

/** Makes the curves of one view's draws. */
class TrendMaker {
  /** @param {import("./inputs.js").Inputs} inputs @param {View} view @param {Scores} own
   * @param {number} n */
  constructor(inputs, view, own, n) {
    this.inputs = inputs;
    this.data = inputs.data;
    this.view = view;
    this.own = own;
    this.n = n;
    this.origin = this.data.first;
    const on = (/** @type {string} */ kind) => (/** @type {{name: string}} */ each) =>
      !view.off.includes(`${kind}.${each.name}`);
    this.changes = this.inOrder(this.data.changes.filter(on("changes")));
    this.interventions = this.inOrder(this.data.interventions.filter(on("interventions")));
  }

  /** @param {string | null} name @param {number} [otherwise] */
  get(name, otherwise) {
    return this.inputs.reader(name, this.view, this.own, otherwise);
  }

  /** By the years' medians. @template {{year: string}} T @param {T[]} happenings @returns {T[]} */
  inOrder(happenings) {
    const year = (/** @type {T} */ each) => this.inputs.reader(each.year, this.view, new Map())(0);
    return [...happenings].sort((a, b) => year(a) - year(b));
  }

  /** @param {(i: number) => [number, number]} of level at the origin and slope */
  lines(of) {
    const result = new Lines(this.n, 0);
    for (let i = 0; i < this.n; i++) [result.level[i], result.slope[i]] = of(i);
    return result;
  }

  price() {
    const [level, rate, most] = ["flop_per_usd", "speed", "max_flop_per_usd"]
      .map((key) => this.get(`hardware.${key}`));
    const years = this.origin - this.data.hardware_start;
    const line = this.lines((i) => [level(i) + rate(i) * years, rate(i)]);
    return this.limited("hardware", line, this.lines((i) => [most(i), 0]));
  }

  spend() {
    const [level, speed, share] = ["largest_run_usd", "speed", "max_share_of_gdp"]
      .map((key) => this.get(`spending.${key}`));
    const hardware = this.data.speed_is_of_run ? this.get("hardware.speed") : () => 0;
    const rate = (/** @type {number} */ i) => speed(i) - hardware(i);
    const gdp = this.get("economy.largest_economy_gdp_usd");
    const growth = this.get("economy.growth_per_year");
    const years = this.origin - this.data.spending_start, later = this.origin - this.data.gdp_year;
    const line = this.lines((i) => [level(i) + rate(i) * years, rate(i)]);
    return this.limited("spending", line, this.lines((i) => {
      const slope = Math.log10(1 + growth(i));
      return [share(i) + gdp(i) + slope * later, slope];
    }));
  }

  /** @param {string} trend @param {Lines} line @param {Lines} limit @returns {Bending} */
  limited(trend, line, limit) {
    const rising = this.changed(trend, line, () => 1);
    return rising instanceof Lines ? logistic(rising, limit)
      : { ...capped(rising, limit), breaks: rising.breaks };
  }

  /** What changes make of a line. @param {string} trend @param {Lines} line
   * @param {Reader} times of speeds that a change sets @returns {Lines | Bending} */
  changed(trend, line, times) {
    /** @type {Lines | Bending} */ let rising = line;
    /** @type {Reader} */ let rate = (i) => line.slope[i];
    for (const change of this.changes.filter((each) => each.of === trend)) {
      const year = this.get(change.year), value = this.get(change.values[0]);
      const happens = this.get(change.happens, 1), before = rate, curve = rising;
      const since = (/** @type {number} */ i) => year(i) - this.origin;
      const breaks = [...breaksOf(curve), since];
      if (change.sets_speed) {
        const more = (/** @type {number} */ i) => happens(i) * (value(i) * times(i) - before(i));
        rate = (i) => before(i) + more(i);
        rising = { breaks, at: (i, t) => curve.at(i, t) + more(i) * Math.max(t - since(i), 0) };
      } else {
        rising = { breaks, at: (i, t) =>
          curve.at(i, t) + (t >= since(i) ? happens(i) * value(i) : 0) };
      }
    }
    return rising;
  }

  /** What interventions make of a quantity. @param {string} quantity @param {Bending} curve */
  intervened(quantity, curve) {
    for (const each of this.interventions.filter((one) => one.of === quantity)) {
      const year = this.get(each.year), end = this.get(each.until, Infinity);
      curve = held(curve, each.action, {
        since: (i) => year(i) - this.origin, until: (i) => end(i) - this.origin,
        done: this.get(each.happens, 1), value: this.get(each.value),
      });
    }
    const { pause } = this.view;
    if (pause && quantity === "largest_run_flop") {
      const since = pause[0] - this.origin;
      curve = held(curve, "freeze", { since: () => since, until: () => since + pause[1],
        done: () => 1, value: () => 0 });
    }
    return curve;
  }

  /** OOM of compute beyond what a hypothesis' algorithms assume. @param {Hypothesis} h
   * @param {Bending} bought @param {Bending} plain without interventions @returns {Bending} */
  beyond(h, bought, plain) {
    if (this.data.answers_to_interventions) {
      return { breaks: breaksOf(bought), at: (i, t) => bought.at(i, t) - plain.at(i, t) };
    }
    const start = h.gain_start - this.origin, speed = this.speedOfCompute();
    return { breaks: breaksOf(bought), at: (i, t) =>
      bought.at(i, t) - bought.at(i, start) - speed(i) * (t - start) };
  }

  speedOfCompute() {
    const hardware = this.data.speed_is_of_run ? () => 0 : this.get("hardware.speed");
    const spending = this.get("spending.speed");
    return (/** @type {number} */ i) => hardware(i) + spending(i);
  }

  /** Algorithmic gain. @param {Hypothesis} h @param {boolean} measured on measured tasks
   * @param {() => Bending} beyond @returns {Curve} */
  gain(h, measured, beyond) {
    const { view } = this, raw = this.get(h.speed), shift = this.get(h.shift);
    const most = this.get(h.max_oom), transfer = measured ? () => 1 : this.get(h.transfer, 1);
    const rates = Float64Array.from({ length: this.n }, (_, i) => {
      const later = shift(i) + view.halving_shift, rate = raw(i);
      return (later ? LOG10_2 / (LOG10_2 / rate + later) : rate) * transfer(i);
    });
    const start = gainStart(h, view), limit = this.lines((i) => [most(i) + view.cap_shift, 0]);
    const line = this.lines((i) => [rates[i] * (this.origin - start), rates[i]]);
    /** @type {Lines | Bending} */ let rising = this.changed("algorithms", line, transfer);
    const share = h.compute_share ? this.get(h.compute_share) : null;
    if (share) rising = this.answering(rising, beyond(), (i) => share(i) * rates[i]);
    const gain = rising instanceof Lines ? logistic(rising, limit) : capped(rising, limit);
    const known = h.requirement_year - this.origin, from = start - this.origin;
    return known <= from ? gain : plus(gain, (i) => gain.at(i, from) - gain.at(i, known));
  }

  /** A gain's line that answers to compute; what is known is not forgotten.
   * @param {Bending} line @param {Bending} compute @param {Reader} driven @returns {Bending} */
  answering(line, compute, driven) {
    const speed = this.speedOfCompute();
    const at = (/** @type {number} */ i, /** @type {number} */ t) =>
      line.at(i, t) + (driven(i) / Math.max(speed(i), LEAST_SPEED)) * compute.at(i, t);
    const kept = [...breaksOf(line), ...breaksOf(compute)].map((since) => ({ since,
      most: Float64Array.from({ length: this.n }, (_, i) =>
        Math.max(at(i, since(i) - JUST_BEFORE), at(i, since(i)))) }));
    return { at: (i, t) => kept.reduce((best, each) =>
      (t >= each.since(i) && each.most[i] > best ? each.most[i] : best), at(i, t)) };
  }
}

/** @param {Curve | Bending} curve @returns {Reader[]} */
function breaksOf(curve) {
  return ("breaks" in curve && curve.breaks) || [];
}

/** From which year on a hypothesis' algorithms gain. @param {Hypothesis} h @param {View} view */
export function gainStart(h, view) {
  return view.gain_start !== null && !h.own_start ? view.gain_start : h.gain_start;
}

/** What an action makes of a curve. @param {Bending} curve @param {string} action
 * @param {{since: Reader, until: Reader, done: Reader, value: Reader}} how @returns {Bending} */
function held(curve, action, { since, until, done, value }) {
  const breaks = [...breaksOf(curve), since, until];
  const holds = (/** @type {number} */ i, /** @type {number} */ t) =>
    t >= since(i) && t < until(i) && done(i) > 0;
  if (action === "freeze") {
    const later = breaksOf(curve).map((year) => (/** @type {number} */ i) =>
      year(i) + until(i) - since(i));
    return { breaks: [...breaks, ...later], at: (i, t) =>
      curve.at(i, t - done(i) * Math.min(Math.max(t - since(i), 0), until(i) - since(i))) };
  }
  if (action === "at_most") {
    return { breaks, at: (i, t) =>
      (holds(i, t) ? Math.min(curve.at(i, t), value(i)) : curve.at(i, t)) };
  }
  return { breaks, at: (i, t) => curve.at(i, t) + (holds(i, t) ? done(i) * value(i) : 0) };
}

/** What the trends say at each draw. @param {import("./inputs.js").Inputs} inputs
 * @param {View} view @param {Scores} own @param {number} n @returns {Trends} */
export function trendsOf(inputs, view, own, n) {
  const maker = new TrendMaker(inputs, view, own, n);
  const rawPrice = maker.price(), rawSpend = maker.spend();
  const price = maker.intervened("flop_per_usd", rawPrice);
  const spend = maker.intervened("largest_run_usd", rawSpend);
  const bought = maker.intervened("largest_run_flop", joined(price, spend));
  const beyond = (/** @type {Hypothesis} */ h) => () =>
    maker.beyond(h, bought, joined(rawPrice, rawSpend));
  const { hypotheses } = inputs.data;
  const gains = hypotheses.map((h) => maker.gain(h, false, beyond(h)));
  return { price, spend, bought, gains,
    measured: hypotheses.map((h, i) => (h.transfer ? maker.gain(h, true, beyond(h)) : gains[i])) };
}

/** @param {Bending} one @param {Bending} other @returns {Bending} */
function joined(one, other) {
  const curve = product(one, other);
  return curve instanceof Lines ? curve
    : { ...curve, breaks: [...breaksOf(one), ...breaksOf(other)] };
}

/** By how many standard errors a prediction misses what was observed.
 * @param {Data} data @param {Observation} o @param {Trends} trends @param {number} i
 * @param {number} h whose gain, where it is of whichever holds @returns {number} */
export function missOf(data, o, trends, i, h) {
  const of = o.hypothesis ? data.hypotheses.findIndex((each) => each.name === o.hypothesis) : h;
  const curve = o.quantity === "algorithmic_gain" ? trends.measured[of]
    : o.quantity.startsWith("flop_per_usd") ? trends.price
    : o.quantity.startsWith("largest_run_usd") ? trends.spend : trends.bought;
  let value = curve.at(i, o.year - data.first);
  if (o.from_year !== undefined) {
    value -= curve.at(i, o.from_year - data.first);
    if (o.quantity.endsWith("_growth")) value /= o.year - o.from_year;
  }
  return (value - Math.log10(o.value)) / o.standard_error_oom;
}
