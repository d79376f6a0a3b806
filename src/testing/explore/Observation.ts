import type { ServiceIdentifier } from 'inversify';

import { type AnyContext, FOREVER_MS, HookTap, type TappedCall } from '../interception/HookTap';
import type { TestApplication } from '../TestApplication';
import type { ObservedCall, ObservedEvent, ObservedFault } from './ExploredRun';
import type { Action, Fault, Script } from './Script';

/** Records everything that one application does, and injects the faults of its script. */
export class Observation {
  readonly events: ObservedEvent[] = [];
  readonly calls: LiveCall[] = [];
  readonly trace: string[] = [];
  readonly disposed: string[] = [];
  readonly injected: ObservedFault[] = [];
  readonly #app: TestApplication;
  readonly #startedAt: number;
  readonly #counts = new Map<string, number>();
  readonly #faults = new Map<string, Fault[]>();
  #order = 0;

  /** @param act - does an action of the script whose event has come. */
  constructor(
    app: TestApplication,
    script: Script,
    dependencies: readonly ServiceIdentifier[],
    act: (action: Action) => void,
  ) {
    this.#app = app;
    this.#startedAt = app.clock.now();
    for (const fault of script.faults) {
      const key = `${fault.at}#${fault.await}`;
      this.#faults.set(key, [...(this.#faults.get(key) ?? []), fault]);
    }
    const waiting = script.actions.filter(({ onEvent }) => onEvent !== undefined);
    app.events.onAny((name, payload) => {
      this.#observe(name, payload);
      const number = this.events.length;
      for (const action of waiting) {
        if (action.onEvent !== number) continue;
        if ((action.turns ?? 0) === 0) act(action);
        else void microtasks(action.turns ?? 0).then(() => act(action));
      }
    });
    new HookTap<LiveCall>(app, dependencies, {
      began: (listener, hook, context) => this.#began(listener, hook, context),
      reached: (call, where) => this.#reached(call, where),
      ended: (call, outcome, error) => {
        this.#ended(call, outcome, error);
      },
    });
  }

  /** Records that a synthetic listener has called one of its disposers. */
  dispose(listener: string, number: number): void {
    this.disposed.push(`${listener} ${number}`);
    this.#write(`${listener} disposes ${number}`);
  }

  #observe(name: ObservedEvent['name'], payload: object): void {
    const { listener, task, runId } = payload as Partial<ObservedEvent>;
    const subject = listener === undefined ? '' : task === undefined ? ` ${listener}` : ` ${listener}.${task}`;
    this.events.push({
      order: this.#order++,
      at: this.#app.clock.now(),
      name,
      listener,
      task,
      runId,
      payload,
    });
    this.#write(`${name}${subject}`);
  }

  #began(listener: string, hook: string, context: AnyContext): LiveCall {
    const at = `${listener}.${hook}`;
    const number = (this.#counts.get(at) ?? 0) + 1;
    this.#counts.set(at, number);
    const call = new LiveCall(listener, hook, number, context, this.#order++, this.#app.clock.now());
    this.calls.push(call);
    this.#write(`${at} begins`);
    return call;
  }

  #reached(call: LiveCall, where: string): Promise<void> | undefined {
    const at = `${call.listener}.${call.hook}`;
    const number = call.awaits++;
    const faults = this.#faults.get(`${at}#${number}`) ?? [];
    let work: Promise<void> | undefined;
    for (const fault of faults) {
      if (fault.call !== undefined && fault.call !== call.number) continue;
      const doIt = (): Promise<void> | undefined => {
        this.#write(`${at} ${fault.do} (await ${number}, ${where})`);
        this.injected.push({ order: this.#order++, fault });
        return inject(this.#app, fault, call.context);
      };
      work = work === undefined ? doIt() : work.then(doIt);
    }
    return work;
  }

  #ended(call: LiveCall, outcome: 'resolved' | 'rejected', error: unknown): void {
    call.ended = this.#order++;
    call.endedAt = this.#app.clock.now();
    call.outcome = outcome;
    if (outcome === 'rejected') call.error = error;
    this.#write(`${call.listener}.${call.hook} ${outcome}`);
  }

  #write(text: string): void {
    this.trace.push(`+${this.#app.clock.now() - this.#startedAt} ms  ${text}`);
  }
}

/** An {@link ObservedCall} that is completed while the call goes on. */
class LiveCall implements TappedCall, ObservedCall {
  awaits = 0;
  ended: number | undefined;
  endedAt: number | undefined;
  outcome: 'resolved' | 'rejected' | undefined;
  error: unknown;

  constructor(
    readonly listener: string,
    readonly hook: string,
    readonly number: number,
    readonly context: AnyContext,
    readonly began: number,
    readonly beganAt: number,
  ) {}

  get runId(): string | undefined {
    return 'runId' in this.context ? String(this.context.runId) : undefined;
  }
}

/** The error that a `fail`, a `crash` and a `die` inject. */
class InjectedFailure extends Error {
  constructor(where: string) {
    super(`injected at ${where}`);
    this.name = 'InjectedFailure';
  }
}

/**
 * Does what a fault says in the hook that was given `context`. Returns no promise when there is nothing to wait for: a
 * hook that settles synchronously still does.
 */
function inject(app: TestApplication, fault: Fault, context: AnyContext): Promise<void> | undefined {
  const where = `${fault.at}, await ${fault.await}`;
  switch (fault.do) {
    case 'fail':
      throw new InjectedFailure(where);
    case 'fail-oddly':
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the fault
      throw `injected at ${where}, and no Error`;
    case 'hang':
      return context.sleep(FOREVER_MS);
    case 'hang-deaf':
      return sleepUnaborted(context, FOREVER_MS);
    case 'crash':
      app.crash(new InjectedFailure(where));
      return undefined;
    case 'stop':
      context.requestShutdown(`asked for at ${where}`);
      return undefined;
    case 'disable':
      context.disable?.(`asked for at ${where}`);
      return undefined;
    case 'die':
      context.fail?.(new InjectedFailure(where));
      return undefined;
    case 'delay':
      return context.sleep(fault.ms ?? 0);
    case 'delay-deaf':
      return sleepUnaborted(context, fault.ms ?? 0);
    case 'yield':
      return microtasks(fault.turns ?? 1);
  }
}

/** Sleeps on virtual time, whatever happens to the signal. */
const sleepUnaborted = ({ clock }: AnyContext, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.at(clock.now() + ms, resolve));

async function microtasks(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}
