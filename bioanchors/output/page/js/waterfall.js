// From the file to the view: how much of the difference each group of assumptions carries.
import { probabilityBy, quantile, shapley } from "./answers.js";
import { el, svg } from "./dom.js";
import { changedGroups, mixed, PAUSE } from "./view.js";
import { plainName, signed } from "./words.js";

const SLICE_MS = 12, ROW = 24, MANY = 4;
const BY = 2050;

/** Values of an outcome for all sets of groups: the median, or a probability where any mixture has
 * none. @param {import("./model.js").Model} model @param {View} file @param {View} view
 * @param {(count: number) => number} pointsFor
 * @param {(found: {groups: string[], values: number[], unit: string}) => void} done
 * @returns {() => void} that stops it */
export function attributed(model, file, view, pointsFor, done) {
  const groups = changedGroups(model.data, file, view), sets = 1 << groups.length;
  /** @type {{median: number, p: number}[]} */ const found = [];
  const by = Math.min(BY, model.data.last);
  let timer = 0;
  const step = () => {
    const until = performance.now() + SLICE_MS;
    while (found.length < sets && performance.now() < until) {
      const set = found.length, chosen = groups.filter((_, g) => (set >> g) & 1);
      const result = model.result(mixed(file, view, chosen), pointsFor(groups.length));
      found.push({ median: quantile(result, 0.5), p: 100 * probabilityBy(result, by) });
    }
    if (found.length < sets) timer = setTimeout(step, 4);
    else {
      const years = found.every(({ median }) => Number.isFinite(median));
      done({ groups: groups.map(({ name }) => name), unit: years ? "years" : `points by ${by}`,
        values: found.map(({ median, p }) => (years ? median : p)) });
    }
  };
  timer = setTimeout(step, 30);
  return () => clearTimeout(timer);
}

/** Points of uncertain trends for mixtures of so many groups. @param {number} fine
 * @param {number} rough @returns {(count: number) => number} */
export function fewerForMany(fine, rough) {
  return (count) => (count > MANY ? rough : fine);
}

/** @param {HTMLElement} host @param {{groups: string[], values: number[], unit: string}} found */
export function drawWaterfall(host, { groups, values, unit }) {
  if (!groups.length) {
    host.replaceChildren(el("p", { class: "dim small" },
      "Move something: here each group of assumptions gets its share of the difference."));
    return;
  }
  const shares = shapley(groups.length, (set) => values[set]), box = el("div");
  const what = unit === "years" ? "Years by which the median moved" : `Probability, ${unit}`;
  host.replaceChildren(el("p", { class: "dim small" },
    `${what}; Shapley values, so that the order does not matter.`), box);
  const rows = groups.map((name, g) => /** @type {[string, number]} */ ([groupName(name), shares[g]]));
  bars(box, values[0], values[values.length - 1], rows, unit === "years");
}

/** @param {HTMLElement} box @param {number} from @param {number} to
 * @param {[string, number][]} rows @param {boolean} years */
function bars(box, from, to, rows, years) {
  const width = Math.max(box.clientWidth, 280), names = Math.min(190, width * 0.42);
  const height = ROW * (rows.length + 2);
  const ends = [from, to], label = (/** @type {number} */ v) => signed(v, 1);
  rows.reduce((at, [, v]) => { ends.push(at + v); return at + v; }, from);
  const low = Math.min(...ends), span = Math.max(...ends) - low || 1;
  const x = (/** @type {number} */ v) => names + 10 + ((v - low) / span) * (width - names - 70);
  const said = rows.map(([name, v]) => `${name} ${label(v)}`).join("; ");
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img",
    "aria-label": `the file ${from.toFixed(1)}; ${said}; your view ${to.toFixed(1)}` });
  const row = (/** @type {number} */ i, /** @type {string} */ name, /** @type {number} */ a,
    /** @type {number} */ b, /** @type {string} */ fill, /** @type {string} */ text) => {
    const y = ROW * i + ROW / 2, wide = Math.max(Math.abs(x(b) - x(a)), 1.5);
    root.append(svg("text", { x: names, y: y + 4, "text-anchor": "end" }, name));
    root.append(a === b ? svg("circle", { cx: x(a), cy: y, r: 5, fill })
      : svg("rect", { x: Math.min(x(a), x(b)), y: y - 7, width: wide, height: 14, rx: 2, fill }));
    root.append(svg("text", { x: Math.max(x(a), x(b)) + 8, y: y + 4, class: "val" }, text));
  };
  row(0, "the file", from, from, "var(--ghost)", from.toFixed(1));
  rows.reduce((at, [name, v], i) => {
    row(i + 1, name, at, at + v, (years ? v < 0 : v > 0) ? "var(--good)" : "var(--bad)", label(v));
    return at + v;
  }, from);
  row(rows.length + 1, "your view", to, to, "var(--you)", to.toFixed(1));
  box.replaceChildren(root);
}

const NAMES = /** @type {Record<string, string>} */ ({ weights: "weights and “none”",
  [PAUSE]: "the pause", low_end_update: "low-end update", economy: "GDP" });

/** @param {string} name */
function groupName(name) {
  return NAMES[name] ?? plainName(name.replace(/^(changes|interventions)\./, ""));
}
