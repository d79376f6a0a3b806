import type { LogEntry, LogLevel } from '../contracts/ListenerLogger';
import { BRIEF, READABLE } from './readable';
import { escapeControls } from './standardStreams';

const COLOURS = { error: 31, warn: 33, info: 32, debug: 90 } as const satisfies Record<LogLevel, number>;
const OWN_KEYS = new Set(['level', 'message', 'timestamp', 'listener', 'task', 'runId']);
const INDENT = '    ';

/**
 * A log entry as text for people: time, level, `listener.task`, message and fields on one line, and below it,
 * indented, each error with its stack and causes. If the entry has a {@link READABLE} text, that is printed below
 * instead of the fields; if it has a {@link BRIEF} text, that is all of it.
 *
 * @param columns - the width of the terminal, at which the lines of a brief text are broken. @defaultValue no limit
 */
export function formatLogEntry(entry: LogEntry, colours = false, columns = Infinity): string {
  const { [READABLE]: readable, [BRIEF]: brief } = entry as { readonly [READABLE]?: string; readonly [BRIEF]?: string };
  if (brief !== undefined) return fit(escapeControls(brief), columns);
  const fields =
    readable === undefined
      ? Object.entries(entry).filter(([key, value]) => !OWN_KEYS.has(key) && value !== undefined)
      : [];
  const subject = [entry.listener, entry.task].filter((part) => part !== undefined).join('.');
  const line = [
    entry.timestamp,
    paint(entry.level.toUpperCase().padEnd(5), entry.level, colours),
    subject,
    indent(escapeControls(entry.message)),
    ...fields.filter(([, value]) => !isError(value)).map(([key, value]) => `${formatValue(key)}=${formatValue(value)}`),
    entry.runId === undefined ? '' : `runId=${entry.runId}`,
  ];
  const errors = fields.flatMap(([key, value]) =>
    isError(value) ? formatError(value, key === 'error' ? '' : `${key}: `) : [],
  );
  return [
    line.filter((part) => part !== '').join(' '),
    ...(readable === undefined || readable === '' ? [] : [INDENT + indent(escapeControls(readable))]),
    ...errors.map((text) => `${INDENT}${text}`),
  ].join('\n');
}

/** Breaks the lines of a text between words. A word that is longer than a line stays whole: it may be an address. */
const fit = (text: string, columns: number): string =>
  text
    .split('\n')
    .flatMap((line) => (line.length > columns ? broken(line, columns) : [line]))
    .join('\n');

/** The lines of one that is too long, the later ones indented to its second column, if it has one that leaves room. */
function broken(line: string, columns: number): readonly string[] {
  const [start = '', margin = ''] = /^( *)(?:\S.*? {2,}(?=\S))?/.exec(line) ?? [];
  const hasColumn = start.length > margin.length;
  const hasRoom = hasColumn && start.length <= columns / 2;
  const indentation = hasRoom ? ' '.repeat(start.length) : `${margin}    `;
  const lines = hasColumn && !hasRoom ? [start.trimEnd(), indentation] : [start];
  let isEmpty = true;
  for (const word of line.slice(start.length).split(' ')) {
    const last = lines.at(-1) ?? '';
    const piece = isEmpty ? word : ` ${word}`;
    if (isEmpty || last.length + piece.length <= columns) lines[lines.length - 1] = last + piece;
    else lines.push(indentation + word);
    isEmpty = false;
  }
  return lines;
}

const indent = (text: string): string => text.replaceAll('\n', `\n${INDENT}`);

interface ErrorCauses {
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly errorsLeftOut?: unknown;
}

interface ShownError extends ErrorCauses {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: unknown;
}

function isError(value: unknown): value is ShownError {
  if (typeof value !== 'object' || value === null) return false;
  const { name, message } = value as Partial<ShownError>;
  return typeof name === 'string' && typeof message === 'string';
}

function formatError(error: ShownError, label: string): string[] {
  const code = typeof error.code === 'string' ? ` (${error.code})` : '';
  const [first = '', ...rest] = `${label}${error.name}${code}: ${error.message}`.split('\n');
  return [
    ...[first, ...rest.map((line) => `  ${line}`), ...stackFrames(error)].map(escapeControls),
    ...formatCauses(error),
  ];
}

/** The lines of the errors behind one: its cause, and those that it is made of, each with its stack. */
export function formatCauses({ cause, errors, errorsLeftOut }: ErrorCauses): string[] {
  return [
    ...formatCause(cause, 'caused by '),
    ...(Array.isArray(errors) ? errors.flatMap((inner) => formatCause(inner, 'one of them: ')) : []),
    ...(typeof errorsLeftOut === 'number' ? [`and ${errorsLeftOut} more of them`] : []),
  ];
}

function formatCause(cause: unknown, label: string): string[] {
  if (cause === undefined) return [];
  return isError(cause) ? formatError(cause, label) : [`${label}${formatValue(cause)}`];
}

function stackFrames({ stack }: ShownError): string[] {
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  return lines.filter((line) => /^\s+at /.test(line)).map((line) => `  ${line.trim()}`);
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=\p{Cc}]+$/u.test(value) ? value : escapeControls(JSON.stringify(value));
}

const paint = (text: string, level: LogLevel, colours: boolean): string =>
  colours ? `\u001b[${COLOURS[level]}m${text}\u001b[39m` : text;
