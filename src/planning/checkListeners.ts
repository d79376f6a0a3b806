import { types } from 'node:util';

import type { Bound } from '../container/Bound';
import { decoratedBase } from '../container/Class';
import { describeOrigin, type DiscoveredListener } from '../contracts/DiscoveredListener';
import { HOOK_NAMES } from '../contracts/hooks';
import { isDaemon, type ListenerDefinition } from '../contracts/ListenerDefinition';
import { type AnyClass, listenerMetadata, taskMetadata } from '../contracts/metadata';
import { describeClass } from '../errors/describeClass';
import { readOptional } from '../errors/foreign';
import type { Problems } from '../errors/Problem';
import { scheduleComplaint } from '../scheduling/when';

/** Reports a name that two listeners have, with both of them. */
export function checkNames(listeners: readonly DiscoveredListener[], problems: Problems): void {
  const owners = new Map<string, DiscoveredListener>();
  for (const listener of listeners) {
    const owner = owners.get(listener.name);
    if (owner === undefined) {
      owners.set(listener.name, listener);
      continue;
    }
    const rename = "give one of the two another name: @BackgroundDaemon({ name: '…' }).";
    problems.add('DUPLICATE_NAME', {
      what: `Two listeners are named "${listener.name}".`,
      facts: { first: describeOwner(owner), second: describeOwner(listener) },
      fix:
        owner.target.name === listener.target.name
          ? `if it is one class that was loaded from two copies of its file, keep one copy; else ${rename}`
          : rename,
    });
  }
}

const describeOwner = ({ target, origin }: DiscoveredListener): string =>
  `${describeClass(target)}, ${describeOrigin(origin)}`;

/** Reports hooks and tasks that are generator functions: calling one runs nothing of it. */
export function checkGenerators(listeners: readonly DiscoveredListener[], problems: Problems): void {
  const check = ({ name, target, hooks }: DiscoveredListener, method: string): void => {
    const hook = readOptional(hooks, method);
    if (typeof hook === 'function' && types.isGeneratorFunction(hook))
      reportGenerator(`${name}.${method}`, target, problems);
  };
  for (const listener of listeners) {
    HOOK_NAMES.forEach((method) => {
      check(listener, method);
    });
    for (const { method } of taskMetadata(listener.target)) check(listener, method);
  }
}

function reportGenerator(what: string, target: AnyClass, problems: Problems): void {
  problems.add('GENERATOR_FUNCTION', {
    what: `"${what}" is a generator function: calling it would run nothing of it.`,
    facts: { class: describeClass(target) },
    fix: 'make it an async function instead of a generator function, and await in it.',
  });
}

/** Reports cron patterns and time zones that cannot be read, are unknown, or are never due. */
export function checkSchedules(definitions: readonly ListenerDefinition[], now: number, problems: Problems): void {
  for (const definition of definitions) {
    if (!isDaemon(definition)) continue;
    for (const { name, schedule, origins } of definition.tasks) {
      const complaint = scheduleComplaint(schedule, now);
      if (complaint === undefined) continue;
      problems.add('INVALID_SCHEDULE', {
        what: `The schedule of "${definition.name}.${name}" cannot be kept: ${complaint}.`,
        facts: { class: definition.source, 'cron from': origins['cron'], 'time zone from': origins['timeZone'] },
        fix: "give five fields (minute, hour, day, month, weekday) or six with seconds first, and an IANA time zone such as 'Europe/Berlin'.",
      });
    }
  }
}

/** Reports `@PeriodicTask` methods that nothing would ever call, because their class is no background daemon. */
export function checkTaskDecorators(bounds: readonly Bound[], problems: Problems): void {
  for (const { implementation, origin } of bounds) {
    if (implementation === undefined || origin.kind === 'overrides') continue;
    const kind = listenerMetadata(implementation)?.kind;
    if (kind === 'daemon') continue;
    const tasks = taskMetadata(implementation);
    if (tasks.length === 0) continue;
    const base = kind === undefined ? decoratedBase(implementation) : undefined;
    problems.add('TASK_OUTSIDE_DAEMON', {
      what: `"${implementation.name}" has @PeriodicTask methods, and is no background daemon.`,
      facts: {
        class: describeClass(implementation),
        methods: tasks.map(({ method }) => method),
        bound: describeOrigin(origin),
      },
      fix:
        base === undefined
          ? `decorate the class with @BackgroundDaemon()${kind === 'listener' ? ' instead of @Listener()' : ', and give it in `listeners`'}.`
          : `decorate it with @BackgroundDaemon() as well: options are not inherited, and only its base "${base.name}" is decorated.`,
    });
  }
}
