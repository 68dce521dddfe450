// What the trends of a view are: price-performance, spending, algorithms, and what happens to them.
import { Bent, capped, Lines, plus, product } from "./curves.js";
import { JUST_BEFORE } from "./nodes.js";
import { LOG10_2 } from "./numbers.js";

const LEAST_SPEED = 1e-3;
/** Years between those at which the best of algorithms that answer to compute is looked for. */
const LOOK_YEARS = 2;

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
    /** @type {Map<string, Float64Array>} */ this.columns = new Map();
    /** @type {Map<string, Curve>} */ this.gains = new Map();
    /** @type {ReturnType<TrendMaker["orderedBreaks"]> | null} */ this.ordered = null;
    const on = (/** @type {string} */ kind) => (/** @type {{name: string}} */ each) =>
      !view.off.includes(`${kind}.${each.name}`);
    this.changes = this.inOrder(this.data.changes.filter(on("changes")));
    this.interventions = this.inOrder(this.data.interventions.filter(on("interventions")));
    const rawPrice = this.price(), rawSpend = this.spend();
    this.flopPerUsd = this.intervened("flop_per_usd", rawPrice);
    this.usd = this.intervened("largest_run_usd", rawSpend);
    const plain = this.powered(product(rawPrice, rawSpend));
    const raw = this.flopPerUsd === rawPrice && this.usd === rawSpend ? plain
      : this.powered(product(this.flopPerUsd, this.usd));
    this.bought = this.intervened("largest_run_flop", raw);
    this.compute = this.beyond(plain);
  }

  /** Values of an input, one for each draw, or what stands for none.
   * @param {string | null} name @param {number} [otherwise] */
  get(name, otherwise = 0) {
    const key = name ?? String(otherwise);
    let column = this.columns.get(key);
    if (!column) {
      const values = name === null ? [otherwise] : this.inputs.values(name, this.view, this.own);
      column = values.length === this.n ? Float64Array.from(values)
        : new Float64Array(this.n).fill(values[0]);
      this.columns.set(key, column);
    }
    return column;
  }

  /** The sum of inputs at each draw. @param {string[]} names */
  summed(names) {
    const columns = names.map((name) => this.get(name));
    return this.each((i) => columns.reduce((sum, column) => sum + column[i], 0));
  }

  /** Values of each draw. @param {(i: number) => number} of */
  each(of) {
    const result = new Float64Array(this.n);
    for (let i = 0; i < this.n; i++) result[i] = of(i);
    return result;
  }

  /** By the years' medians. @template {{year: string}} T @param {T[]} happenings @returns {T[]} */
  inOrder(happenings) {
    const year = (/** @type {T} */ each) => this.inputs.values(each.year, this.view, new Map())[0];
    return [...happenings].sort((a, b) => year(a) - year(b));
  }

  price() {
    const [level, rate, most] = ["flop_per_usd", "speed", "max_flop_per_usd"]
      .map((key) => this.get(`hardware.${key}`));
    const years = this.origin - this.data.hardware_start;
    const line = new Lines(this.each((i) => level[i] + rate[i] * years), rate);
    return capped(this.changed("hardware", line, this.get(null, 1)), new Lines(most, this.get(null)));
  }

  spend() {
    const [level, speed, share] = ["largest_run_usd", "speed", "max_share_of_gdp"]
      .map((key) => this.get(`spending.${key}`));
    const hardware = this.get(this.data.speed_is_of_run ? "hardware.speed" : null);
    const gdp = this.get("economy.largest_economy_gdp_usd");
    const growth = this.get("economy.growth_per_year").map((x) => Math.log10(1 + x));
    const years = this.origin - this.data.spending_start, later = this.origin - this.data.gdp_year;
    const rate = this.each((i) => speed[i] - hardware[i]);
    const line = new Lines(this.each((i) => level[i] + rate[i] * years), rate);
    const limit = new Lines(this.each((i) => share[i] + gdp[i] + growth[i] * later), growth);
    return capped(this.changed("spending", line, this.get(null, 1)), limit);
  }

  /** What changes make of a line. @param {string} trend @param {Lines} line
   * @param {Float64Array} times of speeds that a change sets @returns {Curve} */
  changed(trend, line, times) {
    /** @type {Curve} */ let rising = line;
    let rate = line.slope;
    for (const change of this.changes.filter((each) => each.of === trend)) {
      const since = this.since(change.year), value = this.get(change.values[0]);
      const happens = this.get(change.happens, 1), before = rate, curve = rising;
      const more = this.each((i) =>
        happens[i] * (change.sets_speed ? value[i] * times[i] - before[i] : value[i]));
      if (change.sets_speed) rate = this.each((i) => before[i] + more[i]);
      rising = new Bent(this.n, change.sets_speed ? (years, out) => {
        const was = curve.at(years);
        for (let i = 0; i < out.length; i++) {
          out[i] = was[i] + (years[i] > since[i] ? more[i] * (years[i] - since[i]) : 0);
        }
      } : (years, out) => {
        const was = curve.at(years);
        for (let i = 0; i < out.length; i++) out[i] = was[i] + (years[i] >= since[i] ? more[i] : 0);
      }, [...curve.breaks, since]);
    }
    return rising;
  }

  /** Years from the origin to that of an input, the same array whenever it is asked for.
   * @param {string} name */
  since(name) {
    const key = `since ${name}`, year = this.get(name);
    const found = this.columns.get(key) ?? year.map((x) => x - this.origin);
    this.columns.set(key, found);
    return found;
  }

  /** The largest run that can be bought and powered. @param {Curve} bought @returns {Curve} */
  powered(bought) {
    const { data: { power_year: given }, view: { power, off } } = this, year = given ?? this.origin;
    if (given === null ? !power : off.includes("power")) return bought;
    const [flop, speed] = power && given === null ? power.map((x) => this.get(null, Math.log10(x)))
      : ["power.flop", "power.speed"].map((name) => this.get(name));
    const most = new Lines(this.each((i) => flop[i] + speed[i] * (this.origin - year)), speed);
    return new Bent(this.n, (years, out) => {
      const one = bought.at(years), other = most.at(years);
      for (let i = 0; i < out.length; i++) out[i] = one[i] < other[i] ? one[i] : other[i];
    }, bought.breaks);
  }

  /** What better use of trained models brings; null where it is nothing. @returns {Curve | null} */
  unhobbled() {
    const { data: { unhobbling_start: start }, view: { unhobbling, off } } = this;
    if (start === null ? !unhobbling : off.includes("unhobbling")) return null;
    const [most, lasts] = unhobbling && start === null ? unhobbling.map((x) => this.get(null, x))
      : ["unhobbling.max_oom", "unhobbling.years"].map((name) => this.get(name));
    const since = (start ?? this.origin) - this.origin;
    return new Bent(this.n, (years, out) => {
      for (let i = 0; i < out.length; i++) {
        const passed = years[i] - since;
        out[i] = passed > 0 ? most[i] * (1 - Math.exp(-passed / lasts[i])) : 0;
      }
    });
  }

  /** What interventions make of a quantity. @param {string} quantity @param {Curve} curve */
  intervened(quantity, curve) {
    for (const each of this.interventions.filter((one) => one.of === quantity)) {
      const since = this.since(each.year), lasts = this.get(each.lasts, Infinity);
      curve = held(curve, each.action, { since,
        until: each.until ? this.since(each.until) : since.map((year, i) => year + lasts[i]),
        done: this.get(each.happens, 1), value: this.get(each.value) });
    }
    const { pause } = this.view;
    if (pause && quantity === "largest_run_flop") {
      const since = pause[0] - this.origin;
      curve = held(curve, "freeze", { since: this.each(() => since),
        until: this.each(() => since + pause[1]), done: this.get(null, 1), value: this.get(null) });
    }
    return curve;
  }

  /** OOM of compute beyond what algorithms assume; null where it is none.
   * @param {Curve} plain without interventions @returns {Curve | null} */
  beyond(plain) {
    const { bought, data } = this;
    if (bought === plain && data.answers_to_interventions) return null;
    const speed = this.speedOfCompute();
    return new Bent(this.n, data.answers_to_interventions ? (years, out) => {
      const one = bought.at(years), other = plain.at(years);
      for (let i = 0; i < out.length; i++) out[i] = one[i] - other[i];
    } : (years, out) => {
      const one = bought.at(years);
      for (let i = 0; i < out.length; i++) out[i] = one[i] - speed[i] * years[i];
    }, bought.breaks);
  }

  speedOfCompute() {
    const hardware = this.get(this.data.speed_is_of_run ? null : "hardware.speed");
    const spending = this.get("spending.speed");
    return this.each((i) => hardware[i] + spending[i]);
  }

  /** Algorithmic gain; one curve for all that have the same. @param {Hypothesis} h
   * @param {boolean} measured on measured tasks @returns {Curve} */
  gain(h, measured) {
    const transfer = measured ? null : h.transfer, start = gainStart(h, this.view);
    const key = [h.speed, h.max_oom, transfer, h.shift, h.compute_share, start, h.requirement_year].join();
    let gain = this.gains.get(key);
    if (!gain) this.gains.set(key, (gain = this.gainOf(h, this.get(transfer, 1), start)));
    return gain;
  }

  /** @param {Hypothesis} h @param {Float64Array} transfer @param {number} start */
  gainOf(h, transfer, start) {
    const { view } = this, raw = this.get(h.speed), shift = this.get(h.shift), most = this.get(h.max_oom);
    const rates = this.each((i) => {
      const later = shift[i] + view.halving_shift, rate = raw[i];
      return (later ? LOG10_2 / (LOG10_2 / rate + later) : rate) * transfer[i];
    });
    const line = new Lines(this.each((i) => rates[i] * (this.origin - start)), rates);
    const limit = new Lines(this.each((i) => most[i] + view.cap_shift), this.get(null));
    let rising = this.changed("algorithms", line, transfer);
    if (h.compute_share && this.compute) {
      const share = this.get(h.compute_share);
      rising = this.answering(rising, this.compute, this.each((i) => share[i] * rates[i]), start);
    }
    const gain = capped(rising, limit), known = h.requirement_year - this.origin;
    if (known <= start - this.origin) return gain;
    const before = Float64Array.from(gain.in(known)), first = gain.in(start - this.origin);
    return plus(gain, before.map((oom, i) => first[i] - oom));
  }

  /** A gain's line that answers to compute; what is known is not forgotten.
   * @param {Curve} line @param {Curve} compute @param {Float64Array} driven @param {number} start
   * @returns {Curve} */
  answering(line, compute, driven, start) {
    const { n } = this, speed = this.speedOfCompute(), breaks = this.orderedBreaks(line, compute);
    const answer = driven.map((x, i) => x / Math.max(speed[i], LEAST_SPEED));
    // Beyond what it was when the gain began; beyond what there would be without interventions.
    const level = this.data.answers_to_interventions ? new Float64Array(n)
      : Float64Array.from(compute.in(start - this.origin));
    /** @param {Float64Array} years @param {Float64Array} more @param {Float64Array} out */
    const rise = (years, more, out) => {
      const own = line.at(years);
      for (let i = 0; i < n; i++) out[i] = own[i] + answer[i] * (more[i] - level[i]);
    };
    // By how many breaks are behind: the most that was known at one, or just before it.
    const most = new Float64Array(n * (breaks.looks.length + 1)).fill(-Infinity), rising = new Float64Array(n);
    breaks.looks.forEach((sides, r) => {
      most.copyWithin((r + 1) * n, r * n, (r + 1) * n);
      for (const { years, more } of sides) {
        rise(years, more, rising);
        for (let i = 0; i < n; i++) {
          if (rising[i] > most[(r + 1) * n + i]) most[(r + 1) * n + i] = rising[i];
        }
      }
    });
    return new Bent(n, (years, out) => {
      const behind = breaks.behind.at(years);
      rise(years, compute.at(years), out);
      for (let i = 0; i < n; i++) {
        const known = most[behind[i] * n + i];
        if (known > out[i]) out[i] = known;
      }
    });
  }

  /** Each draw's breaks in their order, which all hypotheses share: compute at each and just before
   * it, and how many are behind. @param {Curve} line @param {Curve} compute
   * @returns {{looks: {years: Float64Array, more: Float64Array}[][], behind: Curve}} */
  orderedBreaks(line, compute) {
    if (this.ordered) return this.ordered;
    const { n, data } = this, breaks = [...new Set([...line.breaks, ...compute.breaks])];
    if (line.breaks.length && !data.answers_to_interventions) {
      // Slower algorithms lose to compute that slows down: what they were at most lies between breaks.
      const first = line.breaks.flatMap((each) => [...each]).reduce((a, b) => Math.min(a, b));
      for (let year = first; year < data.last - this.origin; year += LOOK_YEARS) {
        breaks.push(new Float64Array(n).fill(year));
      }
    }
    const years = breaks.map(() => new Float64Array(n)), own = new Float64Array(breaks.length);
    for (let i = 0; i < n; i++) {
      breaks.forEach((each, r) => { own[r] = each[i]; });
      own.sort();
      years.forEach((each, r) => { each[i] = own[r]; });
    }
    const looks = years.map((at) => [at.map((year) => year - JUST_BEFORE), at].map((side) =>
      ({ years: side, more: Float64Array.from(compute.at(side)) })));
    const first = years.map((each) => each.reduce((a, b) => Math.min(a, b), Infinity));
    const behind = new Bent(n, (asked, out) => {
      out.fill(0);
      const last = asked.reduce((a, b) => Math.max(a, b), -Infinity);
      years.forEach((at, r) => {
        if (first[r] <= last) for (let i = 0; i < n; i++) out[i] += Number(asked[i] >= at[i]);
      });
    });
    return (this.ordered = { looks, behind });
  }
}

