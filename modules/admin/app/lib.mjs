import htm from 'htm';
import { h } from 'preact';

export { render } from 'preact';
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

/** Makes elements of a template: markup is never made of texts. */
export const html = /** @type {(strings: TemplateStringsArray, ...values: unknown[]) => import('preact').VNode} */ (
  /** @type {unknown} */ (htm.bind(h))
);
