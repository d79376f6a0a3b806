import type { Duration } from '../../contracts/Duration';
import type { ListenerState } from '../../contracts/states';
import { FaultTooLateError } from '../../errors/testingErrors';
import { durationMs } from '../../time/duration';
import type { FaultLayer } from './FaultLayer';

/** The listener that a fault is for. */
export interface FaultyListener {
  readonly name: string;
  readonly state: ListenerState;
  /** The method of a task; `tick` without a name, else the only one. @throws UnknownTaskError, AmbiguousTaskError */
  method(task: string | undefined): string;
}

export interface TickFaultOptions {
  /** How many of the following ticks; `Infinity` for all. @defaultValue 1 */
  readonly times?: number;
  /** @defaultValue the task `tick`, else the only one */
  readonly task?: string;
}

export interface FailingTickOptions extends TickFaultOptions {
  readonly error?: Error;
}

/** The states in which a hook can still come to be called. */
const AHEAD = {
  startup: ['registered'],
  tick: ['registered', 'starting', 'running'],
  shutdown: ['registered', 'starting', 'running'],
} as const satisfies Record<string, readonly ListenerState[]>;

/**
 * The faults of one listener, whose class stays as it is. Each method arms one fault in place of a hook, whether the
 * listener has that hook or not, and returns this. What hangs does not heed its signal.
 *
 * @throws FaultTooLateError when that hook is not called any more.
 */
export class ListenerFault {
  readonly #layer: FaultLayer;
  readonly #listener: FaultyListener;

  constructor(layer: FaultLayer, listener: FaultyListener) {
    this.#layer = layer;
    this.#listener = listener;
  }

  /** The startup fails with `error`; after a `slowStartup`, when its time is over. */
  failStartup(error?: Error): this {
    return this.#startup(() => error ?? this.#error('startup'));
  }

  /** The startup never settles; after a `slowStartup`, neither. */
  hangStartup(): this {
    return this.#startup('hang');
  }

  /** The startup takes as long on the application's clock before it begins; it gives up when its signal is aborted. */
  slowStartup(duration: Duration): this {
    durationMs(duration);
    this.#mustBeAhead('startup');
    const then = this.#layer.get(this.#listener.name, 'startup')?.then ?? 'proceed';
    return this.#set('startup', { delay: duration, then });
  }

  /** The next ticks fail: one, or as many as are given. */
  failTick(options: number | FailingTickOptions = {}): this {
    const { times, task, error } = typeof options === 'number' ? { times: options } : options;
    return this.#tick(() => error ?? this.#error(task ?? 'tick'), times, task);
  }

  /** The next ticks never settle: one, or as many as are given. */
  hangTick(options: number | TickFaultOptions = {}): this {
    const { times, task } = typeof options === 'number' ? { times: options } : options;
    return this.#tick('hang', times, task);
  }

  /** The shutdown fails with `error`. */
  failShutdown(error?: Error): this {
    return this.#shutdown(() => error ?? this.#error('shutdown'));
  }

  /** The shutdown never settles. */
  hangShutdown(): this {
    return this.#shutdown('hang');
  }

  /** Takes back every fault of this listener that has not struck. */
  clear(): this {
    this.#layer.clear(this.#listener.name);
    return this;
  }

  #startup(then: (() => Error) | 'hang'): this {
    this.#mustBeAhead('startup');
    const delay = this.#layer.get(this.#listener.name, 'startup')?.delay;
    return this.#set('startup', delay === undefined ? { then } : { delay, then });
  }

  #tick(then: (() => Error) | 'hang', times = 1, task?: string): this {
    if (!(times >= 1)) throw new RangeError(`A fault strikes at least 1 tick, not ${times}.`);
    this.#mustBeAhead('tick');
    return this.#set(this.#listener.method(task), { then }, times);
  }

  #shutdown(then: (() => Error) | 'hang'): this {
    this.#mustBeAhead('shutdown');
    return this.#set('shutdown', { then });
  }

  #set(
    method: string,
    fault: { readonly delay?: Duration; readonly then: (() => Error) | 'hang' | 'proceed' },
    times = 1,
  ): this {
    this.#layer.set(this.#listener.name, method, { ...fault, times });
    return this;
  }

  #error(hook: string): Error {
    return new Error(`the ${hook} of "${this.#listener.name}" fails, as the test has asked for`);
  }

  #mustBeAhead(hook: keyof typeof AHEAD): void {
    const { name, state } = this.#listener;
    const ahead: readonly ListenerState[] = AHEAD[hook];
    if (!ahead.includes(state)) throw new FaultTooLateError(name, hook, state);
  }
}
