// The triangle of horizon weights: colours are medians, the handle is the view.
import { quantile } from "./answers.js";
import { byId, svg } from "./dom.js";
import { byYear } from "./words.js";

const SIDE = 250, TALL = 218, PAD = 16, CORNER = 22, KEY = 14, CELLS = 14;
const STRIDE = 4; // of the years in which a cell's median is looked for
const TRIO = ["short_horizon", "medium_horizon", "long_horizon"];
/** Colours from early to late, dark to light (cividis). */
const STOPS = [[0, 34, 78], [65, 77, 107], [124, 123, 120], [188, 175, 111], [254, 232, 56]];

/** Place of shares of long, medium and short. @param {number[]} shares @returns {[number, number]} */
function corner([long, , short]) {
  return [PAD + (SIDE - 2 * PAD) * (short + long / 2), TALL - CORNER - (TALL - 2 * CORNER) * long];
}

/** @param {number} t from 0 to 1 */
function shade(t) {
  const at = Math.min(Math.max(t, 0), 1) * (STOPS.length - 1);
  const i = Math.min(Math.floor(at), STOPS.length - 2);
  return `rgb(${STOPS[i].map((v, k) => Math.round(v + (at - i) * (STOPS[i + 1][k] - v))).join(",")})`;
}

/** Medians of the forecast with other shares of the three: any weighting is a sum.
 * @param {View} view @param {Result} now @param {number[]} trio
 * @param {(h: number) => Result} alone @param {number[][]} shares of long, medium, short */
function medians(view, now, trio, alone, shares) {
  const total = view.weights.reduce((a, b) => a + b, 0);
  const three = trio.reduce((sum, i) => sum + view.weights[i], 0);
  const share = three > 0 ? three / total : 1, { evidence, years } = now;
  const all = view.weights.reduce((sum, w, h) => sum + (w / total) * evidence[h], 0);
  const others = view.weights.map((_, h) => h).filter((h) => !trio.includes(h));
  const places = Array.from({ length: Math.ceil(years.length / STRIDE) }, (_, k) => k * STRIDE);
  const rest = places.map((k) => others.reduce((sum, h) => sum + now.parts[h][k] * all, 0));
  const each = trio.map((h) => {
    const weight = view.weights[h] / total, only = weight > 0 ? null : alone(h);
    return places.map((k) => (only ? only.cdf[k] * evidence[h] : (now.parts[h][k] * all) / weight));
  });
  const restEvidence = three > 0
    ? others.reduce((sum, h) => sum + (view.weights[h] / total) * evidence[h], 0) : 0;
  return shares.map(([long, medium, short]) => {
    const w = [short, medium, long];
    const seen = restEvidence + w.reduce((sum, v, t) => sum + v * share * evidence[trio[t]], 0);
    let before = 0;
    for (let k = 0; k < places.length; k++) {
      const mine = w.reduce((sum, v, t) => sum + v * each[t][k], 0);
      const p = ((three > 0 ? rest[k] : 0) + share * mine) / seen;
      if (p >= 0.5) {
        const back = k ? (p - 0.5) / (p - before) : 0;
        return years[places[k]] - back * (years[STRIDE] - years[0]);
      }
      before = p;
    }
    return years[years.length - 1] + 1;
  });
}

/** The triangle on the page. */
class Triangle {
  /** @param {import("./page.js").Page} page @param {number[]} trio places of short, medium, long */
  constructor(page, trio) {
    this.page = page;
    this.trio = trio;
    this.root = /** @type {SVGElement} */ (byId("ternary"));
    this.root.setAttribute("viewBox", `0 0 ${SIDE} ${TALL + KEY}`);
    /** @type {SVGElement[]} */ this.cells = [];
    /** @type {number[][]} */ this.middles = [];
    this.fill();
    this.labels();
    this.mark = this.circle(6, { fill: "none", stroke: "#fff", "stroke-width": 3 });
    this.dash = this.circle(6, { fill: "none", stroke: "#222", "stroke-dasharray": "3 2" });
    for (const circle of [this.mark, this.dash]) this.put(circle, page.file);
    this.handle = this.circle(9, { fill: "var(--you)", stroke: "#fff", "stroke-width": 2.5, tabindex: 0,
      class: "handle", role: "slider", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label":
      "Horizon weights: left and right between medium and short, up and down to long" });
    this.listen();
    page.refreshers.push(() => this.refresh());
    page.settlers.push(() => this.colour());
  }

  fill() {
    for (let i = 0; i < CELLS; i++) for (let j = 0; j < CELLS - i; j++) for (const up of [1, 0]) {
      if (!up && j === CELLS - i - 1) continue;
      const at = (/** @type {number} */ a, /** @type {number} */ b) =>
        corner([a / CELLS, b / CELLS, 1 - (a + b) / CELLS]).join();
      const points = up ? [at(i, j), at(i + 1, j), at(i, j + 1)] : [at(i + 1, j), at(i, j + 1), at(i + 1, j + 1)];
      const a = (i + (up ? 1 : 2) / 3) / CELLS, b = (j + (up ? 1 : 2) / 3) / CELLS;
      this.cells.push(svg("polygon", { points: points.join(" "), fill: "#888" }));
      this.middles.push([a, b, 1 - a - b]);
    }
    this.root.append(...this.cells);
  }