/** From which year on a hypothesis' algorithms gain. @param {Hypothesis} h @param {View} view */
export function gainStart(h, view) {
  return view.gain_start !== null && !h.own_start ? view.gain_start : h.gain_start;
}

/** What an action makes of a curve.
 * @param {Curve} curve @param {string} action
 * @param {Record<"since" | "until" | "done" | "value", Float64Array>} how @returns {Curve} */
function held(curve, action, { since, until, done, value }) {
  const n = since.length, ends = until[0] === Infinity ? [] : [until];
  const breaks = [...curve.breaks, since, ...ends];
  if (action === "freeze") {
    const later = ends.length ? curve.breaks.map((year) => year.map((x, i) => x + until[i] - since[i])) : [];
    return new Bent(n, (years, out) => {
      const stood = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        const passed = years[i] - since[i], whole = until[i] - since[i];
        stood[i] = years[i] - (passed > 0 ? done[i] * (passed < whole ? passed : whole) : 0);
      }
      out.set(curve.at(stood));
    }, [...breaks, ...later]);
  }
  return new Bent(n, (years, out) => {
    const was = curve.at(years);
    for (let i = 0; i < n; i++) {
      const holds = years[i] >= since[i] && years[i] < until[i] && done[i] > 0;
      if (!holds) out[i] = was[i];
      else out[i] = action === "at_most" ? Math.min(was[i], value[i]) : was[i] + done[i] * value[i];
    }
  }, breaks);
}

