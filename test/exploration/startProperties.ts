import { BootCancelledError, BootError } from '../../src';
import type { ExploredRun } from '../../src/testing/explore/ExploredRun';
import type { SyntheticListener } from '../../src/testing/explore/SyntheticApplication';
import {
  applicationOf,
  callsOf,
  DECIDED,
  eventOf,
  eventsOf,
  hold,
  isFatal,
  listenersOf,
  LOST,
  payloadOf,
} from './observed';

const edgesOf = ({ needs = [], wants = [] }: SyntheticListener): readonly string[] => [...needs, ...wants];

/** The topological order in which, among the free listeners, the one registered first goes next. */
function expectedOrder(listeners: readonly SyntheticListener[]): readonly string[] {
  const order: string[] = [];
  const left = [...listeners];
  while (left.length > 0) {
    const next = left.findIndex((listener) => edgesOf(listener).every((name) => order.includes(name)));
    const [taken] = left.splice(next, 1);
    if (next < 0 || taken === undefined) throw new Error('a cycle');
    order.push(taken.name);
  }
  return order;
}

export function startsInOrder(run: ExploredRun): void {
  const { listeners, concurrency } = applicationOf(run);
  for (const listener of listeners) {
    const starting = eventOf(run, 'listener.starting', listener.name);
    if (starting === undefined) continue;
    for (const other of edgesOf(listener)) {
      const decided = eventsOf(run, other).some(({ name, order }) => DECIDED.has(name) && order < starting.order);
      hold(decided, () => `"${listener.name}" starts before "${other}" is decided`);
    }
  }
  if (concurrency !== 1) return;
  const taken = new Set(
    run.events
      .filter(({ name }) => ['listener.starting', 'listener.blocked', 'listener.disabled'].includes(name))
      .map(({ listener }) => listener ?? ''),
  );
  const expected = expectedOrder(listeners).slice(0, taken.size);
  hold([...taken].join() === expected.join(), () => `taken ${[...taken].join()}, expected ${expected.join()}`);
}

export function startsNoMoreThanAllowed(run: ExploredRun): void {
  const { concurrency = 1 } = applicationOf(run);
  const inFlight = new Set<string>();
  for (const { name, listener = '' } of run.events) {
    if (name === 'listener.starting') inFlight.add(listener);
    else if (DECIDED.has(name)) inFlight.delete(listener);
    hold(inFlight.size <= concurrency, () => `${[...inFlight].join()} start at once, allowed are ${concurrency}`);
  }
}

export function startsNothingAfterAFatalFailure(run: ExploredRun): void {
  const opened = eventOf(run, 'application.started')?.order ?? Infinity;
  const stopping = eventOf(run, 'application.stopping')?.order ?? Infinity;
  const fatal = run.events.find(
    (event) =>
      event.order < opened &&
      (event.name === 'listener.startup_failed' || event.name === 'listener.died') &&
      payloadOf<{ fatal: boolean }>(event).fatal,
  );
  for (const listener of listenersOf(run)) {
    const blocked = eventOf(run, 'listener.blocked', listener.name);
    const limits = [fatal?.order, stopping, isFatal(listener) ? blocked?.order : undefined];
    const over = Math.min(...limits.map((order) => order ?? Infinity));
    const late = run.events.find(({ name, order }) => name === 'listener.starting' && order > over);
    hold(late === undefined, () => `"${late?.listener ?? ''}" starts although the boot is over`);
  }
}

export function blocksWhatNeedsTheLost(run: ExploredRun): void {
  for (const listener of listenersOf(run)) {
    const { name, needs = [] } = listener;
    const before = (events: ReadonlySet<string>, order: number): boolean =>
      needs.some((need) => eventsOf(run, need).some((event) => events.has(event.name) && event.order < order));
    const disabling = new Set(['listener.disabled']);
    for (const event of eventsOf(run, name)) {
      switch (event.name) {
        case 'listener.starting':
          hold(!before(LOST, event.order), () => `"${name}" starts, and needs what is lost`);
          hold(!before(disabling, event.order), () => `"${name}" starts, and needs what is disabled`);
          break;
        case 'listener.blocked': {
          hold(before(LOST, event.order), () => `"${name}" is blocked, and needs nothing that is lost`);
          const { blockedBy } = payloadOf<{ blockedBy: string }>(event);
          const root = eventsOf(run, blockedBy).some(
            (one) => ['listener.startup_failed', 'listener.died'].includes(one.name) && one.order < event.order,
          );
          hold(root, () => `"${name}" is blocked by "${blockedBy}", which has not failed itself`);
          break;
        }
        case 'listener.disabled': {
          const own = run.injected.some(({ fault }) => fault.do === 'disable' && fault.at === `${name}.startup`);
          hold(own || before(disabling, event.order), () => `"${name}" is disabled for no reason`);
          break;
        }
        default:
      }
    }
  }
}

export function decidesTheBoot(run: ExploredRun): void {
  const started = eventOf(run, 'application.started') !== undefined;
  hold(run.boot !== undefined, () => 'start() never settled');
  hold(started === (run.boot === 'started'), () => `start() has ${run.boot ?? ''}, application.started: ${started}`);
  if (started) {
    const open = listenersOf(run).filter(({ name }) => !eventsOf(run, name).some((event) => DECIDED.has(event.name)));
    hold(open.length === 0, () => `the boot is decided, and ${open.map(({ name }) => name).join()} is not`);
    return;
  }
  const { bootError } = run;
  hold(
    bootError instanceof BootError || bootError instanceof BootCancelledError,
    () => `boot error ${String(bootError)}`,
  );
}

/** Every started listener gets one call of `run`, and one of `ready` after the boot is decided. */
export function callsReadyAndRunOnce(run: ExploredRun): void {
  const opened = eventOf(run, 'application.started');
  for (const { name, ready, run: body } of listenersOf(run)) {
    const started = eventOf(run, 'listener.started', name);
    const died = eventOf(run, 'listener.died', name);
    const bodies = callsOf(run, name, 'run').length;
    hold(bodies === (started !== undefined && body !== undefined ? 1 : 0), () => `${bodies} run bodies of "${name}"`);
    const calls = callsOf(run, name, 'ready');
    const runsAtOpening =
      started !== undefined && !(died !== undefined && opened !== undefined && died.order < opened.order);
    const expected = ready !== undefined && opened !== undefined && runsAtOpening ? 1 : 0;
    const stoppedAtOnce =
      eventOf(run, 'listener.died', name) !== undefined || eventOf(run, 'application.stopping') !== undefined;
    hold(
      calls.length === expected || (stoppedAtOnce && calls.length < expected),
      () => `${calls.length} ready hooks of "${name}", expected ${expected}`,
    );
    hold(
      calls.every(({ began }) => opened !== undefined && began > opened.order),
      () => `"${name}" is ready too early`,
    );
  }
}
