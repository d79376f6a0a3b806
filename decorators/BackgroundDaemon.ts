import type { ListenerHooks, OnTick } from '../src/contracts/hooks';
import { writeListenerMetadata } from '../src/contracts/metadata';
import type {
  BackgroundDaemonOptions,
  EventDrivenDaemonOptions,
  ScheduledDaemonOptions,
} from '../src/contracts/options';
import { authorLocation } from './authorLocation';
import { refuseMissingParentheses, requireClass } from './misuse';

/** A class whose hooks, where it has them, have the right form. */
export type ListenerClass<Hooks> = abstract new (...args: never[]) => object & Hooks;

/**
 * Marks a class as a background daemon: one singleton that the application starts, runs on its schedule and stops.
 *
 * Only records metadata: importing a decorated class changes nothing. An option that types cannot check (a cron pattern,
 * a name that is taken) is reported by `createApplication`, with everything else that is wrong.
 */
export function BackgroundDaemon(
  options: ScheduledDaemonOptions,
): (target: ListenerClass<ListenerHooks & OnTick>) => void;
export function BackgroundDaemon(options?: EventDrivenDaemonOptions): (target: ListenerClass<ListenerHooks>) => void;
export function BackgroundDaemon(options: BackgroundDaemonOptions = {}) {
  refuseMissingParentheses('BackgroundDaemon', [options]);
  const location = authorLocation(BackgroundDaemon);
  return (target: ListenerClass<ListenerHooks>): void => {
    requireClass('BackgroundDaemon', target);
    writeListenerMetadata(target, { kind: 'daemon', options, location });
  };
}
