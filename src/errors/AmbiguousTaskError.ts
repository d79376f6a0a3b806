import { DaemonryError } from './DaemonryError';

/** Thrown when a task has to be named, because the listener has several and none is `tick`. */
export class AmbiguousTaskError extends DaemonryError {
  constructor(
    readonly listenerName: string,
    tasks: readonly string[],
  ) {
    super('AMBIGUOUS_TASK', {
      what: `"${listenerName}" has several tasks, and none of them is its tick.`,
      facts: { tasks: tasks.join(', ') },
      fix: `name one of them, as in trigger('${listenerName}', '${tasks[0] ?? ''}').`,
    });
  }
}
