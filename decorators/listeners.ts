import type { TickContext } from '../src/contracts/contexts';
import type { ListenerHooks, OnTick } from '../src/contracts/hooks';
import { listenerMetadata, writeListenerMetadata, writeTaskMetadata } from '../src/contracts/metadata';
import type {
  BackgroundDaemonOptions,
  EventDrivenDaemonOptions,
  ListenerOptions,
  PeriodicTaskOptions,
  ScheduledDaemonOptions,
} from '../src/contracts/options';
import { type InstanceSide, refuseMissingParentheses, refuseSecond, requireClass, requireMethod } from './misuse';

/** A class whose hook methods, if it has any, have the signatures in `Hooks`. */
export type ListenerClass<Hooks> = abstract new (...args: never[]) => object & Hooks;

/**
 * Marks a class as a background daemon: a singleton that the application starts, runs on its schedule and stops.
 *
 * The decorator only records metadata: importing a decorated class changes nothing. Errors that types cannot show,
 * such as an invalid cron pattern or a name that is taken, are reported by `createApplication` together with all other
 * problems.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, not on a class, or on one that has such a decorator.
 */
export function BackgroundDaemon(
  options: ScheduledDaemonOptions,
): (target: ListenerClass<ListenerHooks & OnTick>, ...none: never[]) => void;
/**
 * Marks a class as a background daemon without a schedule of its own: event-driven, or with `@PeriodicTask` methods
 * only.
 */
export function BackgroundDaemon(
  options?: EventDrivenDaemonOptions,
): (target: ListenerClass<ListenerHooks>, ...none: never[]) => void;
export function BackgroundDaemon(options: BackgroundDaemonOptions = {}) {
  refuseMissingParentheses('BackgroundDaemon', [options]);
  const location = authorLocation(BackgroundDaemon);
  return (target: ListenerClass<ListenerHooks>, ...none: never[]): void => {
    requireClass('BackgroundDaemon', [target, ...none]);
    refuseSecond('BackgroundDaemon', listenerMetadata(target));
    writeListenerMetadata(target, { kind: 'daemon', options, location });
  };
}

/**
 * Marks a class as a listener that is no daemon: it starts and stops in the same order as daemons, has no periodic
 * tasks, and a failure of its startup always aborts the boot. Use it for parts that the application is useless
 * without, such as an HTTP server.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, not on a class, or on one that has such a decorator.
 */
export function Listener(options: ListenerOptions = {}) {
  refuseMissingParentheses('Listener', [options]);
  const location = authorLocation(Listener);
  return (target: ListenerClass<Omit<ListenerHooks, 'tick'>>, ...none: never[]): void => {
    requireClass('Listener', [target, ...none]);
    refuseSecond('Listener', listenerMetadata(target));
    writeListenerMetadata(target, { kind: 'listener', options, location });
  };
}

/**
 * Makes a method of a background daemon a periodic task of its own. Options that are left out are taken from
 * `@BackgroundDaemon`. Tasks of one daemon may run at the same time.
 *
 * @throws MisusedDecoratorError when it is written without parentheses, or not on a method.
 */
export function PeriodicTask(options: PeriodicTaskOptions = {}, ...none: never[]) {
  refuseMissingParentheses('PeriodicTask', none);
  return <Method extends (context: TickContext) => unknown>(
    prototype: InstanceSide,
    method: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    requireMethod('PeriodicTask', prototype, method, descriptor);
    writeTaskMetadata(prototype, { method, options });
  };
}

/**
 * A function that returns where `decorator` is being applied, as `file:line:column`. Only one stack frame is captured,
 * and it is formatted when asked for, which keeps decorators cheap.
 */
function authorLocation(decorator: (...args: never[]) => unknown): () => string | undefined {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, decorator);
  Error.stackTraceLimit = limit;
  return () => locationIn(holder.stack ?? '');
}

/** Returns the place in the last line of a stack: `    at name (file:line:column)`, or without a name and parentheses. */
function locationIn(stack: string): string | undefined {
  const frame = stack.slice(stack.lastIndexOf('\n') + 1).trim();
  // A path may contain parentheses; the name of a function contains no space before one.
  const location = frame.endsWith(')') ? frame.slice(frame.indexOf(' (') + 2, -1) : frame.replace(/^at (async )?/, '');
  return /:\d+:\d+$/.test(location) ? location : undefined;
}
