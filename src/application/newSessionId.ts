/**
 * A random UUID; its last group is the time in nanoseconds, so that two of one process differ even where a test has
 * replaced `Math.random`. It tells applications apart and protects nothing, so that it need not be unguessable: loading
 * `node:crypto` for it would take longer than the rest of a small application's boot.
 */
export function newSessionId(): string {
  const digit = (least: number, most: number): string =>
    (least + Math.floor(Math.random() * (most - least))).toString(16);
  const nanoseconds = BigInt.asUintN(48, process.hrtime.bigint()).toString(16).padStart(12, '0');
  const random = 'xxxxxxxx-xxxx-4xxx-yxxx-'.replaceAll(/[xy]/g, (place) =>
    place === 'x' ? digit(0, 16) : digit(8, 12),
  );
  return random + nanoseconds;
}
