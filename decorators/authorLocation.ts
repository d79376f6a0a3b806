/**
 * Where `decorator` is being applied, as `file:line:column`. The one frame is captured now and formatted when asked for,
 * which keeps a decorator cheap.
 */
export function authorLocation(decorator: (...args: never[]) => unknown): () => string | undefined {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, decorator);
  Error.stackTraceLimit = limit;
  return () => /\(?((?:[A-Za-z]:|file:\/\/)?[^()\s:][^():]*:\d+:\d+)\)?\s*$/.exec(holder.stack ?? '')?.[1];
}