  labels() {
    const text = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ anchor, /** @type {string} */ what) => {
      const element = svg("text", { x, y, "text-anchor": anchor }, what);
      this.root.append(element);
      return element;
    };
    text(SIDE / 2, 14, "middle", "all long");
    text(2, TALL - 4, "start", "all medium");
    text(SIDE - 2, TALL - 4, "end", "all short");
    this.key = text(SIDE / 2, TALL + 11, "middle", "");
  }

  /** @param {number} r @param {Record<string, string | number>} style */
  circle(r, style) {
    const element = svg("circle", { r, ...style });
    this.root.append(element);
    return element;
  }

  /** Shares of short, medium and long among the three. @param {View} view */
  shares(view) {
    const sum = this.trio.reduce((s, i) => s + view.weights[i], 0) || 1;
    return this.trio.map((i) => view.weights[i] / sum);
  }

  /** @param {SVGElement} element @param {View} view */
  put(element, view) {
    const [x, y] = corner(this.shares(view).reverse());
    element.setAttribute("cx", String(x));
    element.setAttribute("cy", String(y));
  }

  /** @param {number[]} shares of short, medium, long */
  set(shares) {
    const { view, file } = this.page;
    const sum = (/** @type {View} */ v) => this.trio.reduce((s, i) => s + v.weights[i], 0);
    const all = sum(view) || sum(file) || 1, total = shares.reduce((a, b) => a + b, 0);
    const parts = shares.map((v) => Math.round((v / total) * 100) / 100);
    parts[1] = Math.max(1 - parts[0] - parts[2], 0);
    this.page.edit((v) => this.trio.forEach((i, k) => { v.weights[i] = Number((all * parts[k]).toFixed(6)); }));
  }

  listen() {
    let dragging = false;
    const pointer = (/** @type {PointerEvent} */ event) => {
      const box = this.root.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * SIDE;
      const y = ((event.clientY - box.top) / box.height) * (TALL + KEY);
      const long = (TALL - CORNER - y) / (TALL - 2 * CORNER), short = (x - PAD) / (SIDE - 2 * PAD) - long / 2;
      this.set([short, 1 - long - short, long].map((v) => Math.min(Math.max(v, 0), 1)));
    };
    this.root.addEventListener("pointerdown", (event) => {
      dragging = true;
      this.root.setPointerCapture(event.pointerId);
      pointer(event);
      event.preventDefault();
    });
    this.root.addEventListener("pointermove", (event) => { if (dragging) pointer(event); });
    for (const end of ["pointerup", "pointercancel"]) {
      this.root.addEventListener(end, () => { dragging = false; });
    }
    this.handle.addEventListener("keydown", (event) => {
      const moved = stepped(this.shares(this.page.view), event.key, event.shiftKey ? 0.1 : 0.01);
      if (!moved) return;
      event.preventDefault();
      this.set(moved);
    });
  }

  refresh() {
    const { view, now, data } = this.page;
    this.put(this.handle, view);
    const [short, medium, long] = this.shares(view).map((v) => Math.round(100 * v));
    this.handle.setAttribute("aria-valuenow", String(short));
    this.handle.setAttribute("aria-valuetext", `short ${short}, medium ${medium}, long ${long} per cent of `
      + `the three; 50 % ${byYear(quantile(now, 0.5), data)}`);
  }

  colour() {
    const { view, now, data } = this.page;
    const found = medians(view, now, this.trio, (h) => this.page.alone(h), this.middles);
    const low = Math.min(...found), high = Math.max(...found);
    found.forEach((year, k) => {
      const colour = shade((year - low) / (high - low || 1));
      this.cells[k].setAttribute("fill", colour);
      this.cells[k].setAttribute("stroke", colour);
    });
    const latest = high > data.last ? `after ${data.last}` : high.toFixed(0);
    if (this.key) this.key.textContent = `median ${low.toFixed(0)} (dark) to ${latest} (light)`;
  }
}

/** Shares after a key, or nothing. @param {number[]} shares short, medium, long
 * @param {string} key @param {number} by */
function stepped([short, medium, long], key, by) {
  if (key === "ArrowRight") return [short + Math.min(by, medium), medium - Math.min(by, medium), long];
  if (key === "ArrowLeft") return [short - Math.min(by, short), medium + Math.min(by, short), long];
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const rest = short + medium, to = Math.min(Math.max(long + (key === "ArrowUp" ? by : -by), 0), 1);
  return rest > 0 ? [(short * (1 - to)) / rest, (medium * (1 - to)) / rest, to] : [(1 - to) / 2, (1 - to) / 2, to];
}

/** Put the triangle up if the file has the three hypotheses; else take its place away.
 * @param {import("./page.js").Page} page */
export function addTriangle(page) {
  const trio = TRIO.map((name) => page.data.hypotheses.findIndex((h) => h.name === name));
  if (trio.every((i) => i >= 0)) new Triangle(page, trio);
  else byId("ternary").remove();
}
