import type { OperatorIntent } from '../contracts/Operation';
import { DaemonryError } from './DaemonryError';

/** Thrown by `operate` for a request that is not valid; nothing was done. */
export class OperationInvalidError extends DaemonryError<'OPERATION_INVALID'> {
  constructor(
    /** Everything that is wrong with it, a sentence each. */
    readonly problems: readonly string[],
  ) {
    super('OPERATION_INVALID', {
      what: [
        `The request is not valid: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}.`,
        ...problems.map((problem, index) => `${index + 1}. ${problem}`),
      ].join('\n'),
      fix: 'correct what is listed above; nothing was done.',
    });
  }
}

/** Thrown by `operate` when a program wants to lift or replace what a person has set; nothing was done. */
export class IntentOverruledError extends DaemonryError<'INTENT_OVERRULED'> {
  constructor(
    /** The intents that stand in the way. */
    readonly intents: readonly OperatorIntent[],
  ) {
    super('INTENT_OVERRULED', {
      what: 'A program cannot lift what a person has set.',
      facts: Object.fromEntries(intents.map((intent) => [subjectOf(intent), describeOwner(intent)])),
      fix: 'let a person lift it, with `kind: "human"`, or wait until it is over.',
    });
  }
}

const subjectOf = ({ action, listener, task }: OperatorIntent): string =>
  `${action} of ${listener === undefined ? 'the application' : [listener, task].filter((name) => name !== undefined).join('.')}`;

const describeOwner = ({ by, since, until, reason }: OperatorIntent): string =>
  `by ${by} since ${since}${until === undefined ? '' : ` until ${until}`}: ${reason}`;
