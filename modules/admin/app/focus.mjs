const FOCUSABLE = 'a[href], button:not([disabled]), input, select, [tabindex="0"]';

/** @typedef {readonly Element[]} Place An element and everything that it is in, from the inside out. */

/** @param {Element | null} element @returns {Place} */
export function placeOf(element) {
  const place = [];
  for (let each = element; each !== null; each = each.parentElement) place.push(each);
  return place;
}

/** Puts the focus where it was, or where that is gone as near to it as something can have it. @param {Place} place */
export function focusNear(place) {
  const isBeside = place[0]?.isConnected === false;
  for (const each of place.filter(({ isConnected }) => isConnected)) {
    const target = isBeside && !each.matches('main') ? each.querySelector(FOCUSABLE) : each;
    if (!(target instanceof HTMLElement || target instanceof SVGElement)) continue;
    target.focus({ preventScroll: true });
    if (document.activeElement === target) return;
  }
}

/**
 * Keeps the focus near its place when the control that has it goes away: a row that is gone, a button whose work is done.
 * Without it a keyboard begins at the top of the page again.
 *
 * @param {Element} root
 */
export function keepFocus(root) {
  /** @type {Place} */
  let place = [];
  root.addEventListener('focusin', ({ target }) => {
    place = placeOf(/** @type {Element} */ (target));
  });
  root.addEventListener('focusout', ({ target }) => {
    // Whoever clicks beside everything wants no focus; a control that goes away is out of the document by then.
    queueMicrotask(() => {
      if (/** @type {Element} */ (target).isConnected && document.activeElement === document.body) place = [];
    });
  });
  new MutationObserver(() => {
    if (document.activeElement === document.body && place[0]?.isConnected === false) focusNear(place);
  }).observe(root, { childList: true, subtree: true });
}
