import { basename, isAbsolute } from 'node:path';

import type { BootPlan, PlannedListener, PlannedTask } from '../contracts/BootPlan';

/** A plan without what differs from one run, or one machine, to the next. Plain JSON. */
export interface PlanSnapshot {
  readonly name: string;
  readonly order: readonly string[];
  readonly listeners: readonly (Omit<PlannedListener, 'source' | 'tasks'> & {
    readonly tasks: readonly Omit<PlannedTask, 'nextDue'>[];
  })[];
  /** `CODE: message` */
  readonly warnings: readonly string[];
  /** What is not the default, by path: `value (origin)`. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * What to keep of a plan in a snapshot: `expect(planSnapshot(app.plan)).toMatchSnapshot()`. Without instants, without the
 * places of classes, and without configured values that are the default; of paths only the file's name remains.
 */
export function planSnapshot(plan: BootPlan): PlanSnapshot {
  const configured = plan.values.filter(({ origin }) => origin !== 'default');
  return portable({
    name: plan.name,
    order: plan.order,
    listeners: plan.listeners.map(({ source: _source, tasks, ...listener }) => ({
      ...listener,
      tasks: tasks.map(({ nextDue: _nextDue, ...task }) => task),
    })),
    warnings: plan.warnings.map(({ code, message }) => `${code}: ${message}`),
    values: Object.fromEntries(
      configured.map(({ path, value, origin }) => [path, `${JSON.stringify(portable(value))} (${portable(origin)})`]),
    ),
  });
}

/** A copy in which absolute paths are the names of their files, and the working directory is none. */
function portable<T>(value: T): T {
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') {
      return isAbsolute(one) ? basename(one) : one.replaceAll(`${process.cwd()}/`, '');
    }
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, copy(inner)]));
  };
  return copy(value) as T;
}
