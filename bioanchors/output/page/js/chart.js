// The figure of the forecast, drawn by hand as SVG.
import { quantile } from "./answers.js";
import { svg } from "./dom.js";
import { STEPS } from "./nodes.js";
import { percent, plainName } from "./words.js";

/**
 * @typedef {object} Picture what is drawn
 * @property {Data} data
 * @property {Result} now
 * @property {Result} file
 * @property {Result | null} last before the last change
 * @property {string} kind "cdf", "density" or "parts"
 * @property {number} year that is read off
 * @property {string[]} overlays names of published forecasts
 * @property {number} height
 */
const MARKS = ["0 -5 5 0 0 5 -5 0", "-4.5 4 0 -5 4.5 4", "-4 -4 4 -4 4 4 -4 4", "-4.5 -4 0 5 4.5 -4"];

/** Probability per year, over one year. @param {Float64Array} cdf */
function perYear(cdf) {
  return cdf.map((_, i) => {
    const a = Math.max(i - STEPS / 2, 0), b = Math.min(i + STEPS / 2, cdf.length - 1);
    return ((cdf[b] - cdf[a]) / (b - a)) * STEPS;
  });
}

/** One drawing. */
class Drawing {
  /** @param {SVGElement} root @param {Picture} picture */
  constructor(root, picture) {
    this.root = root;
    this.picture = picture;
    this.width = root.clientWidth || 600;
    this.height = picture.height;
    this.narrow = this.width < 480;
    this.left = this.narrow ? 34 : 42;
    this.right = this.narrow ? 8 : 14;
    this.top = 10;
    this.bottom = 22;
    this.count = picture.now.years.length;
    this.per = picture.kind === "density";
    this.skip = this.per ? STEPS : 0;
    this.values = this.shown(picture.now);
    this.ghost = this.shown(picture.file);
    this.most = this.per ? this.highest() : 1;
  }

  /** @param {Result} result */
  shown(result) {
    return this.per ? perYear(result.cdf) : result.cdf;
  }

  highest() {
    let most = 0;
    for (let i = this.skip; i < this.count; i++) most = Math.max(most, this.values[i], this.ghost[i]);
    return Math.ceil(most * 108) / 100 || 1;
  }

  /** @param {number} i place in the years */
  x(i) {
    return this.left + ((this.width - this.left - this.right) * i) / (this.count - 1);
  }

  /** @param {number} year */
  atYear(year) {
    return this.x((year - this.picture.data.first) * STEPS);
  }

  /** @param {number} v */
  y(v) {
    const height = this.height - this.top - this.bottom;
    return this.top + height * (1 - Math.min(v, this.most) / this.most);
  }

  /** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
  add(tag, attributes, text) {
    const element = svg(tag, attributes, text);
    this.root.append(element);
    return element;
  }

  /** @param {ArrayLike<number>} values @param {Record<string, string | number>} style */
  curve(values, style) {
    let d = "";
    for (let i = this.skip; i < this.count; i += 2) {
      d += `${d ? "L" : "M"}${this.x(i).toFixed(1)} ${this.y(values[i]).toFixed(1)}`;
    }
    this.add("path", { d, fill: "none", "stroke-linejoin": "round", ...style });
  }

  axes() {
    const { data } = this.picture, { narrow, most } = this;
    const ticks = this.per ? [0, most / 2, most] : narrow ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
    for (const t of ticks) {
      const y = this.y(t), text = this.per ? percent(t) : `${100 * t} %`;
      this.add("line", { x1: this.left, x2: this.width - this.right, y1: y, y2: y, stroke: "var(--line)" });
      this.add("text", { x: this.left - 6, y: y + 4, "text-anchor": "end" }, text);
    }
    const every = narrow ? 20 : 10;
    for (let t = Math.ceil(data.first / every) * every; t <= data.last; t += every) {
      const anchor = this.atYear(t) > this.width - 20 ? "end" : "middle";
      this.add("text", { x: this.atYear(t), y: this.height - 5, "text-anchor": anchor }, String(t));
    }
  }

  parts() {
    let base = new Float64Array(this.count);
    const middle = this.count - 1 - (this.narrow ? 60 : 90);
    this.picture.now.parts.forEach((part, h) => {
      const next = base.map((b, i) => b + part[i]), colour = `var(--c${h % 7})`;
      const at = (/** @type {Float64Array} */ values, /** @type {number} */ i) =>
        `${this.x(i).toFixed(1)} ${this.y(values[i]).toFixed(1)}`;
      const places = Array.from({ length: Math.ceil(this.count / 2) }, (_, i) => 2 * i);
      const d = [...places.map((i) => at(next, i)), ...places.reverse().map((i) => at(base, i))];
      this.add("path", { d: `M${d.join("L")}Z`, fill: colour, "fill-opacity": 0.45, stroke: "var(--card)" });
      if (part[middle] > 0.035) {
        this.add("text", { x: this.x(middle), y: this.y(base[middle] + part[middle] / 2) + 4,
          "text-anchor": "end", class: "part" }, plainName(this.picture.data.hypotheses[h].name));
      }
      base = next;
    });
  }

