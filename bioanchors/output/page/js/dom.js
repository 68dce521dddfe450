// Elements of the page: texts are always set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** The element of an id. @template {Element} [T=HTMLElement] @param {string} id @returns {T} */
export function byId(id) {
  return /** @type {T} */ (/** @type {unknown} */ (document.getElementById(id)));
}

/** @param {string} tag @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text]
 * @returns {SVGElement} */
export function svg(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const key in attributes) element.setAttribute(key, String(attributes[key]));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {string} text @param {() => void} act */
export function button(text, act) {
  const element = el("button", { type: "button" }, text);
  element.addEventListener("click", act);
  return element;
}
