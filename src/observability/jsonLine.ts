import type { LogEntry } from '../contracts/ListenerLogger';
import { asItIs, shorten } from '../errors/foreign';

/** Bytes of a line, at the most: collectors of logs break longer ones in two. */
const MOST_BYTES = 8_192;
/** Characters of a text in a line that is too long: at first, and at the least. */
const LONGEST = 4_096;
const SHORTEST = 128;
/** Characters of a text for each entry of a list that is kept: a list of 64 has texts of 4,096. */
const CHARACTERS_AN_ENTRY = 64;

/**
 * A log entry as JSON, in 8 KiB at the most. In a longer one texts and lists are cut as far as it takes, each with the number of
 * what is missing; one with too many fields has none of them, and says so in `fieldsLeftOut`.
 */
export function jsonLine(entry: LogEntry): string {
  const line = JSON.stringify(entry);
  if (fits(line)) return line;
  for (let longest = LONGEST; longest >= SHORTEST; longest /= 2) {
    const shorter = JSON.stringify(entry, (_, value: unknown) => cut(value, longest));
    if (fits(shorter)) return shorter;
  }
  const { timestamp, level, message, listener, task, runId, pluginName, ...fields } = entry;
  const own = {
    timestamp,
    level,
    message,
    listener,
    task,
    runId,
    pluginName,
    fieldsLeftOut: Object.keys(fields).length,
  };
  return JSON.stringify(own, (_, value: unknown) => cut(value, SHORTEST));
}

const fits = (line: string): boolean => line.length <= MOST_BYTES / 3 || Buffer.byteLength(line) <= MOST_BYTES;

function cut(value: unknown, longest: number): unknown {
  if (typeof value === 'string') return shorten(value, longest, asItIs);
  const most = longest / CHARACTERS_AN_ENTRY;
  if (!Array.isArray(value) || value.length <= most) return value;
  return [...(value as readonly unknown[]).slice(0, most), `[${value.length - most} more]`];
}
