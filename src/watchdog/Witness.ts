import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';

import { SIGHTINGS } from './sightings';
import type { Sighting } from './messages';

/**
 * Asks the application's thread, from another one, what it is doing. The question is answered wherever that thread runs
 * JavaScript, between two steps of a loop as well; inside a native call it is answered when that returns, still by the code
 * that made the call.
 */
export class Witness {
  readonly #expression: string;

  constructor(sessionId: string) {
    this.#expression = `globalThis[Symbol.for(${JSON.stringify(SIGHTINGS)})]?.[${JSON.stringify(sessionId)}]?.()`;
  }

  /**
   * Resolves with the answer; with undefined if there is none to be had; with `held` if a debugger has stopped the thread.
   * Stays pending for as long as it is inside a native call.
   */
  async ask(): Promise<Sighting | 'held' | undefined> {
    const text = await this.#evaluate();
    if (typeof text !== 'string') return undefined;
    const sighting = JSON.parse(text) as Sighting;
    return sighting.isInspected && (await isHeld(sighting)) ? 'held' : sighting;
  }

  /** Attaches to the application's thread for no longer than the question takes: a process waits for what is attached to it. */
  #evaluate(): Promise<unknown> {
    const session = new Session();
    session.connectToMainThread();
    return new Promise((resolve) => {
      session.post('Runtime.evaluate', { expression: this.#expression, returnByValue: true }, (error, answer) => {
        session.disconnect();
        resolve(error === null ? answer.result.value : undefined);
      });
    });
  }
}

/** Milliseconds for which the thread is looked at. */
const LOOK_MS = 100;
/** Milliseconds of computing within that time which no thread uses that is stopped. */
const LEAST_BUSY_MS = 2;

/**
 * True if a debugger has stopped the application's thread. It answers then and computes nothing, as a thread does that waits in
 * `Atomics.wait`. To ask the debugger's own protocol would disturb it. Where the system does not say what a thread uses, each
 * that a debugger may have stopped is taken as stopped.
 */
async function isHeld({ stack = '' }: Sighting): Promise<boolean> {
  if (stack.startsWith('at Atomics.wait')) return false;
  const before = busyMs();
  await new Promise((resolve) => {
    setTimeout(resolve, LOOK_MS);
  });
  return !(busyMs() - before >= LEAST_BUSY_MS);
}

/** The time for which the application's thread has computed so far, in milliseconds; NaN where that is not known. */
function busyMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    return NaN;
  }
}