/** What the trends say at each draw. @param {import("./inputs.js").Inputs} inputs
 * @param {View} view @param {Scores} own @param {number} n @returns {Trends} */
export function trendsOf(inputs, view, own, n) {
  const maker = new TrendMaker(inputs, view, own, n), { hypotheses, lags, offset } = inputs.data;
  return { lag: maker.summed(lags), evidenceLag: maker.summed(inputs.data.evidence_lags),
    offset: maker.summed(offset), price: maker.flopPerUsd, spend: maker.usd, bought: maker.bought,
    unhobbled: maker.unhobbled(),
    gains: hypotheses.map((h) => maker.gain(h, false)),
    measured: hypotheses.map((h) => maker.gain(h, true)) };
}

/** By how many standard errors each draw's prediction misses what was observed.
 * @param {Data} data @param {Observation} o @param {Trends} trends
 * @param {number} h whose gain, where it is of whichever holds */
export function missesOf(data, o, trends, h) {
  const of = o.hypothesis ? data.hypotheses.findIndex((each) => each.name === o.hypothesis) : h;
  const curve = o.quantity === "algorithmic_gain" ? trends.measured[of]
    : o.quantity.startsWith("flop_per_usd") ? trends.price
    : o.quantity.startsWith("largest_run_usd") ? trends.spend : trends.bought;
  const misses = Float64Array.from(curve.in(o.year - data.first));
  if (o.from_year !== undefined) {
    const years = o.quantity.endsWith("_growth") ? o.year - o.from_year : 1;
    curve.in(o.from_year - data.first).forEach((from, i) => { misses[i] = (misses[i] - from) / years; });
  }
  return misses.map((value) => (value - Math.log10(o.value)) / o.standard_error_oom);
}
