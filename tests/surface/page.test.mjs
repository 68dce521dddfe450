// node --test: the page's model without a browser. PAGE_DATA names a file that test_page.py makes:
// of each file its data, and states with the forecasts that the package makes of them.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";

const home = new URL("../../bioanchors/output/page/js/", import.meta.url);
const load = (name) => import(new URL(`${name}.js`, home));
const { normalScore, softplus, toLine, fromLine } = await load("numbers");
const { probabilityBy, quantile, shapley } = await load("answers");
const { rising } = await load("nodes");
const { changedGroups, fileView, groupsOf, mixed } = await load("view");
const { Curve } = await load("curves");
const { Model } = await load("model");
const { num, parameterFile } = await load("file");
const { fragment, fromFragment } = await load("link");
const { byYear, quantityWords, sentence } = await load("words");

const { files, out } = JSON.parse(readFileSync(process.env.PAGE_DATA, "utf8"));
const names = Object.keys(files);
const close = (a, b, tolerance, words) => assert.ok(Math.abs(a - b) <= tolerance, `${words}: ${a}, ${b}`);

test("years and spans of time are said as one says them", () => {
  const data = { first: 2024, last: 2100 };
  assert.equal(byYear(2046.37, data), "by 2046.4");
  assert.equal(byYear(Infinity, data), "after 2100");
  assert.equal(byYear(-Infinity, data), "before 2024");
  const says = (x) => quantityWords(x, { unit: "s", path: "h.effective_horizon_s", family: "" });
  assert.equal(says(31536000), "1 year");
  assert.equal(says(2 * 31536000), "2 years");
  assert.equal(says(3600), "1 hour");
});

test("the normal score and softplus are what they say", () => {
  const known = [[0.5, 0], [0.975, 1.959963984540054], [1e-9, -5.997807015007687], [1e-13, -7.348796102800707]];
  for (const [p, z] of known) {
    close(normalScore(p), z, 1e-9, p);
    close(normalScore(1 - p), -z, 1e-3, p);
  }
  for (const z of [-9, -7.99, -1, 0, 0.3, 7.9, 12]) close(softplus(z), Math.log10(1 + 10 ** z), 3e-6, z);
});

test("lines and back", () => {
  for (const line of [["linear", 0, 0], ["log10", 0, 0], ["log_above", -1, 0], ["log_below", 0, 2], ["logit", 0, 1]]) {
    for (const x of [0.01, 0.5, 0.9]) close(fromLine(line, toLine(line, x)), x, 1e-12, line);
  }
});

test("Shapley values of known games", () => {
  assert.deepEqual(shapley(2, (set) => [0, 3, 5, 11][set]), [4.5, 6.5]);
  // Of three players, whoever holds glove 0 needs one of the gloves 1 and 2.
  const gloves = shapley(3, (set) => Number((set & 1) > 0 && (set & 6) > 0));
  [2 / 3, 1 / 6, 1 / 6].forEach((value, i) => close(gloves[i], value, 1e-12, i));
});

test("interpolation never falls, and passes through what it is given", () => {
  const x = Float64Array.from([0, 1, 2, 4]), out = new Float64Array(41);
  rising(x, [0, 0, 1, 1], Float64Array.from(out, (_, i) => i / 10), out);
  for (let i = 1; i < 41; i++) assert.ok(out[i] >= out[i - 1] - 1e-12);
  assert.deepEqual([0, 10, 20, 40].map((i) => out[i]), [0, 0, 1, 1]);
});

