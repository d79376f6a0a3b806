import type { LogEntry } from '../../contracts/ListenerLogger';
import { NotATestApplicationError } from '../../errors/testingErrors';
import { formatLogEntry } from '../../observability/formatLogEntry';
import { isTestApplication, kindOf, type MatcherResult } from './subject';

/** A part of a log entry's message, a pattern for it, or fields of the entry; a field may be an asymmetric matcher. */
export type ExpectedLog = string | RegExp | Readonly<Record<string, unknown>>;

/** The part of Jest's matcher context that is used. */
interface MatcherContext {
  equals(a: unknown, b: unknown): boolean;
}

/** `expect(app).toContainLog({ level: 'error', listener: 'mail', message: expect.stringContaining('refused') })` */
export function toContainLog(this: MatcherContext, received: unknown, expected: ExpectedLog): MatcherResult {
  const logs = logsOf(received);
  const pass = logs.some((entry) => matches(entry, expected, (a, b) => this.equals(a, b)));
  const wanted = typeof expected === 'string' ? JSON.stringify(expected) : describe(expected);
  return {
    pass,
    message: () =>
      [
        `Expected ${pass ? 'no' : 'a'} log line like ${wanted}, but there is ${pass ? 'one' : 'none'} among these:`,
        ...(logs.length === 0 ? ['  nothing was logged'] : logs.map((entry) => `  ${formatLogEntry(entry)}`)),
      ].join('\n'),
  };
}

function logsOf(received: unknown): readonly LogEntry[] {
  if (isTestApplication(received)) return received.logs;
  if (Array.isArray(received)) return received as readonly LogEntry[];
  throw new NotATestApplicationError(
    'toContainLog',
    'an application that createTestApplication has made, or its logs',
    kindOf(received),
  );
}

function matches(entry: LogEntry, expected: ExpectedLog, equals: (a: unknown, b: unknown) => boolean): boolean {
  if (typeof expected === 'string') return entry.message.includes(expected);
  if (expected instanceof RegExp) return entry.message.search(expected) !== -1;
  return Object.entries(expected).every(([key, value]) => equals(entry[key], value));
}

const describe = (expected: RegExp | Readonly<Record<string, unknown>>): string =>
  expected instanceof RegExp ? String(expected) : JSON.stringify(expected, (_, value: unknown) => asText(value));

/** The text of asymmetric matchers and patterns, which have no JSON; other values unchanged. */
function asText(value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  const isMatcher = typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
  return isMatcher ? (value as { toString(): string }).toString() : value;
}
