// A registered symbol, so that another copy of the framework in the same process finds it as well.
const BUNDLE = Symbol.for('daemonry:bundle');

const holder = globalThis as { [BUNDLE]?: string };

/** The file that `daemonry bundle` has written and that runs in this process; undefined for an application of many files. */
export const bundleFile = (): string | undefined => holder[BUNDLE];

/** Called by the bundle itself, before its application is evaluated. */
export function setBundleFile(file: string): void {
  holder[BUNDLE] = file;
}
