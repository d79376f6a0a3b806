import htm from 'htm';
import { h } from 'preact';

export { render } from 'preact';
export { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const make = /** @type {(strings: readonly string[], ...values: unknown[]) => import('preact').VNode} */ (
  /** @type {unknown} */ (htm.bind(h))
);

/** @type {WeakMap<TemplateStringsArray, readonly string[]>} */
const spaced = new WeakMap();

/**
 * Makes elements of a template: markup is never made of texts. A line break between two of them is a space, as in HTML.
 *
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 */
export function html(strings, ...values) {
  let known = spaced.get(strings);
  if (known === undefined) {
    known = strings.map((text) => text.replaceAll(/\s*\n\s*/g, ' '));
    spaced.set(strings, known);
  }
  return make(known, ...values);
}
