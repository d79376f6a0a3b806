import { DaemonryError } from './DaemonryError';

export interface FailedWait {
  /** What was waited for: `until('run.finished')`. */
  readonly call: string;
  /** Why it does not come true any more. */
  readonly because: string;
  readonly at?: string | undefined;
  readonly journal: string;
  readonly cause?: unknown;
}

/** What a test waits for does not come true. */
export class WaitFailedError extends DaemonryError {
  constructor({ call, because, at, journal, ...rest }: FailedWait) {
    super('WAIT_FAILED', {
      what: `${call} waits in vain: ${because}.\n${journal}`,
      facts: { 'called at': at },
      fix: "arm the wait before what it waits for happens; have it move time with { within: '1h' }, or advance the clock yourself.",
      ...('cause' in rest ? { cause: rest.cause } : {}),
    });
  }
}
