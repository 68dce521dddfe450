// The page: controls change one view, and everything that is shown follows from it.
import { probabilityBy, quantile } from "./answers.js";
import { drawForecast } from "./chart.js";
import { byId, el } from "./dom.js";
import { edits } from "./file.js";
import { fragment, fromFragment } from "./link.js";
import { Model } from "./model.js";
import { evidence, examples, happenings, others, trends, weights } from "./sections.js";
import { sharing } from "./sharing.js";
import { tables } from "./tables.js";
import { fileView } from "./view.js";
import { attributed, drawWaterfall, fewerForMany } from "./waterfall.js";
import { byYear, percent, sentence } from "./words.js";

const FINE = 2048, ROUGH = 512, SLOW_MS = 50;
const GESTURE_MS = 900, REST_MS = 180, NARROW = 900;

/** What is on the page. */
export class Page {
  /** @param {Data} data */
  constructor(data) {
    this.data = data;
    this.model = new Model(data);
    this.beside = new Model(data);
    this.file = fileView(data);
    this.fileResult = this.now = this.model.atRest(this.file);
    /** @type {View} */ this.view = structuredClone(this.file);
    /** @type {Result | null} */ this.last = null;
    /** @type {View[]} */ this.history = [];
    /** @type {(() => void)[]} after each change */ this.refreshers = [];
    /** @type {(() => void)[]} once it has settled */ this.settlers = [];
    /** @type {string[]} */ this.overlays = [];
    this.kind = "cdf";
    this.year = Math.min(Math.max(2036, data.first), data.last);
    this.yearAt = (/** @type {number} */ _px) => this.year;
    this.gestureEnd = -Infinity;
    this.touched = false;
    this.cost = this.frame = this.settling = 0;
    this.stopWaterfall = () => {};
  }

  title() {
    return /** @type {HTMLInputElement} */ (byId("title")).value || "My view";
  }

  says() {
    return sentence(this.data, this.now, this.fileResult).join("");
  }

  /** The forecast if one hypothesis held for certain. @param {number} h */
  alone(h) {
    const only = this.view.weights.map((_, i) => Number(i === h));
    return this.beside.result({ ...this.view, weights: only }, ROUGH);
  }

  // Changing the view

  /** @param {(view: View) => void} change @param {boolean} [whole] not part of a drag */
  edit(change, whole = false) {
    const time = performance.now();
    if (whole || time - this.gestureEnd > GESTURE_MS) this.remember();
    this.gestureEnd = whole ? -Infinity : time;
    change(this.view);
    this.schedule();
  }

  remember() {
    this.history.push(structuredClone(this.view));
    this.last = this.now;
  }

  /** An example: the file with one change, and the part of the page that holds it.
   * @param {(view: View) => void} change @param {string} section */
  example(change, section) {
    this.edit((view) => {
      Object.assign(view, fileView(this.data));
      change(view);
    }, true);
    /** @type {HTMLDetailsElement} */ (byId(section)).open = true;
  }

