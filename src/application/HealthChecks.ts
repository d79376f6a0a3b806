import { deepFreeze } from '../contracts/frozen';
import type { HealthReport, ListenerHooks } from '../contracts/hooks';
import type { ApplicationHealth, ListenerHealth } from '../contracts/status';
import { settleWithin } from '../time/settleWithin';
import { hookOf } from '../coordinator/calls';
import type { ListenerRuntime } from '../coordinator/ListenerRuntime';
import { HookTimeoutError } from '../errors/bootErrors';
import { messageOf } from '../errors/serializeError';
import { type CallEnvironment, HookCall } from '../execution/CallContext';
import { toPlainValue } from '../errors/plainValue';
import type { ApplicationLifecycle } from './ApplicationLifecycle';
import type { Freshness } from './Freshness';

const LIMIT_MS = 2_000;
const CACHED_MS = 1_000;

type HealthHook = NonNullable<ListenerHooks['health']>;

interface CachedAnswer {
  readonly answer: Promise<ListenerHealth>;
  /** When the answer came, in epoch milliseconds; undefined while it is waited for. */
  at: number | undefined;
}

/**
 * Asks the `health` hooks of running listeners, side by side, for 2 s each. An answer is kept for 1 s, and callers that ask
 * while a hook is busy share its answer.
 */
export class HealthChecks {
  readonly #environment: CallEnvironment;
  readonly #answers = new Map<string, CachedAnswer>();

  constructor(environment: CallEnvironment) {
    this.#environment = environment;
  }

  ask(runtimes: Iterable<ListenerRuntime>): Promise<readonly ListenerHealth[]> {
    const answers: Promise<ListenerHealth>[] = [];
    for (const runtime of runtimes) {
      const { current } = runtime;
      if (current.state !== 'running' || !current.tellsHealth) continue;
      const hook = hookOf(current.hooks, 'health');
      if (hook !== undefined) answers.push(this.#cached(runtime.name, hook, current.hooks));
    }
    return Promise.all(answers);
  }

  #cached(name: string, hook: HealthHook, hooks: ListenerHooks): Promise<ListenerHealth> {
    const { clock } = this.#environment;
    const known = this.#answers.get(name);
    if (known !== undefined && (known.at === undefined || isWithin(clock.now() - known.at))) return known.answer;
    const asked: CachedAnswer = { answer: this.#ask(name, hook, hooks), at: undefined };
    this.#answers.set(name, asked);
    void asked.answer.then(() => (asked.at = clock.now()));
    return asked.answer;
  }

  async #ask(name: string, hook: HealthHook, hooks: ListenerHooks): Promise<ListenerHealth> {
    const call = new HookCall(this.#environment, name, 'health');
    try {
      const work = call.execute(() => hook.call(hooks, call));
      const expired = (): Error => {
        const error = new HookTimeoutError(name, 'health', LIMIT_MS);
        call.abort(error);
        return error;
      };
      const late = (error: unknown): void => {
        if (!call.isAbortedBy(error)) call.log.warn('the health hook failed after it had been given up', { error });
      };
      const answer = await settleWithin(this.#environment.clock, LIMIT_MS, work, expired, late);
      return deepFreeze({ name, ...asReport(answer, this.#environment.redact) });
    } catch (error) {
      return deepFreeze({ name, status: 'down', details: { error: messageOf(error, this.#environment.redact) } });
    }
  }
}

/** A clock that was set back makes an answer stale as well. */
const isWithin = (age: number): boolean => age >= 0 && age < CACHED_MS;

function asReport(answer: unknown, redact: (text: string) => string): HealthReport {
  const plainOf = (value: unknown): unknown => toPlainValue(value, { redact, byKey: true });
  if (answer === 'up' || answer === 'down') return { status: answer };
  if (typeof answer === 'object' && answer !== null && 'status' in answer) {
    const { status, details } = answer as { status: unknown; details?: object };
    // Authors may return details that are not plain JSON.
    const plain = details === undefined ? {} : { details: plainOf(details) as HealthReport['details'] };
    if (status === 'up' || status === 'down') return { status, ...plain };
  }
  const text = JSON.stringify(plainOf(answer)) ?? 'nothing';
  return { status: 'down', details: { error: `health answered neither 'up' nor 'down', but ${text}` } };
}

/** The health of an application, from the answers of its listeners and the tasks that are stale. */
export function healthOf(
  { state, isRunning, bootedAt, causes }: Pick<ApplicationLifecycle, 'state' | 'isRunning' | 'bootedAt' | 'causes'>,
  freshness: Freshness,
  listeners: readonly ListenerHealth[],
): ApplicationHealth {
  const down = listeners.filter(({ status }) => status === 'down');
  const isFresh = freshness.causes('unlive').length === 0 && freshness.causes('unready').length === 0;
  return {
    started: bootedAt !== undefined,
    ready: isRunning && down.length === 0 && isFresh,
    live: freshness.causesOfRestart().length === 0,
    causes: [
      ...(isRunning ? [] : [`the application is ${state}`]),
      ...causes,
      ...down.map(
        ({ name, details }) =>
          `"${name}" says it is down${details === undefined ? '' : `: ${JSON.stringify(details)}`}`,
      ),
    ],
    listeners,
  };
}
