import { createHook } from 'node:async_hooks';

import { currentExecution } from '../../execution/ExecutionContext';
import { type CallSite, callSite } from '../callSite';
import { holdsProcess, kindOfResource } from './openHandles';

/** Something that a listener has left open. */
export interface Leak {
  /** The hook or task that opened it: `order_sync.startup`. */
  readonly owner: string;
  /** `timer`, `socket`, `server`, `listener of process "SIGHUP"` … */
  readonly kind: string;
  /** The place that opened it, `file:line:column`; absent when no line outside daemonry and packages is known. */
  readonly at?: string;
}

/** The leak as text: `order_sync.startup: timer, made at file:line:column`. */
export const describeLeak = ({ owner, kind, at }: Leak): string =>
  `${owner}: ${kind}${at === undefined ? '' : `, made at ${at}`}`;

interface Tracked {
  readonly owner: string;
  readonly kind: string;
  readonly site: CallSite;
  readonly isOpen: () => boolean;
}

/** The number of tracked things after which the closed ones are dropped for the first time. */
const FIRST_SWEEP = 256;

/** The active watches, by the session of their application. */
const watches = new Map<string, LeakWatch>();

/** Tracks timers, handles and process listeners that the listeners of one application open. */
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

  /** Everything tracked that is open now. */
  get open(): readonly Leak[] {
    this.#sweep();
    return this.#tracked.map(({ owner, kind, site }) => ({ owner, kind, at: site.at }));
  }

  /** Stops tracking. Things tracked so far can still be read. */
  end(): void {
    if (!watches.delete(this.#sessionId) || watches.size > 0) return;
    asyncHook.disable();
    process.off('newListener', onNewListener);
  }

  /** Adds one thing, and now and then drops the closed ones. */
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

/** Tracks the thing that is being opened now, if the code that opens it belongs to a watched listener. */
function track(kind: string, isOpen: () => boolean): void {
  const execution = currentExecution();
  const watch = execution === undefined ? undefined : watches.get(execution.sessionId);
  if (execution === undefined || watch === undefined) return;
  watch.track({ owner: `${execution.listener}.${execution.task ?? execution.hook}`, kind, site: callSite(), isOpen });
}