  schedule() {
    this.touched = true;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.compute(this.cost > SLOW_MS ? ROUGH : FINE);
    });
    clearTimeout(this.settling);
    this.stopWaterfall();
    this.settling = setTimeout(() => this.settle(), REST_MS);
  }

  /** @param {number} points */
  compute(points) {
    const time = performance.now();
    this.now = this.model.result(this.view, points);
    const spent = performance.now() - time;
    if (points === FINE && spent > 1) this.cost = this.cost ? 0.7 * this.cost + 0.3 * spent : spent;
    this.show();
  }

  rest() {
    this.now = this.model.atRest(this.view);
    this.show();
  }

  /** What need not follow each step of a drag. */
  settle() {
    if (this.now.points > 1) this.rest();
    const hash = fragment(this.data, this.view);
    if (hash !== location.hash && this.touched) {
      try {
        history.replaceState(null, "", hash || location.pathname + location.search);
      } catch {
        byId("shared").textContent = "this viewer keeps its address; copy the link instead";
      }
    }
    byId("status").textContent = this.says();
    for (const settler of this.settlers) settler();
    this.stopWaterfall = attributed(this.beside, this.file, this.view, fewerForMany(FINE, ROUGH),
      (found) => drawWaterfall(byId("why"), found));
  }

  // Showing it

  show() {
    const { data, now, fileResult: file } = this, [first, rest] = sentence(data, now, file);
    byId("says").replaceChildren(el("b", {}, first), rest);
    const problem = this.model.problem(this.view);
    byId("problem").textContent = problem && `The package would refuse this: ${problem}.`;
    byId("problem").hidden = !problem;
    this.draw();
    byId("read-out").textContent = `${this.year}: ${percent(probabilityBy(now, this.year))}`;
    byId("tables").replaceChildren(...tables(data, now, file));
    for (const refresh of this.refreshers) refresh();
    /** @type {HTMLButtonElement} */ (byId("undo")).disabled = this.history.length === 0;
  }

  draw() {
    const { data, now, fileResult: file, last } = this, narrow = innerWidth <= NARROW;
    const changed = last && last.cdf.some((p, i) => Math.abs(p - file.cdf[i]) > 0.003) ? last : null;
    this.yearAt = drawForecast(byId("chart"), { data, now, file, last: changed, kind: this.kind,
      year: this.year, overlays: this.overlays, height: narrow ? 178 : 330 });
    const at = (/** @type {Result} */ r, /** @type {number} */ p) => byYear(quantile(r, p), data);
    byId("chart-says").textContent = `Probability of arrival by year: 10 % ${at(now, 0.1)}, 50 % `
      + `${at(now, 0.5)}, 90 % ${at(now, 0.9)}; dashed, ${data.title}: 50 % ${at(file, 0.5)}.`;
  }

  // Starting

  /** The view of the address, and what of it was not understood. */
  fromAddress() {
    const { view, problems } = fromFragment(this.data, location.hash);
    this.view = view;
    byId("link-problem").textContent = problems.length ? `This link: ${problems.join("; ")}.` : "";
    byId("link-problem").hidden = !problems.length;
  }

  exactness() {
    const { data, fileResult } = this, { cdf, years } = data.check;
    const gap = Math.max(...cdf.map((p, i) => Math.abs(p - probabilityBy(fileResult, years[0] + i))));
    const random = this.model.inputs.random(this.file).length > 0;
    byId("exact").append(...[
      `Checked just now in this browser: the file's own forecast by bioanchors ${data.version} and this page's `
        + `differ by at most ${(100 * gap).toFixed(3)} percentage points in any year; the package's own standard `
        + `error is ${(100 * data.check.error).toFixed(3)}.`,
      "Exact, up to rounding: weights, “none”, the low-end update, trends that are known numbers, pauses and "
        + "other changes in known years, not having happened by a year. What each hypothesis asks for is held as a curve.",
      random ? `Approximate: uncertain trends are averaged over thousands of points in your browser; the `
        + "package takes more. Expect up to about 0.15 percentage points. The parameter file has the accurate answer."
        : "Where you make a trend uncertain it is averaged over points: up to about 0.15 percentage points.",
      "Exact as well: medians of what requirements merely add up, such as horizons and samples. Not here: the "
        + "rest of what they are made of (the brain, the network, exponents), their spreads, correlations between "
        + "requirements and trends, new hypotheses, another event, delays, limits of data, returns to research. "
        + "Edit the file, and run it.",
      `File ${data.name}, SHA-256 ${data.hash}…; the page loads nothing and sends nothing.`,
    ].map((text) => el("p", {}, text)));
    return gap;
  }

  listen() {
    const { data } = this, read = /** @type {HTMLInputElement} */ (byId("read")), chart = byId("chart");
    Object.assign(read, { min: data.first, max: data.last, value: this.year });
    const readAt = (/** @type {number} */ year) => {
      this.year = Math.min(Math.max(Math.round(year), data.first), data.last);
      read.value = String(this.year);
      this.show();
    };
    read.addEventListener("input", () => readAt(Number(read.value)));
    for (const kind of /** @type {const} */ (["pointermove", "pointerdown"])) {
      chart.addEventListener(kind, (event) => readAt(this.yearAt(event.clientX - chart.getBoundingClientRect().left)));
    }
    for (const radio of document.querySelectorAll("input[name=kind]")) {
      radio.addEventListener("change", () => {
        this.kind = /** @type {HTMLInputElement} */ (radio).value;
        this.show();
      });
    }
    byId("undo").addEventListener("click", () => {
      const before = this.history.pop();
      if (!before) return;
      this.last = this.now;
      this.view = before;
      this.schedule();
    });
    byId("reset").addEventListener("click", () => this.edit((view) => Object.assign(view, fileView(data)), true));
    addEventListener("hashchange", () => {
      this.fromAddress();
      this.schedule();
    });
    new ResizeObserver(() => this.show()).observe(chart);
  }

  start() {
    const { data } = this;
    byId("file").textContent = `${data.title} · the year in which it is ${data.event}: ${data.meaning}`;
    for (const section of [weights, trends, happenings, evidence, others, examples, sharing]) section(this);
    this.fromAddress();
    this.listen();
    const gap = this.exactness();
    if (innerWidth <= NARROW) /** @type {HTMLDetailsElement} */ (byId("trends-d")).open = false;
    this.rest();
    this.settle();
    return gap;
  }
}

if (typeof document !== "undefined") {
  const page = new Page(JSON.parse(byId("data").textContent ?? ""));
  const gap = page.start();
  // For those who look at it from a console, as the tests do.
  Object.assign(window, { bioanchors: { page, gap, probabilityBy, quantile, edits, fragment } });
}
