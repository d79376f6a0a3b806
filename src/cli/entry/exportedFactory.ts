import { isClass } from '../../container/Class';

/** The exports of an entry file, by their names. */
export type EntryExports = Readonly<Record<string, unknown>>;

/** The exports of a loaded entry: a function or an application that a CommonJS module exports as a whole is its default export. */
export function exportsOf(loaded: unknown): EntryExports {
  if (typeof loaded === 'function') return { default: loaded };
  if (typeof loaded !== 'object' || loaded === null) return {};
  return isApplication(loaded) ? { default: loaded } : (loaded as EntryExports);
}

/** The exports of an entry that are looked at, in this order. */
const EXPORTS = ['default', 'app', 'createApplication'];

/**
 * The application that an entry exports, as a function returning it: an exported function is returned as it is, an
 * application or a promise of one is wrapped. Undefined when none of the known exports is any of these.
 */
export function exportedFactory(exported: EntryExports): (() => unknown) | undefined {
  for (const name of EXPORTS) {
    const value = exported[name];
    // A class creates no application: the file is that of a listener, say.
    if (typeof value === 'function' && !isClass(value)) return value as () => unknown;
    if (typeof value !== 'object' || value === null) continue;
    if (isApplication(value)) return () => value;
    // `import()` of a CommonJS module puts its `module.exports` under `default`.
    const inner = name === 'default' ? exportedFactory(value as EntryExports) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** True for a promise, and for an application, also one of another copy of the framework. Exports may be called `run` as well. */
function isApplication(value: object): boolean {
  const { then, run, status } = value as Readonly<Record<string, unknown>>;
  return typeof then === 'function' || (typeof run === 'function' && typeof status === 'function');
}
