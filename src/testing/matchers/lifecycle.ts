import type { TestApplication } from '../TestApplication';
import { applicationOf, listed, listenersOf, type MatcherResult, resultOf, kindOf } from './subject';
import type { StartupFailurePhase } from '../../contracts/ApplicationEvents';
import { BootError } from '../../errors/bootErrors';
import { isErrorLike } from '../../errors/foreign';
import { codeOf, describeError, messageOf } from '../../errors/serializeError';

/**
 * `expect(app).toHaveStartedInOrder(['database', 'web'])`: all have started, in this order; others may have in between.
 */
export function toHaveStartedInOrder(received: unknown, names: readonly string[]): MatcherResult {
  const app = applicationOf(received, 'toHaveStartedInOrder');
  listenersOf(app, names);
  const all = inOrder(app, ['listener.started']).filter((name) => names.includes(name));
  // Of a listener that was restarted, its first start counts, unless the test names each.
  const started = new Set(names).size === names.length ? [...new Set(all)] : all;
  const pass = started.join('\n') === names.join('\n');
  const instead = `they have started in this: ${listed(started)}`;
  return resultOf(app, pass, `these to have started in the order ${listed(names)}`, instead);
}

/**
 * `expect(app).toHaveStoppedInReverse()`: every listener that has started has stopped, newest first. One that was restarted is
 * as new as its last start; the shutdowns before its restarts do not count.
 */
export function toHaveStoppedInReverse(received: unknown): MatcherResult {
  const app = applicationOf(received, 'toHaveStoppedInReverse');
  const { started, stopped, died } = lastLives(app);
  const expected = started.filter((name) => stopped.includes(name) || !died.includes(name));
  const hasStarted = inOrder(app, ['listener.started']).length > 0;
  const pass = hasStarted && stopped.join('\n') === expected.join('\n');
  const instead = !hasStarted ? 'none has started' : `they have stopped in this: ${listed(stopped)}`;
  return resultOf(app, pass, `listeners to have stopped in the order ${listed(expected)}`, instead);
}

/** The listeners by their last start, newest first; those that were shut down after it, in that order; and those that died. */
function lastLives({ journal }: TestApplication): { started: string[]; stopped: string[]; died: string[] } {
  const started = new Set<string>();
  const stopped = new Set<string>();
  const died = new Set<string>();
  let isStopping = false;
  for (const [event, name = ''] of journal.map((entry) => entry.split(' '))) {
    if (event === 'application.stopping') isStopping = true;
    else if (event === 'listener.died') died.add(name);
    else if (event === 'listener.started') {
      for (const names of [started, stopped, died]) names.delete(name);
      started.add(name);
    } else if (event === 'listener.stopped' || event === 'listener.shutdown_failed') {
      if (isStopping && started.has(name)) stopped.add(name);
      else started.delete(name);
    }
  }
  return { started: [...started].reverse(), stopped: [...stopped], died: [...died] };
}

/** The listeners of the journal entries with one of these event names, oldest first. */
function inOrder(app: TestApplication, events: readonly string[]): string[] {
  return app.journal
    .map((entry) => entry.split(' '))
    .filter(([event]) => events.includes(event ?? ''))
    .map(([, listener = '']) => listener);
}

/** The properties that `toBeBootFailure` compares; an absent one may have any value. */
export interface ExpectedBootFailure {
  /** The listener whose startup was fatal. */
  readonly listener?: string;
  /** The phase in which its startup failed. */
  readonly phase?: StartupFailurePhase;
  /** The failed listener that blocked it. */
  readonly blockedBy?: string;
  /** The cause: a part of its message, a pattern, its class, or the error itself. */
  readonly cause?: string | RegExp | Error | (new (...args: never[]) => Error);
}

/** `expect(app).toBeDegradedBy('mail')`: the application runs without that listener, or it is stuck. */
export function toBeDegradedBy(received: unknown, name: string): MatcherResult {
  const app = applicationOf(received, 'toBeDegradedBy');
  listenersOf(app, [name]);
  const { state, listeners } = app.status();
  const lost = listeners.filter(
    (one) => ['startup_failed', 'blocked', 'died'].includes(one.state) || one.stuck === true,
  );
  const names = lost.map((listener) => listener.name);
  const pass = state === 'degraded' && names.includes(name);
  const instead = state === 'degraded' ? `it is by ${listed(names)}` : `it is ${state}`;
  return resultOf(app, pass, `the application to be degraded by "${name}"`, instead);
}

/**
 * `expect(app).toBeBlockedBy('database', ['mail', 'web'])`: exactly these listeners are blocked by that one; without a
 * list, at least one is.
 */
export function toBeBlockedBy(received: unknown, name: string, blocked?: readonly string[]): MatcherResult {
  const app = applicationOf(received, 'toBeBlockedBy');
  listenersOf(app, [name, ...(blocked ?? [])]);
  const found = app.status().listeners.filter(({ state, blockedBy }) => state === 'blocked' && blockedBy === name);
  const names = found.map((listener) => listener.name);
  const pass = blocked === undefined ? names.length > 0 : sorted(names) === sorted(blocked);
  const expected = `${blocked === undefined ? 'a listener' : listed(blocked)} to be blocked by "${name}"`;
  return resultOf(app, pass, expected, `blocked by it: ${listed(names)}`);
}

/**
 * `await expect(app.start()).rejects.toBeBootFailure('database')`, or `({ listener: 'database', phase: 'startup' })`
 */
export function toBeBootFailure(received: unknown, failure: string | ExpectedBootFailure = {}): MatcherResult {
  const expected = typeof failure === 'string' ? { listener: failure } : failure;
  const wanted = `a boot failure${describe(expected)}`;
  if (!isBootError(received)) {
    const shown = isErrorLike(received) ? describeError(received) : kindOf(received);
    return { pass: false, message: () => `Expected ${wanted}, but it is no BootError: ${shown}` };
  }
  const { listener = received.listenerName, phase = received.phase, blockedBy = received.blockedBy } = expected;
  const pass =
    received.listenerName === listener &&
    received.phase === phase &&
    received.blockedBy === blockedBy &&
    (expected.cause === undefined || isCause(received.cause, expected.cause));
  return { pass, message: () => `Expected ${pass ? 'not ' : ''}${wanted}, but it is this:\n${received.message}` };
}

const sorted = (names: readonly string[]): string => [...names].sort().join('\n');

/** True for a BootError of this or another copy of the class: modules may have been reset. */
const isBootError = (value: unknown): value is BootError =>
  value instanceof BootError || (isErrorLike(value) && codeOf(value) === 'BOOT_FAILED');

function isCause(cause: Error, expected: NonNullable<ExpectedBootFailure['cause']>): boolean {
  if (typeof expected === 'string') return messageOf(cause).includes(expected);
  if (expected instanceof RegExp) return messageOf(cause).search(expected) !== -1;
  return typeof expected === 'function' ? cause instanceof expected : cause === expected;
}

function describe({ listener, phase, blockedBy, cause }: ExpectedBootFailure): string {
  const because = typeof cause === 'function' ? cause.name : isErrorLike(cause) ? messageOf(cause) : cause;
  const parts = [
    ...(listener === undefined ? [] : [`of "${listener}"`]),
    ...(phase === undefined ? [] : [`in phase ${phase}`]),
    ...(blockedBy === undefined ? [] : [`blocked by "${blockedBy}"`]),
    ...(because === undefined ? [] : [`because of ${String(because)}`]),
  ];
  return parts.map((part) => ` ${part}`).join(',');
}
