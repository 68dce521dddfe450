// Sharing: link, parameter file, CSV, pictures.
import { byId, el, svg } from "./dom.js";
import { parameterFile } from "./file.js";
import { fragment } from "./link.js";
import { csv } from "./tables.js";

/** @typedef {import("./page.js").Page} Page */
const SCALE = 2, MARGIN = 12, FOOT = 46, HEAD = 34;

/** @param {string} text */
function tell(text) {
  byId("shared").textContent = text;
}

/** @param {string} text @param {string} what */
async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = /** @type {HTMLTextAreaElement} */ (el("textarea"));
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  tell(`${what} copied`);
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = /** @type {HTMLAnchorElement} */ (el("a")), url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** @param {string} title @param {string} ending */
function fileName(title, ending) {
  const plain = title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `${plain || "my-view"}.${ending}`;
}

/** The figure as a picture of its own: colours as they are now, the sentence, and where it is from.
 * @param {Page} page @returns {string} */
export function picture(page) {
  const shown = /** @type {SVGElement} */ (byId("chart")), width = shown.clientWidth || 600;
  const height = Number(shown.getAttribute("height")), style = getComputedStyle(document.documentElement);
  const root = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: width + 2 * MARGIN,
    height: height + HEAD + FOOT, "font-family": "system-ui, sans-serif", "font-size": 12 });
  const ink = { fill: "var(--ink)" }, dim = { fill: "var(--dim)", "font-size": 11 };
  const figure = svg("g", { transform: `translate(${MARGIN} ${HEAD})`, fill: "var(--dim)" });
  figure.append(...[...shown.childNodes].map((node) => node.cloneNode(true)));
  const lines = [`${page.data.title}; the year in which it is ${page.data.event}`,
    `bioanchors ${page.data.version}, ${fragment(page.data, page.view) || "as in the file"}`];
  root.append(svg("rect", { width: "100%", height: "100%", fill: "var(--bg)" }),
    svg("text", { x: MARGIN, y: 22, "font-size": 15, ...ink }, page.says()), figure,
    ...lines.map((line, i) => svg("text", { x: MARGIN, y: HEAD + height + 18 + 16 * i, ...dim }, line.slice(0, 160))));
  return new XMLSerializer().serializeToString(root)
    .replace(/var\((--[a-z0-9]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
}

/** @param {Page} page */
function savePng(page) {
  const url = URL.createObjectURL(new Blob([picture(page)], { type: "image/svg+xml" }));
  const image = new Image();
  image.onload = () => {
    const canvas = /** @type {HTMLCanvasElement} */ (el("canvas"));
    canvas.width = SCALE * image.width;
    canvas.height = SCALE * image.height;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(SCALE, SCALE);
    context.drawImage(image, 0, 0);
    canvas.toBlob((blob) => { if (blob) save(blob, fileName(page.title(), "png")); });
    URL.revokeObjectURL(url);
  };
  image.src = url;
}

/** @param {Page} page */
export function sharing(page) {
  const { data } = page, link = () => location.href.split("#")[0] + fragment(data, page.view);
  const text = () => parameterFile(data, page.view, page.title(), page.says());
  /** @type {Record<string, () => void>} */
  const acts = {
    "copy-link": () => copy(link(), "link"),
    "copy-file": () => copy(text(), "parameter file"),
    "save-file": () => {
      const name = fileName(page.title(), "toml");
      save(new Blob([text()], { type: "application/toml" }), name);
      tell(`saved; run it with: bioanchors run ${name}`);
    },
    "save-csv": () => save(new Blob([csv(data, page.now, page.fileResult, link())], { type: "text/csv" }),
      fileName(page.title(), "csv")),
    "save-svg": () => save(new Blob([picture(page)], { type: "image/svg+xml" }), fileName(page.title(), "svg")),
    "save-png": () => savePng(page),
  };
  for (const id in acts) byId(id).addEventListener("click", acts[id]);
  const show = () => { byId("toml").textContent = text(); };
  byId("title").addEventListener("input", show);
  page.settlers.push(show);
}
