// A registered symbol, so that another copy of the framework in the same process finds it as well.
const BUNDLE = Symbol.for('daemonry:bundle');

/** A global of the thread of the watchdog, which says that a bundle is to start the watchdog there, and no application. */
export const WATCHDOG_THREAD = 'daemonry:watchdog';

const holder = globalThis as { [BUNDLE]?: string };

/** The file that `daemonry bundle` has written and that runs in this process; undefined for an application of many files. */
export const bundleFile = (): string | undefined => holder[BUNDLE];

/** Called by the bundle itself, before its application is evaluated. */
export function setBundleFile(file: string): void {
  holder[BUNDLE] = file;
}

/** True in the thread of the watchdog. A global says so, since nothing else of a start needs `node:worker_threads`. */
export const isWatchdogThread = (): boolean => Symbol.for(WATCHDOG_THREAD) in globalThis;
