import { BootError } from '../../src';
import type { ExploredRun } from '../../src/testing/explore/ExploredRun';
import { applicationOf, callsOf, eventOf, eventsOf, hold, listenersOf, payloadOf } from './observed';

const ENDED = new Set<string>(['listener.stopped', 'listener.shutdown_failed']);

/** Milliseconds that a stop may take beyond its grace: hooks that hang or are cut get single seconds. */
const LAST_SECONDS_MS = 7_000;

export function shutsDownOnce(run: ExploredRun): void {
  for (const { name } of listenersOf(run)) {
    const calls = callsOf(run, name, 'shutdown').length;
    const started = eventOf(run, 'listener.started', name) !== undefined;
    const stopped = eventsOf(run, name).filter((event) => ENDED.has(event.name)).length;
    if (started) {
      hold(calls === 1, () => `"${name}" has started, and its shutdown was called ${calls} times`);
      hold(stopped === 1, () => `"${name}" has started, and ended ${stopped} times`);
      continue;
    }
    const [startup] = callsOf(run, name, 'startup');
    const failed = eventOf(run, 'listener.startup_failed', name);
    const given = failed ?? eventOf(run, 'listener.stopped', name);
    const isLate = startup?.outcome === 'resolved' && given !== undefined && (startup.ended ?? 0) > given.order;
    // A startup that resolves after the stop has ended cannot be shut down any more.
    hold(calls <= (isLate ? 1 : 0), () => `"${name}" has not started, and its shutdown was called ${calls} times`);
    const end = eventOf(run, 'application.stopped')?.order ?? 0;
    if (isLate && (startup.ended ?? 0) < end) hold(calls === 1, () => `"${name}" came too late and was left running`);
  }
}

export function stopsInReverse(run: ExploredRun): void {
  const { concurrency, listeners } = applicationOf(run);
  const started = run.events.filter(({ name }) => name === 'listener.started').map(({ listener }) => listener);
  const stopping = run.events.filter(({ name }) => name === 'listener.stopping');
  if (concurrency === 1) {
    const order = stopping.map(({ listener }) => listener).join();
    hold(order === started.toReversed().join(), () => `started ${started.join()}, stopped ${order}`);
  }
  const cut = cutOf(run);
  for (const { name, needs = [], wants = [] } of listeners) {
    const ended = eventsOf(run, name).find((event) => ENDED.has(event.name));
    if (ended === undefined || eventOf(run, 'listener.started', name) === undefined) continue;
    for (const other of [...needs, ...wants]) {
      const begins = eventOf(run, 'listener.stopping', other);
      if (begins === undefined || cut.has(other)) continue;
      hold(begins.order > ended.order, () => `"${other}" stops before "${name}", which goes after it, has ended`);
    }
  }
}

const cutOf = (run: ExploredRun): ReadonlySet<string> =>
  new Set((run.report?.listeners ?? []).filter((one) => one.cut === true).map(({ name }) => name));

/** A shutdown begins after the work of its listener has ended, unless that work has used up its time or was cut. */
export function settlesWorkBeforeShutdown(run: ExploredRun): void {
  const cut = cutOf(run);
  for (const { name, tasks = [] } of listenersOf(run)) {
    const [shutdown] = callsOf(run, name, 'shutdown');
    if (shutdown === undefined || cut.has(name) || eventOf(run, 'listener.stopped', name) === undefined) continue;
    for (const hook of ['run', 'ready', ...tasks.map((task) => task.name)]) {
      const open = callsOf(run, name, hook).find(({ ended }) => ended === undefined || ended > shutdown.began);
      hold(open === undefined, () => `${name}.${hook} goes on during its shutdown, and the stop was clean`);
    }
  }
}

export function disposesEverythingOnce(run: ExploredRun): void {
  for (const { name, defers = 0 } of listenersOf(run)) {
    const [startup] = callsOf(run, name, 'startup');
    const disposed = run.disposed.filter((one) => one.startsWith(`${name} `));
    if (startup?.outcome !== 'resolved' && disposed.length === 0) continue;
    const expected = Array.from({ length: defers }, (_, index) => `${name} ${defers - index}`);
    // If a startup was given up already, each disposer is called as soon as it is deferred.
    const given = eventOf(run, 'listener.startup_failed', name) ?? eventOf(run, 'listener.stopped', name);
    const isLate = startup?.ended !== undefined && given !== undefined && startup.ended > given.order;
    const [seen, wanted] = isLate ? [disposed.toSorted(), expected.toSorted()] : [disposed, expected];
    hold(seen.join() === wanted.join(), () => `disposed "${seen.join()}", expected "${wanted.join()}"`);
  }
}

export function endsInTime(run: ExploredRun): void {
  const { grace = 0, rollbackGrace = 0, delay = 0 } = applicationOf(run);
  const limit = delay + (run.bootError instanceof BootError ? rollbackGrace : grace) + LAST_SECONDS_MS;
  hold((run.exitMs ?? Infinity) <= limit, () => `the stop took ${run.exitMs ?? 0} ms, allowed are ${limit}`);
}

export function exitsWithTheRightCode(run: ExploredRun): void {
  const opened = eventOf(run, 'application.started');
  const ended = eventOf(run, 'application.stopped')?.order ?? 0;
  const crashed = run.injected.some(({ fault, order }) => fault.do === 'crash' && order < ended);
  const died = run.events.some(
    (event) =>
      event.name === 'listener.died' &&
      payloadOf<{ fatal: boolean }>(event).fatal &&
      opened !== undefined &&
      event.order > opened.order,
  );
  const failed = run.bootError instanceof BootError;
  const listeners = run.report?.listeners ?? [];
  const unclean = listeners.some(({ state, cut }) => state === 'shutdown_failed' || cut === true);
  const expected = crashed || died || failed ? 1 : unclean ? 3 : 0;
  hold(run.report?.code === expected, () => `exit code ${run.report?.code ?? ''}, expected ${expected}`);
}

const STATE_AFTER: Readonly<Record<string, string>> = {
  'listener.started': 'running',
  'listener.startup_failed': 'startup_failed',
  'listener.blocked': 'blocked',
  'listener.disabled': 'disabled',
  'listener.died': 'died',
  'listener.stopping': 'stopping',
  'listener.stopped': 'stopped',
  'listener.shutdown_failed': 'shutdown_failed',
};

export function statusAgreesWithTheJournal(run: ExploredRun): void {
  for (const { name, state } of run.status.listeners) {
    const last = eventsOf(run, name).findLast((event) => event.name in STATE_AFTER);
    const expected = last === undefined ? 'registered' : STATE_AFTER[last.name];
    hold(state === expected, () => `"${name}" is ${state}, and its last event was ${last?.name ?? 'none'}`);
  }
  const expected = run.bootError instanceof BootError ? 'failed' : 'stopped';
  hold(run.status.state === expected, () => `the application is ${run.status.state}, expected ${expected}`);
}

export function leavesNoRejection(run: ExploredRun): void {
  hold(run.unhandled.length === 0, () => `unhandled: ${run.unhandled.map(String).join()}`);
}

/** Without faults every hook fits into its time, and the exit is clean if the grace is long enough. */
export function endsCleanWithoutFaults(run: ExploredRun): void {
  const { grace = 0, listeners } = applicationOf(run);
  if (run.script.faults.length > 0 || grace < 200 || listeners.some(({ unbuildable }) => unbuildable === true)) return;
  hold(run.report?.code === 0, () => `exit code ${run.report?.code ?? ''} without any fault`);
}
