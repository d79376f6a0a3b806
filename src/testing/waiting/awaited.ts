import type { ApplicationEventMap, ApplicationEventName, ApplicationEvents } from '../../contracts/ApplicationEvents';
import type { LogEntry } from '../../contracts/ListenerLogger';
import type { ApplicationState } from '../../contracts/states';
import type { ListenerRuntime } from '../../coordinator/ListenerRuntime';
import { isTrue } from '../isTrue';
import type { LogBook } from '../Journal';
import type { Awaited } from './Wait';
import { describeError } from '../../errors/serializeError';

/** Names to wait for: each event of the application, and `log` for a log entry. */
export type AwaitedName = ApplicationEventName | 'log';

/** The value that a wait for that name resolves with: the event, or the log entry. */
export type AwaitedValue<K extends AwaitedName> = K extends ApplicationEventName ? ApplicationEventMap[K] : LogEntry;

/** Waits for the next event of that name, or the next log entry, for which `matches` returns true. */
export function awaitedEvent<K extends AwaitedName>(
  { events, logBook }: { readonly events: ApplicationEvents; readonly logBook: LogBook },
  name: K,
  matches: (value: AwaitedValue<K>) => boolean,
): Awaited<AwaitedValue<K>> {
  return {
    call: `until('${name}')`,
    arm(found, lost) {
      const consider = (value: unknown): void => {
        try {
          if (isTrue(matches(value as AwaitedValue<K>))) found(value as AwaitedValue<K>);
        } catch (error) {
          lost(`its condition throws: ${describeError(error)}`, error);
        }
      };
      return name === 'log' ? logBook.onEntry(consider) : events.on(name, consider);
    },
  };
}

/** Waits until the condition is true. */
export function awaitedCondition(events: ApplicationEvents, condition: () => boolean): Awaited<void> {
  let look: () => void = () => undefined;
  return {
    call: 'until(condition)',
    look: () => {
      look();
    },
    arm(found, lost) {
      look = () => {
        try {
          if (isTrue(condition())) found();
        } catch (error) {
          lost(`its condition throws: ${describeError(error)}`, error);
        }
      };
      look();
      return events.onAny(() => {
        look();
      });
    },
  };
}

/**
 * Waits until a listener runs. One that is being restarted, or is blocked by one that is, still comes to run.
 *
 * @param runtimeOf - the listener of a name.
 */
export function awaitedListener(
  events: ApplicationEvents,
  runtime: ListenerRuntime,
  runtimeOf: (name: string) => ListenerRuntime | undefined,
): Awaited<void> {
  const isComing = ({ current, isInService }: ListenerRuntime): boolean =>
    isInService ||
    current.state === 'registered' ||
    (current.state === 'blocked' && runtimeOf(current.blockedBy)?.isInService === true);
  return {
    call: `untilStarted(${JSON.stringify(runtime.name)})`,
    arm(found, lost) {
      const look = (): void => {
        if (runtime.state === 'running') found();
        else if (!isComing(runtime)) lost(`"${runtime.name}" is ${runtime.state}`);
      };
      look();
      return events.onAny(look);
    },
  };
}

/** Waits until the boot is decided. */
export function awaitedStart(events: ApplicationEvents, state: () => ApplicationState): Awaited<void> {
  return {
    call: 'untilStarted()',
    arm(found, lost) {
      const look = (): void => {
        const current = state();
        if (current === 'running' || current === 'degraded') found();
        else if (current !== 'created' && current !== 'starting') lost(`the application is ${current}`);
      };
      look();
      return events.onAny(look);
    },
  };
}
