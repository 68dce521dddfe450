// Numbers in words.
import { probabilityBy, quantile } from "./answers.js";

/** @param {string} name */
export function plainName(name) {
  return name.replaceAll("_", " ");
}

/** @param {number} p @param {number} [digits] */
export function percent(p, digits = 1) {
  return `${(100 * p).toFixed(digits)}\u00a0%`;
}

/** @param {number} x @param {number} digits @param {string} [unit] */
export function signed(x, digits, unit = "") {
  return `${x > 0 ? "+" : x < 0 ? "−" : ""}${Math.abs(x).toFixed(digits)}${unit}`;
}

/** @param {number} year @param {Data} data */
export function yearWords(year, data) {
  if (year === Infinity) return `after ${data.last}`;
  return year === -Infinity ? `before ${data.first}` : year.toFixed(1);
}

/** "by 2046.4", or "after 2100" where the file's years end before. @param {number} year @param {Data} data */
export function byYear(year, data) {
  return `${Number.isFinite(year) ? "by " : ""}${yearWords(year, data)}`;
}

/** The year whose probability is read aloud. @param {Data} data */
export function spokenYear(data) {
  return data.report.includes(2036) ? 2036 : data.report[0] ?? data.last;
}

/** The title without what stands behind a comma or in brackets. @param {Data} data */
export function shortTitle(data) {
  return data.title.split(/ *[,(]/)[0];
}

/** The result read aloud, in two parts: the median, and the rest.
 * @param {Data} data @param {Result} now @param {Result} file @returns {[string, string]} */
export function sentence(data, now, file) {
  const median = quantile(now, 0.5), by = median - quantile(file, 0.5), year = spokenYear(data);
  const p = probabilityBy(now, year), points = 100 * (p - probabilityBy(file, year));
  const first = Number.isFinite(median) ? `50\u00a0% by ${median.toFixed(1)}`
    : median > 0 ? `No 50\u00a0% by ${data.last}` : `50\u00a0% before ${data.first}`;
  let rest = "";
  if (Math.abs(by) < 0.05) rest = `, as in ${shortTitle(data)}`;
  else if (Number.isFinite(by)) {
    rest = `, ${Math.abs(by).toFixed(1)} years ${by < 0 ? "sooner" : "later"} than ${shortTitle(data)}`;
  }
  const more = Math.abs(points) < 0.5 ? "" : ` (${signed(points, 0)} points)`;
  return [first, `${rest}. ${percent(p, 0)} by ${year}${more}.`];
}

/** @param {number} v */
function scientific(v) {
  const [mantissa, exponent] = v.toExponential(1).split("e");
  return `${mantissa.replace(/\.0$/, "")}e${Number(exponent)}`;
}

/** @param {number} x */
function dollars(x) {
  for (const [size, name] of /** @type {[number, string][]} */ ([[1e12, "tn"], [1e9, "bn"], [1e6, "m"]])) {
    if (x >= size) return `$${Number((x / size).toPrecision(3))} ${name}`;
  }
  return `$${scientific(x)}`;
}

/** @param {number} s */
function seconds(s) {
  for (const [size, name] of /** @type {[number, string][]} */ ([[31536000, "years"], [86400, "days"],
    [3600, "hours"], [60, "minutes"]])) {
    const count = Number((s / size).toPrecision(2));
    if (s >= size) return `${count} ${count === 1 ? name.slice(0, -1) : name}`;
  }
  return `${Number(s.toPrecision(2))} s`;
}

/** A quantity in its unit. @param {number} x @param {Input} input */
export function quantityWords(x, { unit, path, family }) {
  if (family === "event") return percent(x, 0);
  if (path.endsWith("max_share_of_gdp")) return `${Number((100 * x).toPrecision(2))} % of GDP`;
  if (path.endsWith("growth_per_year")) return `${(100 * x).toFixed(1)} % a year`;
  if (unit === "$") return dollars(x);
  if (unit === "times") return `×${Number(x.toPrecision(3))}${path.includes("per_year") ? " a year" : ""}`;
  if (unit === "OOM/year") return `×${(10 ** x).toFixed(1)} a year`;
  if (unit === "OOM") return `×10^${x.toFixed(1)}`;
  if (unit === "year") return x.toFixed(1);
  if (unit === "subjective s" || unit === "s") return seconds(x);
  if (x >= 1e6) return `${scientific(x)} ${unit}`;
  if (unit.startsWith("FLOP")) return `${scientific(x)} ${unit}`;
  return `${Number(x.toPrecision(3))}${unit && unit !== "1" ? ` ${unit}` : ""}`;
}