for (const name of names) {
  const { data, states, tolerance } = files[name], model = new Model(data);
  const cdfOf = (view) => {
    const result = model.atRest(view);
    return { result, cdf: data.check.cdf.map((_, i) => probabilityBy(result, data.first + i)) };
  };

  test(`${name}: the file's own forecast`, () => {
    const { cdf, result } = cdfOf(fileView(data));
    cdf.forEach((p, i) => close(p, data.check.cdf[i], tolerance + 3 * data.check.error, data.first + i));
    assert.match(sentence(data, result, result).join(""), /^50\s%/);
  });

  test(`${name}: golden states`, () => {
    let worst = 0;
    for (const state of states) {
      const { view, problems } = fromFragment(data, state.link);
      assert.deepEqual(problems, []);
      assert.deepEqual(fromFragment(data, fragment(data, view)).view, view);
      const { cdf, result } = cdfOf(view);
      const gap = Math.max(...cdf.map((p, i) => Math.abs(p - state.cdf[i])));
      worst = Math.max(worst, gap);
      assert.ok(gap <= tolerance + 2 * state.error, `${gap} in ${state.link}`);
      assert.equal(model.problem(view), "");
      if (state.median !== null && tolerance < 1e-3) close(quantile(result, 0.5), state.median, 0.05, state.link);
      state.toml = parameterFile(data, view, "A state", sentence(data, result, result).join(""));
    }
    console.log(`${name}: ${states.length} states, at most ${(100 * worst).toFixed(3)} points from the package`);
  });

  test(`${name}: parts add up, and shares`, () => {
    const { result } = cdfOf(fileView(data));
    result.cdf.forEach((p, y) => close(result.parts.reduce((sum, part) => sum + part[y], 0), p, 1e-12, y));
    close(result.share.reduce((a, b) => a + b, 0), 1, 1e-12, "shares");
    assert.ok(result.cdf.every((p, y) => p >= 0 && p <= 1 && (!y || p >= result.cdf[y - 1] - 1e-9)));
  });

  test(`${name}: groups taken from a view one by one come to all of it`, () => {
    const { view } = fromFragment(data, states[0].link), file = fileView(data);
    assert.deepEqual(groupsOf(data).reduce((so, group) => mixed(so, view, [group]), file), view);
  });

  test(`${name}: links that mean harm, or nothing, change nothing`, () => {
    const file = fileView(data);
    for (const text of ["#__proto__=1~1~1", "#constructor=1~1~1", "#none=2~1", "#none=x~y",
      "#hardware.speed=NaN~1~0", "#hardware.speed=1~1", "#x=%", `#${"a".repeat(9000)}`, "#=1", "#&&=&",
      "#short_horizon.weight=-1", "#hardware.speed=<img src=x>~1~0", "#pause=1e999~1", "#runs=2",
      "#without=toString", "#hasOwnProperty=1", "#observations=11111111111111"]) {
      const { view, problems } = fromFragment(data, text);
      assert.deepEqual(view, file, text);
      assert.ok(problems.length > 0, text);
    }
    assert.deepEqual(fromFragment(data, ""), { view: file, problems: [] });
  });
}

/** How many values of curves a function asks for. @param {() => void} run */
function valuesAsked(run) {
  const { at } = Curve.prototype;
  let count = 0;
  Curve.prototype.at = function asked(years) {
    if (years !== this.asked) count += years.length;
    return at.call(this, years);
  };
  try {
    run();
  } finally {
    Curve.prototype.at = at;
  }
  return count;
}

// A million take some 5 to 10 ms of Chromium: a step of a drag keeps within 16 (known trends) and 50.
for (const [name, most] of [["cotra2020", 1e5], ["cotra2020-uncertain", 2e6], ["update-2026", 2e6],
  ["page_mechanisms", 1.2e7]]) {
  test(`${name}: a step asks for no more values of curves than a drag has time for`, () => {
    const { data } = files[name], model = new Model(data), view = fileView(data);
    view.pause = [2027, 5];
    const count = valuesAsked(() => model.result(view, 2048));
    console.log(`${name}: ${count} values`);
    assert.ok(count > 1000 && count < most, String(count));
  });
}

test("numbers are as short as they can be", () => {
  assert.deepEqual([1e21, 0.1 + 0.2, 2030, -0.5].map(num), ["1e21", "0.3", "2030", "-0.5"]);
});

/** Shapley values of the median by group, from the file to a state. */
function attribution(data, link) {
  const model = new Model(data), file = fileView(data), { view } = fromFragment(data, link);
  const groups = changedGroups(data, file, view);
  const values = shapley(groups.length, (set) =>
    quantile(model.result(mixed(file, view, groups.filter((_, g) => (set >> g) & 1)), 1024), 0.5));
  return Object.fromEntries(groups.map(({ name }, g) => [name, values[g]]));
}

test.after(() => {
  const made = names.map((name) => [name, files[name].states.map((state) => state.toml)]);
  const { data, states } = files.cotra2020;
  writeFileSync(out, JSON.stringify({ tomls: Object.fromEntries(made),
    attributed: states.slice(0, 2).map((state) => attribution(data, state.link)) }));
});
