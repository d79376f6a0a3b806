/** @typedef {{ readonly path: string, readonly first: string, readonly name: string, readonly query: URLSearchParams }} Route */

/** The page that the address names, and what it is given. @returns {Route} */
export function routeOf() {
  const hash = location.hash.replace(/^#\/?/, '');
  const mark = hash.indexOf('?');
  const path = mark === -1 ? hash : hash.slice(0, mark);
  const [first = '', second = ''] = path.split('/');
  return {
    path,
    first,
    name: safelyDecoded(second),
    query: new URLSearchParams(mark === -1 ? '' : hash.slice(mark + 1)),
  };
}

/** @param {string} text */
function safelyDecoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // What cannot be decoded names no listener.
    return text;
  }
}

/** The address of a page with its filter; empty values are left out. @param {string} path @param {Readonly<Record<string, string>>} values */
export function addressOf(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  const search = new URLSearchParams(given).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/**
 * Changes part of the filter in the address of the page that is open, which is drawn anew by it. The step in the history of the
 * browser stays the same, so that Back leads to the page before and not through every letter of a search.
 *
 * @param {Readonly<Record<string, string>>} change An empty value is left out of the address.
 */
export function changeFilter(change) {
  const { path, query } = routeOf();
  history.replaceState(history.state, '', addressOf(path, { ...Object.fromEntries(query), ...change }));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

/**
 * A part of the filter that is one of a few words; the first of them where the address says nothing, or another word.
 *
 * @template {string} T
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {readonly [T, ...T[]]} words
 * @returns {T}
 */
export const wordOf = (query, name, words) => words.find((word) => word === query.get(name)) ?? words[0];
