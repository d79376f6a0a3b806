import type { DaemonryError } from '../../errors/DaemonryError';
import { PlanError } from '../../errors/Problem';
import { EntryError } from './EntryError';

/** What an entry file threw, with the file and where. What the framework says of the application stays as it is. */
export function entryFailed(file: string, cause: Error): DaemonryError {
  if (cause instanceof EntryError || cause instanceof PlanError) return cause;
  // The stack of a compiler's error is that of the compiler; the places are in its message.
  const isCompilation = cause.name === 'TSError';
  return new EntryError('ENTRY_FAILED', {
    what: `The entry file failed: ${cause.name}: ${firstLine(cause)}`,
    facts: { entry: file, at: isCompilation ? undefined : placeOf(cause), cause: describeCause(cause) },
    fix: fixOf(cause),
    ...(isCompilation ? {} : { cause }),
  });
}

/** Without a check of types, a compiler cannot know that an import is a type, where a decorated signature names it. */
function fixOf({ message }: Error): string {
  const name = /does not provide an export named '([^']+)'|Named export '([^']+)' not found/.exec(message);
  const missing = name?.[1] ?? name?.[2];
  return missing === undefined
    ? 'correct what it threw; the application was not created.'
    : `import { type ${missing} } where it is a type ("isolatedModules": true finds such imports); else correct its name.`;
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
