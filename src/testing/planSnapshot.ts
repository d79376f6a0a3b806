import { basename, isAbsolute } from 'node:path';

import type { BootPlan, PlannedListener, PlannedTask } from '../contracts/BootPlan';

/** A plan without the parts that differ from run to run or from machine to machine. Plain JSON. */
export interface PlanSnapshot {
  /** The name of the application. */
  readonly name: string;
  /** The names of the listeners in start order. */
  readonly order: readonly string[];
  /** The planned listeners in start order, without the places of their classes and the next due moments. */
  readonly listeners: readonly (Omit<PlannedListener, 'source' | 'tasks'> & {
    readonly tasks: readonly Omit<PlannedTask, 'nextDue'>[];
  })[];
  /** Each as `CODE: message`. */
  readonly warnings: readonly string[];
  /** The configured values that are not the default, by path; each as `value (origin)`. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * The part of a plan to compare with a snapshot: `expect(planSnapshot(app.plan)).toMatchSnapshot()`. Leaves out
 * instants, the places of classes and configured values that are the default, and shortens absolute paths to the file's
 * name.
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

/** A copy with absolute paths shortened to the file's name, and the working directory removed from other texts. */
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
