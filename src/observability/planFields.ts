import type { BootPlan, PlannedListener, PlannedTask } from '../contracts/BootPlan';
import type { LogFields } from '../contracts/ListenerLogger';
import { READABLE } from './readable';

/** A plan as the fields of a log line: its text for people, what it decides as data. Flat enough not to be cut. */
export function planFields(plan: BootPlan): LogFields {
  const { listeners, values, warnings } = plan;
  return { plan: { listeners: listeners.map(describeListener), values, warnings }, [READABLE]: plan.toText() };
}

const describeListener = ({ edges, tasks, origins: _, ...listener }: PlannedListener): LogFields => ({
  ...listener,
  after: edges.map(({ on }) => on),
  tasks: tasks.map(describeTask),
});

const describeTask = ({ origins: _, nextDue, ...task }: PlannedTask): LogFields => ({ ...task, nextDueAt: nextDue[0] });
