import type { BootPlan, PlannedListener, PlannedTask } from '../contracts/BootPlan';
import { formatDuration } from '../contracts/Duration';
import type { ExitReport, ExitReportListener } from '../contracts/ExitReport';
import type { LogFields } from '../contracts/ListenerLogger';
import type { SerializedError } from '../contracts/SerializedError';

/**
 * The key of a log field that holds a text for people. The text format prints it below the message instead of the other
 * fields; the JSON format, and any other sink, prints the other fields, since a symbol is not part of JSON.
 */
export const READABLE = Symbol('daemonry.readable');

/**
 * The boot plan as the fields of a log line: as data, flat enough for {@link toPlainValue}'s limits, and as text for
 * people.
 */
export function planFields(plan: BootPlan): LogFields {
  const { listeners, values, warnings } = plan;
  return { plan: { listeners: listeners.map(plannedListener), values, warnings }, [READABLE]: plan.toText() };
}

const plannedListener = ({ edges, tasks, origins: _, ...listener }: PlannedListener): LogFields => ({
  ...listener,
  after: edges.map(({ on }) => on),
  tasks: tasks.map(plannedTask),
});

const plannedTask = ({ origins: _, nextDue, ...task }: PlannedTask): LogFields => ({ ...task, nextDueAt: nextDue[0] });

/**
 * An exit report as text for people: a line per listener in start order, then the errors that belong to no listener.
 */
export function reportText({ causes, error, listeners, disposalErrors }: ExitReport): string {
  const widths = [({ name }: ExitReportListener) => name, ({ state }: ExitReportListener) => state].map((column) =>
    Math.max(0, ...listeners.map((listener) => column(listener).length)),
  );
  const lines = listeners.map((listener) => listenerLine(listener, widths));
  for (const cause of causes) lines.push(`it was degraded: ${cause}`);
  if (error !== undefined) lines.push(`error: ${describeError(error)}`);
  lines.push(...disposalErrors.map((failure) => `not disposed: ${describeError(failure)}`));
  return lines.join('\n');
}

function listenerLine(listener: ExitReportListener, [names = 0, states = 0]: readonly number[]): string {
  const { name, state, startupMs, shutdownMs, cut, error } = listener;
  const parts = [
    ...(startupMs === undefined ? [] : [`started in ${formatDuration(startupMs)}`]),
    ...(shutdownMs === undefined ? [] : [`stopped in ${formatDuration(shutdownMs)}`]),
    ...(cut === true ? ['cut'] : []),
    ...(error === undefined ? [] : [describeError(error)]),
  ];
  return `${name.padEnd(names)}  ${state.padEnd(states)}  ${parts.join(', ')}`.trimEnd();
}

/** The first line of the message only: facts and fix were logged when the error happened. */
const describeError = ({ name, message }: SerializedError): string => `${name}: ${message.split('\n', 1).join()}`;
