const LOOK_MS = 10;
const PATIENCE_MS = 20_000;

/** Resolves as soon as `fn` returns something that is not undefined or false. */
export async function eventually<T>(
  what: string,
  fn: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((wake) => setTimeout(wake, LOOK_MS))) {
    const seen = await fn();
    if (seen !== undefined && seen !== false) return seen;
  }
  throw new Error(`it never came to be: ${what}`);
}
