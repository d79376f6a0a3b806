import type { Duration } from '../../contracts/Duration';
import type { ListenerState } from '../../contracts/states';
import { FaultTooLateError } from '../../errors/testingErrors';
import { currentExecution } from '../../execution/ExecutionContext';
import { durationMs } from '../../time/duration';
import type { Hook, HookInterceptor } from '../interception/interceptHooks';

/** Options of {@link ListenerFault.hangTick}. */
export interface TickFaultOptions {
  /** The number of runs, from the next one on; `Infinity` for all. @defaultValue 1 */
  readonly times?: number;
  /** The name of the task. @defaultValue the task `tick`, else the only one */
  readonly task?: string;
}

/** Options of {@link ListenerFault.failTick}. */
export interface FailingTickOptions extends TickFaultOptions {
  /** The error that the runs fail with. @defaultValue an error that names the task and the listener */
  readonly error?: Error;
}

/** The listener that faults are armed for. */
export interface FaultyListener {
  /** The name of the listener. */
  readonly name: string;
  /** Its present state. */
  readonly state: ListenerState;
  /** True if it may be started after this: it is blocked, or is started again when it fails. */
  readonly startsLater: boolean;
  /**
   * The method of a task; without a name, of the task `tick`, else of the only one.
   * @throws UnknownTaskError, AmbiguousTaskError
   */
  method(task: string | undefined): string;
}

/** The states from which a hook can still be called without another start. */
const CALLED_LATER = {
  startup: ['registered'],
  tick: ['registered', 'starting', 'running'],
  shutdown: ['registered', 'starting', 'running'],
} as const satisfies Record<string, readonly ListenerState[]>;

/**
 * Makes hooks of one listener fail, hang or take long; the class stays as it is. Each method arms one fault, which
 * takes the place of a hook whether the class has that hook or not, and returns this object. A hook that hangs ignores
 * its signal. A later fault of the same hook replaces an earlier one.
 *
 * @throws FaultTooLateError from each method, when that hook will not be called any more.
 */
export class ListenerFault {
  readonly #faults: ArmedFaults;
  readonly #listener: FaultyListener;

  /** Called by `app.fault(name)`. */
  constructor(faults: ArmedFaults, listener: FaultyListener) {
    this.#faults = faults;
    this.#listener = listener;
  }

  /** The startup throws `error`; after {@link slowStartup}, at the end of its time. */
  failStartup(error?: Error): this {
    return this.#startup(() => error ?? this.#error('startup'));
  }

  /** The startup never settles, with or without {@link slowStartup}. */
  hangStartup(): this {
    return this.#startup('hang');
  }

  /**
   * The startup begins `duration` later, on the application's clock; when its signal aborts first, it rejects with the
   * signal's reason.
   * @throws InvalidDurationError
   */
  slowStartup(duration: Duration): this {
    durationMs(duration);
    this.#mustBeCalledLater('startup');
    const then = this.#faults.get(this.#listener.name, 'startup')?.then ?? 'proceed';
    return this.#arm('startup', { delay: duration, then, times: 1 });
  }

  /**
   * The next runs of a task fail.
   * @param options - a number is `times`.
   * @throws RangeError when `times` is less than 1; UnknownTaskError, AmbiguousTaskError
   */
  failTick(options: number | FailingTickOptions = {}): this {
    const { times, task, error } = typeof options === 'number' ? { times: options } : options;
    return this.#tick(() => error ?? this.#error(task ?? 'tick'), times, task);
  }

  /**
   * The next runs of a task never settle.
   * @param options - a number is `times`.
   * @throws RangeError when `times` is less than 1; UnknownTaskError, AmbiguousTaskError
   */
  hangTick(options: number | TickFaultOptions = {}): this {
    const { times, task } = typeof options === 'number' ? { times: options } : options;
    return this.#tick('hang', times, task);
  }

  /** The shutdown throws `error`. */
  failShutdown(error?: Error): this {
    return this.#shutdown(() => error ?? this.#error('shutdown'));
  }

  /** The shutdown never settles. */
  hangShutdown(): this {
    return this.#shutdown('hang');
  }

  /** Disarms every fault of this listener that has not taken effect. */
  clear(): this {
    this.#faults.clear(this.#listener.name);
    return this;
  }

  #startup(then: ArmedFault['then']): this {
    this.#mustBeCalledLater('startup');
    const delay = this.#faults.get(this.#listener.name, 'startup')?.delay;
    return this.#arm('startup', { delay, then, times: 1 });
  }

  #tick(then: ArmedFault['then'], times = 1, task?: string): this {
    if (!(times >= 1)) throw new RangeError(`A fault strikes at least 1 tick, not ${times}.`);
    this.#mustBeCalledLater('tick');
    return this.#arm(this.#listener.method(task), { then, times });
  }

  #shutdown(then: ArmedFault['then']): this {
    this.#mustBeCalledLater('shutdown');
    return this.#arm('shutdown', { then, times: 1 });
  }

  #arm(method: string, fault: ArmedFault): this {
    this.#faults.set(this.#listener.name, method, fault);
    return this;
  }

  #error(hook: string): Error {
    return new Error(`the ${hook} of "${this.#listener.name}" fails, as the test has asked for`);
  }

  #mustBeCalledLater(hook: keyof typeof CALLED_LATER): void {
    const { name, state, startsLater } = this.#listener;
    const states: readonly ListenerState[] = CALLED_LATER[hook];
    if (!startsLater && !states.includes(state)) throw new FaultTooLateError(name, hook, state);
  }
}

/** A fault that waits for its hook to be called. */
interface ArmedFault {
  /** Waited for first, on the application's clock; rejects when the hook's signal aborts. */
  readonly delay?: Duration | undefined;
  /** Next: throw the error that this function makes, never settle, or call the hook itself. */
  readonly then: (() => Error) | 'hang' | 'proceed';
  /** The number of calls that are left. */
  times: number;
}

/** The faults of one application, by listener and method. */
export class ArmedFaults {
  readonly #faults = new Map<string, Map<string, ArmedFault>>();

  /**
   * Arms a fault in place of any earlier one of the same method.
   * @param method - the name of a hook, or of a task's method.
   */
  set(listener: string, method: string, fault: ArmedFault): void {
    const faults = this.#faults.get(listener) ?? new Map<string, ArmedFault>();
    this.#faults.set(listener, faults.set(method, fault));
  }

  get(listener: string, method: string): ArmedFault | undefined {
    return this.#faults.get(listener)?.get(method);
  }

  /** Disarms the faults of one listener. */
  clear(listener: string): void {
    this.#faults.delete(listener);
  }

  /** Puts an armed fault in place of the hook. */
  readonly intercept: HookInterceptor = (listener, method, hook) => {
    const fault = this.get(listener, method);
    if (fault === undefined || fault.times <= 0) return hook;
    return (context) => {
      fault.times--;
      return fault.delay === undefined
        ? strike(fault, hook, context)
        : context.sleep(fault.delay).then(() => strike(fault, hook, context));
    };
  };
}

function strike({ then }: ArmedFault, hook: Hook | undefined, context: Parameters<Hook>[0]): unknown {
  if (then === 'proceed') return hook?.(context);
  if (then !== 'hang') throw then();
  // Virtual time takes the call for one that waits, so that it need not wait in real time to see whether it settles.
  currentExecution()?.callback.waiting();
  return new Promise(() => undefined);
}
