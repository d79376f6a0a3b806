import { formatDuration } from '../contracts/Duration';
import type { ExitReport, ExitReportListener } from '../contracts/ExitReport';
import type { SerializedError } from '../contracts/SerializedError';

/** How an application ended, for people: a line per listener in start order, then what failed beside them. */
export function reportText({ degraded, error, listeners, disposalErrors }: ExitReport): string {
  const widths = [({ name }: ExitReportListener) => name, ({ state }: ExitReportListener) => state].map((column) =>
    Math.max(0, ...listeners.map((listener) => column(listener).length)),
  );
  const lines = listeners.map((listener) => describeListener(listener, widths));
  if (degraded) lines.push('it was degraded');
  if (error !== undefined) lines.push(`error: ${describeError(error)}`);
  lines.push(...disposalErrors.map((failure) => `not disposed: ${describeError(failure)}`));
  return lines.join('\n');
}

function describeListener(listener: ExitReportListener, [names = 0, states = 0]: readonly number[]): string {
  const { name, state, startupMs, shutdownMs, cut, error } = listener;
  const parts = [
    ...(startupMs === undefined ? [] : [`started in ${formatDuration(startupMs)}`]),
    ...(shutdownMs === undefined ? [] : [`stopped in ${formatDuration(shutdownMs)}`]),
    ...(cut === true ? ['cut'] : []),
    ...(error === undefined ? [] : [describeError(error)]),
  ];
  return `${name.padEnd(names)}  ${state.padEnd(states)}  ${parts.join(', ')}`.trimEnd();
}

/** The first line says what happened; the facts and the fix were logged when it did. */
const describeError = ({ name, message }: SerializedError): string => `${name}: ${message.split('\n', 1).join()}`;
