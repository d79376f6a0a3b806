import { createHook } from 'node:async_hooks';

import { currentExecution } from '../../execution/ExecutionContext';
import { type CallSite, callSite } from '../callSite';
import { holdsProcess, kindOfResource } from './openHandles';

/** What a listener has left open. */
export interface Leak {
  /** The hook or task that made it: `order_sync.startup`. */
  readonly owner: string;
  /** `timer`, `socket`, `server`, `listener of process "SIGHUP"` … */
  readonly kind: string;
  /** Where it was made: `file:line:column`. */
  readonly at?: string;
}

/** `order_sync.startup: timer, made at file:line:column` */
export const describeLeak = ({ owner, kind, at }: Leak): string =>
  `${owner}: ${kind}${at === undefined ? '' : `, made at ${at}`}`;

interface Tracked {
  readonly owner: string;
  readonly kind: string;
  readonly site: CallSite;
  readonly isOpen: () => boolean;
}

/** So many are gathered before those that are closed are dropped for the first time. */
const FIRST_SWEEP = 256;

/** By the session of the application. */
const watches = new Map<string, LeakWatch>();

/** Gathers what the listeners of one application open. Costs nothing while no application is watched. */
export class LeakWatch {
  readonly #sessionId: string;
  #tracked: Tracked[] = [];
  #nextSweep = FIRST_SWEEP;

  /** Begins to watch. */
  constructor(sessionId: string) {
    this.#sessionId = sessionId;
    if (watches.size === 0) {
      asyncHook.enable();
      process.on('newListener', onNewListener);
    }
    watches.set(sessionId, this);
  }

  /** What is open now. */
  get open(): readonly Leak[] {
    this.#sweep();
    return this.#tracked.map(({ owner, kind, site }) => ({
      owner,
      kind,
      ...(site.at === undefined ? {} : { at: site.at }),
    }));
  }

  /** Gathers no more; what is gathered can still be asked for. */
  end(): void {
    if (!watches.delete(this.#sessionId) || watches.size > 0) return;
    asyncHook.disable();
    process.off('newListener', onNewListener);
  }

  track(tracked: Tracked): void {
    this.#tracked.push(tracked);
    if (this.#tracked.length < this.#nextSweep) return;
    this.#sweep();
    this.#nextSweep = Math.max(FIRST_SWEEP, this.#tracked.length * 2);
  }

  #sweep(): void {
    this.#tracked = this.#tracked.filter(({ isOpen }) => isOpen());
  }
}

const asyncHook = createHook({
  init(_id, type, _trigger, resource: object) {
    if (type === 'PROMISE') return;
    const kind = kindOfResource(type);
    if (kind === undefined) return;
    const reference = new WeakRef(resource);
    track(kind, () => {
      const alive = reference.deref();
      return alive !== undefined && holdsProcess(alive);
    });
  },
});

function onNewListener(event: string | symbol, listener: (...args: unknown[]) => void): void {
  track(`listener of process ${JSON.stringify(String(event))}`, () => {
    return process.listeners(event as never).includes(listener);
  });
}

/** Remembers what is being made now, when a listener makes it. */
function track(kind: string, isOpen: () => boolean): void {
  const execution = currentExecution();
  const watch = execution === undefined ? undefined : watches.get(execution.sessionId);
  if (execution === undefined || watch === undefined) return;
  watch.track({ owner: `${execution.listener}.${execution.task ?? execution.hook}`, kind, site: callSite(), isOpen });
}
