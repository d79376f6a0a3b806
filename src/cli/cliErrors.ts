import { DaemonryError, type ErrorParts } from '../errors/DaemonryError';
import type { ErrorCode } from '../errors/ErrorCode';
import { isErrorLike } from '../errors/foreign';
import { StateError } from '../errors/stateErrors';
import { causeOf, codeOf, describeError, messageOf, nameOf, NonErrorThrown, stackOf } from '../errors/serializeError';
import { isPlanError } from './errorText';

/** The command was called in a wrong way. Nothing was done, and the exit code is `EXIT.usage`. */
export class UsageError extends DaemonryError<ErrorCode> {
  constructor(code: ErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}

/** The entry file cannot be loaded, or it creates no application. */
export class EntryError extends DaemonryError<ErrorCode> {
  constructor(code: ErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}

/** A command cannot be loaded, or cannot do its work. The exit code is `EXIT.invalid`. */
export class CommandError extends DaemonryError<ErrorCode> {
  constructor(code: ErrorCode, parts: ErrorParts) {
    super(code, parts);
  }
}

/** Says a failure of the state as the failure of a command. Any other error is returned as it is. */
export function stateFailed(error: unknown): unknown {
  if (!(error instanceof StateError)) return error;
  const { code, what, facts, fix } = error;
  return new CommandError(code, { what, facts, fix });
}

/** A running application answered, and did not do what it was asked. The exit code is `EXIT.failed`. */
export class RefusedError extends DaemonryError<ErrorCode> {
  constructor(parts: ErrorParts) {
    super('APPLICATION_REFUSED', parts);
  }
}

/** The error of an entry file that was loaded and never called `createApplication`, or that runs nothing of what it made. */
export const withoutApplication = (
  file: string,
  why: string,
  what = 'The entry file creates no application.',
): EntryError =>
  new EntryError('ENTRY_WITHOUT_APPLICATION', {
    what,
    facts: { entry: file, why },
    fix: 'let it call runMain(() => createApplication({ … })), or export default () => createApplication({ … }).',
  });

/**
 * Wraps an error thrown by an entry file, adding the file and the place. A `PlanError`, an `EntryError` and that of a `runMain`
 * which was given something else are returned as they are.
 */
export function entryFailed(file: string, cause: Error): Error {
  if (cause instanceof EntryError || isPlanError(cause) || codeOf(cause) === 'NOT_AN_APPLICATION') return cause;
  if (cause instanceof NonErrorThrown) {
    // Its stack shows who has noticed it, and not who threw it.
    const { what, fix } = cause;
    return new EntryError('ENTRY_FAILED', {
      what: `The entry file failed: ${what}`,
      facts: { entry: file },
      fix,
      cause: causeOf(cause),
    });
  }
  // The stack of a compiler's error points into the compiler; the places in the source are in its message. That of a syntax
  // error points into Node, below the place and the line.
  const [place = '', line = ''] = nameOf(cause) === 'SyntaxError' ? stackOf(cause).split('\n', 2) : [];
  const isSyntax = /^\S.*:\d+$/.test(place);
  const isCompilation = isSyntax || nameOf(cause) === 'TSError';
  return new EntryError('ENTRY_FAILED', {
    what: `The entry file failed: ${describeError(cause).split('\n', 1).join()}`,
    facts: {
      entry: file,
      at: isSyntax ? place : isCompilation ? undefined : placeOf(cause),
      line: line.trim() === '' ? undefined : line.trim().slice(0, LONGEST_LINE),
      cause: describeCause(cause),
    },
    fix: fixOf(cause),
    cause: isCompilation || placeOf(cause) === undefined ? undefined : cause,
  });
}

/** Types are not checked when an entry is loaded, so an import of a type can survive into the code that runs. */
function fixOf(error: Error): string {
  const name = /does not provide an export named '([^']+)'|Named export '([^']+)' not found/.exec(messageOf(error));
  const missing = name?.[1] ?? name?.[2];
  return missing === undefined
    ? 'correct what it threw; the application was not created.'
    : `import { type ${missing} } where it is a type ("isolatedModules": true finds such imports); else correct its name.`;
}

/** The length at which a line of source is cut. */
const LONGEST_LINE = 100;

/** The first stack frame outside node_modules and Node itself, else the first of a package; undefined if all are Node's. */
function placeOf(error: Error): string | undefined {
  const frames = stackOf(error)
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .map((line) => line.trim().slice(3));
  const others = frames.filter((frame) => !frame.includes('node:'));
  return others.find((frame) => !frame.includes('node_modules')) ?? others[0];
}

/** The lines of the message after the first, and the cause. */
function describeCause(error: Error): string | undefined {
  const rest = messageOf(error).split('\n').slice(1).join('\n    ').trimEnd();
  const known = causeOf(error);
  const cause = isErrorLike(known) ? describeError(known) : '';
  return [rest, cause].filter((text) => text !== '').join('\n    ') || undefined;
}
