import { decoratedBase } from '../container/checkListenerClass';
import type { Bound } from '../container/Bound';
import { describeClass } from '../container/classLocation';
import { listenerMetadata, taskMetadata } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';

/** Reports `@PeriodicTask` methods that nobody would ever call, because their class is no background daemon. */
export function checkTaskDecorators(bounds: readonly Bound[], problems: Problems): void {
  for (const { implementation, origin } of bounds) {
    if (implementation === undefined || origin.startsWith('overrides[')) continue;
    const kind = listenerMetadata(implementation)?.kind;
    if (kind === 'daemon') continue;
    const tasks = taskMetadata(implementation);
    if (tasks.length === 0) continue;
    const base = kind === undefined ? decoratedBase(implementation) : undefined;
    problems.add('TASK_OUTSIDE_DAEMON', {
      what: `"${implementation.name}" has @PeriodicTask methods, and is no background daemon.`,
      facts: { class: describeClass(implementation), methods: tasks.map(({ method }) => method), bound: origin },
      fix:
        base === undefined
          ? `decorate the class with @BackgroundDaemon()${kind === 'listener' ? ' instead of @Listener()' : ', and give it in `listeners`'}.`
          : `decorate it with @BackgroundDaemon() as well: options are not inherited, and only its base "${base.name}" is decorated.`,
    });
  }
}
