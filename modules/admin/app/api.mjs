/** The root of the server, also where a proxy serves it below a path. */
const ROOT = new URL('../../', import.meta.url);

/** Longest wait for an answer, in milliseconds. */
const PATIENCE_MS = 20_000;

/** The event of the window when a request was refused since there is no session; its detail is the {@link Refused}. */
export const LOGGED_OUT = 'daemonry-logged-out';

/** An answer that is not a success, or none at all: then its status is 0. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message
   * @param {string} request The method and the path that were asked.
   * @param {readonly string[]} [problems]
   */
  constructor(status, code, message, request, problems = []) {
    super(message);
    this.request = request;
    this.status = status;
    this.code = code;
    this.problems = problems;
  }

  /** True if something was to be done, and not only read. */
  get isAct() {
    return this.request.startsWith('POST /api/');
  }

  /** True if the same request may have another answer in a moment. */
  get mayPass() {
    return this.status === 0 || this.status === 403 || this.status === 429 || this.status >= 500;
  }
}

/** The address of a path of the server. @param {string} path */
export const urlOf = (path) => new URL(path, ROOT).href;

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<unknown>}
 * @throws {Refused}
 */
async function ask(path, init = {}) {
  const request = `${init.method ?? 'GET'} /${path.split('?', 1)[0]}`;
  let response;
  try {
    response = await fetch(urlOf(path), { ...init, cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    throw new Refused(0, isLate ? 'LATE' : 'NO_ANSWER', 'The application does not answer.', request);
  }
  /** @type {unknown} */
  const body = await response.json().catch(() => undefined);
  if (response.ok) return body;
  const {
    code = `HTTP_${response.status}`,
    message = `The answer to ${request} was ${response.status} ${response.statusText}`.trim(),
    problems = [],
  } = /** @type {{ error?: { code?: string, message?: string, problems?: string[] } } | undefined} */ (body)?.error ??
  {};
  const refused = new Refused(response.status, code, message, request, problems);
  // Whoever has asked, the whole page needs a session.
  if (response.status === 401) window.dispatchEvent(new window.CustomEvent(LOGGED_OUT, { detail: refused }));
  throw refused;
}

/**
 * Asks for something; parameters that are empty are left out.
 *
 * @template T
 * @param {string} path
 * @param {Readonly<Record<string, string | number | undefined>>} [query]
 * @returns {Promise<T>}
 */
export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return /** @type {T} */ (await ask(search === '' ? path : `${path}?${search}`));
}

/**
 * @template T
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<T>}
 */
export async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return /** @type {T} */ (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

/**
 * Has an act of an operator done, and waits for its answer for as long as that takes: what is late is asked for again, since
 * an act with a key is done once.
 *
 * @template T
 * @param {{ readonly key: string }} body
 * @param {() => boolean} isLate Called whenever the answer is late. Returns true to wait on.
 * @returns {Promise<T>}
 */
export async function operate(body, isLate) {
  for (;;) {
    try {
      return await post('api/operate', body);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'LATE' || !isLate()) throw error;
    }
  }
}
