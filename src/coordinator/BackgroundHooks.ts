import { isDaemon } from '../contracts/ListenerDefinition';
import { limited } from '../contracts/ListenerLogger';
import { RunReturnedError } from '../errors/bootErrors';
import { toError } from '../errors/serializeError';
import { BackgroundCall, RunCall, hookOf } from './calls';
import type { Engine } from './Engine';
import type { HeldBody } from './HeldBody';
import { lastRunning, type ListenerRuntime, type Running } from './ListenerRuntime';

/** Calls the hooks that nobody waits for: `run` after each startup, and `ready` once the boot is decided. */
export class BackgroundHooks {
  readonly #engine: Engine;
  readonly #died: (runtime: ListenerRuntime, error: Error) => void;

  /** @param died - called when a `run` body ends before it is asked to, or declares its listener failed. */
  constructor(engine: Engine, died: (runtime: ListenerRuntime, error: Error) => void) {
    this.#engine = engine;
    this.#died = died;
  }

  run(runtime: ListenerRuntime, running: Running): void {
    const { hooks } = running;
    const body = hookOf(hooks, 'run');
    if (body === undefined) return;
    const died = (error: unknown): void => {
      // A body that outlives its listener has no say about the next life.
      if (lastRunning(runtime.current) === running) this.#died(runtime, toError(error));
      else this.logLate(runtime, running, toError(error));
    };
    const { definition, name } = runtime;
    const { cluster } = this.#engine;
    if (cluster !== undefined && isDaemon(definition) && definition.runScope !== undefined) {
      running.run = heldBody(this.#engine, cluster, name, (context) => body.call(hooks, context), died);
      return;
    }
    const call = new RunCall(this.#engine, name, died);
    running.run = call;
    call.begin(
      () => body.call(hooks, call),
      died,
      () => {
        died(new RunReturnedError(runtime.name));
      },
    );
  }

  ready({ name }: ListenerRuntime, running: Running): void {
    const { hooks } = running;
    const ready = hookOf(hooks, 'ready');
    if (ready === undefined) return;
    const call = new BackgroundCall(this.#engine, name, 'ready');
    running.ready = call;
    call.begin(
      () => ready.call(hooks, call),
      (thrown) => {
        if (call.isAbortedBy(thrown)) return;
        const error = toError(thrown);
        running.readyError = error;
        call.log.error('the ready hook failed', { error });
      },
    );
  }

  /**
   * Logs a failure of a listener that does not run any more. A body that ends because it was asked to has done right; one
   * that fails on the way is not to be lost.
   */
  logLate({ name, state }: ListenerRuntime, running: Running | undefined, cause: Error): void {
    if (cause instanceof RunReturnedError || running?.run?.isAbortedBy(cause) === true) return;
    const when =
      state === 'running' ? 'in an earlier life, after which it was started again' : `when it was ${state} already`;
    this.#engine.logger(name).warn(`it failed ${when}`, { error: cause, ...limited(`late ${name}`) });
  }
}

function heldBody(...parameters: ConstructorParameters<typeof HeldBody>): HeldBody {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by applications that share a body only
  const { HeldBody: Body } = require('./HeldBody') as typeof import('./HeldBody');
  return new Body(...parameters);
}
