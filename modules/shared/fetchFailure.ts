export interface FetchFailure {
  /** Of the operating system or of the HTTP client: `ECONNREFUSED`, `ENOTFOUND` … */
  readonly code?: string;
  /** The code, and what happened. */
  readonly text: string;
}

// Not `instanceof`: fetch's errors may come of another realm than this code, as in Jest.
type ErrorLike = { readonly code?: unknown; readonly message?: unknown; readonly cause?: unknown } | undefined;

/** What really happened when `fetch` rejected: it hides that in the cause of a "fetch failed". */
export function fetchFailure(error: unknown): FetchFailure {
  const { code, message } = ((error as ErrorLike)?.cause ?? error) as NonNullable<ErrorLike>;
  const said = typeof message === 'string' ? message : '';
  if (typeof code !== 'string') return { text: said === '' ? String(error) : said };
  // A refused connection to a name with several addresses has no message of its own.
  if (said === '') return { code, text: code };
  return { code, text: said.includes(code) ? said : `${code}: ${said}` };
}
