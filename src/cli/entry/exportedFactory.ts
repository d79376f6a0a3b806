/** How an entry file may call what it offers instead of running it. */
const NAMES = ['default', 'app', 'createApplication'];

/**
 * What the entry exports as its application, as a function: one that creates it, or the application itself, or a promise
 * of it. Anything else is no application.
 */
export function exportedFactory(exported: Readonly<Record<string, unknown>>): (() => unknown) | undefined {
  for (const name of NAMES) {
    const value = exported[name];
    if (typeof value === 'function') return value as () => unknown;
    if (typeof value !== 'object' || value === null) continue;
    if (isApplication(value)) return () => value;
    // What a CommonJS module exports is the default when it is imported.
    const inner = name === 'default' ? exportedFactory(value as Readonly<Record<string, unknown>>) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

const isApplication = (value: object): boolean =>
  typeof (value as { then?: unknown }).then === 'function' || typeof (value as { run?: unknown }).run === 'function';
