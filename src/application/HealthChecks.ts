import type { HealthAnswer, HealthReport, ListenerHooks } from '../contracts/hooks';
import type { ListenerHealth } from '../contracts/status';
import { withDeadline } from '../coordinator/withDeadline';
import type { ListenerRuntime } from '../coordinator/ListenerRuntime';
import { HookTimeoutError } from '../errors/HookTimeoutError';
import { toError } from '../errors/toError';
import type { ExecutionHost } from '../execution/ExecutionHost';
import { HookCall } from '../execution/HookCall';

const LIMIT_MS = 2_000;
const CACHED_MS = 1_000;

interface CachedAnswer {
  readonly at: number;
  readonly answer: Promise<ListenerHealth>;
}

/** Asks the `health` hooks of running listeners: 2 s each, all at once, an answer is good for 1 s. */
export class HealthChecks {
  readonly #host: ExecutionHost;
  readonly #answers = new Map<string, CachedAnswer>();

  constructor(host: ExecutionHost) {
    this.#host = host;
  }

  ask(runtimes: Iterable<ListenerRuntime>): Promise<readonly ListenerHealth[]> {
    const answers: Promise<ListenerHealth>[] = [];
    for (const { name, instance, machine } of runtimes) {
      if (machine.is('running') && typeof instance?.health === 'function') answers.push(this.#cached(name, instance));
    }
    return Promise.all(answers);
  }

  #cached(name: string, instance: ListenerHooks): Promise<ListenerHealth> {
    const now = this.#host.clock.now();
    const cached = this.#answers.get(name);
    if (cached !== undefined && now >= cached.at && now - cached.at < CACHED_MS) return cached.answer;
    const answer = this.#ask(name, instance);
    this.#answers.set(name, { at: now, answer });
    return answer;
  }

  async #ask(name: string, instance: ListenerHooks): Promise<ListenerHealth> {
    const call = new HookCall(this.#host, name, 'health');
    try {
      const work = call.execute<HealthAnswer | undefined>(() => instance.health?.(call));
      const answer = await withDeadline(this.#host.clock, LIMIT_MS, work, () => {
        const error = new HookTimeoutError(name, 'health', LIMIT_MS);
        call.abort(error);
        return error;
      });
      return { name, ...asReport(answer) };
    } catch (error) {
      return { name, status: 'down', details: { error: toError(error).message } };
    }
  }
}

function asReport(answer: unknown): HealthReport {
  if (answer === 'up' || answer === 'down') return { status: answer };
  if (typeof answer === 'object' && answer !== null && 'status' in answer) {
    const { status } = answer;
    if (status === 'up' || status === 'down') return answer as HealthReport;
  }
  return {
    status: 'down',
    details: { error: `health answered neither 'up' nor 'down', but ${JSON.stringify(answer)}` },
  };
}
