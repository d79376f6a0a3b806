import { types } from 'node:util';

import type { Clock } from '../contracts/Clock';
import { GeneratorReturnedError } from '../errors/bootErrors';
import { readOptional } from '../errors/foreign';

/** A user's callback in flight. It tells a virtual clock when time may go on. */
export interface PendingCallback {
  /** It waits for the clock, so that time may go on. Followed by {@link resumed}. */
  waiting(): void;
  /** It no longer waits for the clock. */
  resumed(): void;
  /** It is over. */
  settled(): void;
}

/** A clock that stands still while callbacks are in flight. */
export interface TrackingClock extends Clock {
  /** Takes notice of a callback that begins. `owner` names it: `order_sync.tick`. */
  track(owner: string): PendingCallback;
}

const UNTRACKED: PendingCallback = { waiting() {}, resumed() {}, settled() {} };

/** Tells the clock, if it wants to know, that a callback begins; `<listener>.<callback>` names it. */
export function trackCallback(clock: Clock, listener: string, callback: string): PendingCallback {
  return 'track' in clock ? (clock as TrackingClock).track(`${listener}.${callback}`) : UNTRACKED;
}

/**
 * True for a promise, and for whatever else can be awaited by its `then` method.
 *
 * @throws what a getter of it throws: awaiting it would reject with that.
 */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  'then' in value &&
  typeof value.then === 'function';

/** A promise that settles once, as `thenable` does first, whatever that calls or throws later. Never throws. */
export function settlementOf<T>(thenable: PromiseLike<T>): Promise<T> {
  return isPlainPromise(thenable) ? thenable : new Promise((resolve) => resolve(thenable));
}

/** True for a promise whose `then` is that of Node: another one may throw, or call back twice. */
function isPlainPromise<T>(value: PromiseLike<T>): value is Promise<T> {
  if (!types.isPromise(value)) return false;
  if (Object.getPrototypeOf(value) !== Promise.prototype) return false;
  // `then` reads the constructor.
  return !Object.hasOwn(value, 'then') && !Object.hasOwn(value, 'constructor');
}

/** The error of a hook or run that has returned a generator, of which nothing has run; undefined for another answer. */
export function refusalOf(answer: unknown, { listener, hook, task }: Callback): GeneratorReturnedError | undefined {
  if (typeof answer !== 'object' || answer === null || !isGenerator(answer)) return undefined;
  return new GeneratorReturnedError(`${listener}.${task ?? hook}`);
}

/** @throws GeneratorReturnedError when something else than a hook or run has returned a generator. `callback` names it. */
export function refuseGenerator(answer: unknown, callback: string): void {
  if (typeof answer === 'object' && answer !== null && isGenerator(answer)) throw new GeneratorReturnedError(callback);
}

/** The names of a callback of a listener. */
interface Callback {
  readonly listener: string;
  readonly hook: string;
  readonly task?: string;
}

/** True for a generator, also for one that a compiler has made of other functions. */
export function isGenerator(value: object): boolean {
  if (types.isGeneratorObject(value)) return true;
  return ['next', 'throw', 'return'].every((method) => typeof readOptional(value, method) === 'function');
}