  published() {
    const { data, overlays } = this.picture;
    data.overlays.filter((each) => overlays.includes(each.name)).forEach((each, k) => {
      const colour = `var(--c${(k + 2) % 7})`;
      const inside = each.points.filter(([year]) => year >= data.first && year <= data.last);
      const points = inside.map(([year, p]) => `${this.atYear(year)},${this.y(p)}`).join(" ");
      this.add("polyline", { points, fill: "none", stroke: colour, opacity: 0.8 });
      for (const [year, p] of inside.length < 30 ? inside : []) {
        const mark = this.add("polygon", { points: MARKS[k % 4], fill: colour, stroke: "var(--bg)",
          transform: `translate(${this.atYear(year)} ${this.y(p)})` });
        mark.append(svg("title", {}, `${each.title}: ${percent(p, 0)} by ${year}`));
      }
    });
  }

  other() {
    const { other, check } = this.picture.data;
    if (!other) return;
    const points = other.cdf.map((p, i) => [this.atYear(check.years[0] + i), p])
      .filter(([, p]) => p !== null).map(([x, p]) => `${x},${this.y(/** @type {number} */ (p))}`);
    this.add("polyline", { points: points.join(" "), fill: "none", stroke: "var(--c3)",
      "stroke-width": 1.6, "stroke-dasharray": "2 3" });
  }

  medians() {
    const { now, file } = this.picture;
    for (const [result, colour, r] of /** @type {[Result, string, number][]} */ (
      [[file, "var(--ghost)", 3.5], [now, "var(--you)", 5]])) {
      const median = quantile(result, 0.5);
      if (!Number.isFinite(median)) continue;
      this.add("circle", { cx: this.atYear(median), cy: this.y(0.5), r, fill: colour,
        stroke: "var(--bg)", "stroke-width": 1.5 });
    }
  }

  reading() {
    const { data, now, file, year } = this.picture, foot = this.height - this.bottom;
    const at = Math.min(Math.max(Math.round((year - data.first) * STEPS), 0), this.count - 1);
    const x = this.x(at), turns = x > this.width - 150;
    this.add("line", { x1: x, x2: x, y1: this.top, y2: foot, stroke: "var(--dim)", "stroke-dasharray": "2 3" });
    this.add("circle", { cx: x, cy: this.y(this.values[at]), r: 3.5, fill: "var(--card)",
      stroke: "var(--you)", "stroke-width": 2 });
    this.add("text", { x: x + (turns ? -6 : 6), y: foot - 8, "text-anchor": turns ? "end" : "start" },
      `${year}: ${percent(now.cdf[at])}, file ${percent(file.cdf[at])}`);
  }

  legend() {
    const { data, last, overlays } = this.picture, x = this.left + 10;
    /** @type {[string, string, string][]} colour, dash, label */
    const keys = [["var(--you)", "", "your view"], ["var(--ghost)", "5 4", data.title]];
    if (data.other && !this.per) keys.push(["var(--c3)", "2 3", data.other.title]);
    if (last) keys.push(["var(--last)", "", "before your last change"]);
    data.overlays.filter((each) => overlays.includes(each.name))
      .forEach((each, k) => keys.push([`var(--c${(k + 2) % 7})`, "", each.title]));
    keys.slice(0, 8).forEach(([stroke, dash, label], k) => {
      const y = this.top + 8 + 17 * k;
      this.add("line", { x1: x, x2: x + 20, y1: y, y2: y, stroke, "stroke-width": k ? 1.6 : 2.8,
        "stroke-dasharray": dash });
      this.add("text", { x: x + 26, y: y + 4 }, label.slice(0, 48));
    });
  }
}

/** Draw, and return which year is at a place. @param {SVGElement} root @param {Picture} picture
 * @returns {(px: number) => number} */
export function drawForecast(root, picture) {
  const drawing = new Drawing(root, picture), { data, last } = picture;
  root.setAttribute("viewBox", `0 0 ${drawing.width} ${picture.height}`);
  root.setAttribute("height", String(picture.height));
  root.replaceChildren();
  drawing.axes();
  const isParts = picture.kind === "parts";
  if (isParts) drawing.parts();
  else if (last) drawing.curve(drawing.shown(last), { stroke: "var(--last)", "stroke-width": 1.2 });
  if (!drawing.per) drawing.other();
  drawing.curve(drawing.ghost, { stroke: "var(--ghost)", "stroke-width": 1.6, "stroke-dasharray": "5 4" });
  drawing.curve(drawing.values, { stroke: "var(--you)", "stroke-width": 2.8 });
  if (!drawing.per) {
    drawing.published();
    drawing.medians();
  }
  drawing.reading();
  if (!drawing.narrow && !isParts) drawing.legend();
  const inner = drawing.width - drawing.left - drawing.right;
  return (px) => data.first + ((px - drawing.left) / inner) * (data.last - data.first);
}
