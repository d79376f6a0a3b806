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
 * The key of a log field that holds the whole of a line for people: the text format prints it instead of the line, and nothing
 * when it is empty. Other formats and sinks do not see it.
 */
export const BRIEF = Symbol('daemonry.brief');

/**
 * An exit report as the fields of a log line, which is at most 8 KiB long: the errors of listeners, which a line of their own has
 * told, only by name and message. When there are many listeners, those that ended well are counted.
 */
export function reportFields(report: ExitReport): LogFields {
  const { listeners, error, disposalErrors } = report;
  const isTold = error !== undefined && listeners.some((each) => each.error?.message === error.message);
  const told = listeners.length <= MOST_LISTENERS ? listeners : listeners.filter((each) => each.error !== undefined);
  const short = told.slice(0, MOST_LISTENERS).map(({ error: why, ...each }) => ({
    ...each,
    ...(why === undefined ? {} : { error: shortly(why) }),
  }));
  const shown = fitting(short, 3_000);
  const undisposed = fitting(disposalErrors.map(bounded), 1_000);
  return {
    ...report,
    reason: cut(report.reason),
    ...causeFields(report.causes, 1_000),
    ...(error === undefined ? {} : { error: isTold ? shortly(error) : bounded(error) }),
    listeners: shown,
    ...(shown.length === listeners.length ? {} : { listenersLeftOut: listeners.length - shown.length }),
    disposalErrors: undisposed,
    ...leftOut('disposalErrorsLeftOut', disposalErrors, undisposed),
    [READABLE]: reportText(report),
  };
}

/** Causes as the fields of a log line. @param room - the characters of JSON that all of them may take. */
export function causeFields(causes: readonly string[], room = 6_000): LogFields {
  const shown = fitting(causes.map(cut), room);
  return { causes: shown, ...leftOut('causesLeftOut', causes, shown) };
}

const leftOut = (key: string, all: readonly unknown[], shown: readonly unknown[]): LogFields =>
  shown.length === all.length ? {} : { [key]: all.length - shown.length };

/** A line with more listeners is longer than what reads logs takes as one. */
const MOST_LISTENERS = 40;
/** A text that is longer is cut where a line tells several. */
const LONGEST_TEXT = 300;
/** An error that takes more characters of JSON is told by name and message. */
const LONGEST_ERROR = 2_000;

const lengthOf = (value: unknown): number => (JSON.stringify(value) ?? '').length;

/** The first items, as many as fit. */
function fitting<T>(items: readonly T[], room: number): readonly T[] {
  let left = room;
  const end = items.findIndex((item) => (left -= lengthOf(item) + 1) < 0);
  return end === -1 ? items : items.slice(0, end);
}

const cut = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

const shortly = ({ name, code, message }: SerializedError) => ({
  name,
  ...(code === undefined ? {} : { code }),
  message: message.split('\n', 1).join().slice(0, LONGEST_TEXT),
});

const bounded = (error: SerializedError): object => (lengthOf(error) > LONGEST_ERROR ? shortly(error) : error);

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
