// Tables beside the figure, and the view as CSV.
import { probabilityBy, quantile } from "./answers.js";
import { el } from "./dom.js";
import { percent, signed, yearWords } from "./words.js";

const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9];

/** @param {string[]} heads @param {HTMLElement[]} rows */
function table(heads, rows) {
  const head = heads.map((text) => el("th", { scope: "col" }, text));
  return el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
}

/** @param {number} by @param {boolean} sooner @param {number} [digits] */
function difference(by, sooner, digits = 1) {
  if (!Number.isFinite(by) || Math.abs(by) < 0.05) return el("td", {}, "–");
  return el("td", { class: sooner ? "up" : "down" }, signed(by, digits));
}

/** @param {Data} data @param {Result} now @param {Result} file */
export function tables(data, now, file) {
  const years = [...new Set([...data.report, 2030, 2040])].sort((a, b) => a - b)
    .filter((year) => year >= data.first && year <= data.last);
  const byYear = years.map((year) => {
    const [a, b] = [now, file].map((result) => probabilityBy(result, year));
    return el("tr", {}, el("th", { scope: "row" }, String(year)), el("td", { class: "you" }, percent(a)),
      el("td", {}, percent(b)), difference(100 * (a - b), a > b));
  });
  const byShare = SHARES.map((p) => {
    const [a, b] = [now, file].map((result) => quantile(result, p));
    return el("tr", {}, el("th", { scope: "row" }, `${100 * p} %`),
      el("td", { class: "you" }, yearWords(a, data)), el("td", {}, yearWords(b, data)), difference(a - b, a < b));
  });
  return [table(["probability by", "you", "file", "points"], byYear),
    table(["reached by", "you", "file", "years"], byShare)];
}

/** The CDF as CSV: by whole year, of the view, of each hypothesis' part of it, and of the file.
 * @param {Data} data @param {Result} now @param {Result} file @param {string} link */
export function csv(data, now, file, link) {
  const names = data.hypotheses.map((h) => `part_${h.name}`);
  const rows = [["year", "cdf", ...names, "file_cdf"].join(",")];
  for (let year = data.first; year <= data.last; year++) {
    const parts = now.parts.map((cdf) => probabilityBy({ ...now, cdf }, year));
    const values = [probabilityBy(now, year), ...parts, probabilityBy(file, year)];
    rows.push([year, ...values.map((p) => p.toFixed(6))].join(","));
  }
  return `# ${link}\n${rows.join("\n")}\n`;
}
