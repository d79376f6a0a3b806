import type { DaemonryError } from '../../errors/DaemonryError';
import { PlanError } from '../../errors/PlanError';
import { EntryError } from './EntryError';

/** What an entry file threw, with the file and where. What the framework says of the application stays as it is. */
export function entryFailed(file: string, cause: Error): DaemonryError {
  if (cause instanceof EntryError || cause instanceof PlanError) return cause;
  // The stack of ts-node's error is that of ts-node; the places are in its message.
  const isCompilation = cause.name === 'TSError';
  return new EntryError('ENTRY_FAILED', {
    what: `The entry file failed: ${cause.name}: ${firstLine(cause)}`,
    facts: { entry: file, at: isCompilation ? undefined : placeOf(cause), cause: describeCause(cause) },
    fix: 'correct what it threw; the application was not created.',
    ...(isCompilation ? {} : { cause }),
  });
}

const firstLine = ({ message }: Error): string => message.split('\n')[0] ?? '';

/** The first line of the stack that is no library's, else the first one; of a syntax error the line before its message. */
function placeOf({ stack = '', name }: Error): string | undefined {
  const lines = stack.split('\n');
  if (name === 'SyntaxError' && /^\S.*:\d+$/.test(lines[0] ?? '')) return lines[0];
  const frames = lines.filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)).map((line) => line.trim().slice(3));
  return frames.find((frame) => !frame.includes('node_modules') && !frame.includes('node:')) ?? frames[0];
}

/** The rest of the message, and what it was caused by. */
function describeCause(error: Error): string | undefined {
  const rest = error.message.split('\n').slice(1).join('\n    ').trimEnd();
  const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : '';
  return [rest, cause].filter((text) => text !== '').join('\n    ') || undefined;
}
