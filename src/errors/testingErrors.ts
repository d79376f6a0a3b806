import { DaemonryError, type ErrorParts } from './DaemonryError';
import { messageOf } from './serializeError';

/** Thrown by `certify` when a daemon violates a clause of the daemon contract. */
export class CertificationError extends DaemonryError<'CERTIFICATION_FAILED'> {
  constructor(
    /** The id of the clause. */
    readonly clause: string,
    parts: ErrorParts,
  ) {
    super('CERTIFICATION_FAILED', parts);
  }
}

/** Thrown by a stub that is asked for a member which the test has not given. */
export class NotStubbedError extends DaemonryError<'NOT_STUBBED'> {
  constructor(
    /** The name of the service identifier that the stub stands for. */
    readonly identifier: string,
    /** The member that was asked for. */
    readonly member: string,
    given: readonly string[],
    at: string | undefined,
  ) {
    super('NOT_STUBBED', {
      what: `The stub of "${identifier}" was asked for "${member}", which the test has not given.`,
      facts: { given: given.length === 0 ? 'nothing' : given.join(', '), 'stub made at': at },
      fix: `give it: stub(${identifier}, { ${member}: … }); undefined, where it is meant to be absent.`,
    });
  }
}

interface ExplorationFailure {
  /** The number of schedules that had run. */
  readonly schedules: number;
  readonly seed: number;
  readonly path: string;
  /** The smallest failing schedule, as text for people. */
  readonly schedule: string;
  /** The same schedule, as the argument of `replay`. */
  readonly script: string;
  /** The events of that schedule, in order. */
  readonly trace: readonly string[];
  readonly cause: unknown;
}

/**
 * Thrown by `explore` for the smallest schedule in which the property does not hold. `cause` is the property's error.
 */
export class ExplorationError extends DaemonryError<'EXPLORATION_FAILED'> {
  /** The seed that finds the failure again. */
  readonly seed: number;
  /** The path to the smallest schedule, for `explore` together with the seed. */
  readonly path: string;

  constructor({ schedules, seed, path, schedule, script, trace, cause }: ExplorationFailure) {
    super('EXPLORATION_FAILED', {
      what: `The property does not hold: ${messageOf(cause)}`,
      facts: {
        schedules,
        'smallest schedule': `\n${schedule}`,
        'what happened': `\n${shorten(trace)
          .map((line) => `    ${line}`)
          .join('\n')}`,
        script: `\n${script}`,
      },
      fix: `replay(application, property, script) runs this one schedule; explore with { seed: ${seed}, path: '${path}' } finds it again.`,
      cause,
    });
    this.seed = seed;
    this.path = path;
  }
}

/** The numbers of lines that a message shows of the beginning and of the end of a trace. */
const BEGINNING = 60;
const END = 20;

function shorten(trace: readonly string[]): readonly string[] {
  const left = trace.length - BEGINNING - END;
  return left <= 0 ? trace : [...trace.slice(0, BEGINNING), `… ${left} more …`, ...trace.slice(-END)];
}

/** Thrown by `explore` when fast-check, which generates and shrinks the schedules, is not installed. */
export class FastCheckMissingError extends DaemonryError<'FAST_CHECK_MISSING'> {
  constructor(cause: unknown) {
    super('FAST_CHECK_MISSING', {
      what: 'explore() needs the package "fast-check", which is not installed.',
      fix: 'install it: npm install -D fast-check@4. replay() works without it.',
      cause,
    });
  }
}

/** Thrown when a fault is armed for a hook that will not be called any more. */
export class FaultTooLateError extends DaemonryError<'FAULT_TOO_LATE'> {
  constructor(listener: string, hook: string, state: string) {
    super('FAULT_TOO_LATE', {
      what: `The ${hook} of "${listener}" cannot be made to fail any more.`,
      facts: { state },
      fix: `arm the fault before that ${hook} is called; of a startup, before app.start().`,
    });
  }
}

/** Lists the handles that an application left open when it stopped. */
export class LeakError extends DaemonryError<'LEAKED'> {
  /** @param leaks - each `order_sync.startup: timer, made at file:line:column`. */
  constructor(application: string, leaks: readonly string[]) {
    super('LEAKED', {
      what: [
        `The application "${application}" has stopped, and this is still open:`,
        ...leaks.map((leak) => `  - ${leak}`),
      ].join('\n'),
      fix: "close it in shutdown, or where it is made: defer(() => …). If it is meant to outlive the application: createTestApplication({ leaks: 'ignore' }).",
    });
  }
}

/** Thrown by a matcher of `daemonry/testing/matchers` when the value under test has the wrong type. */
export class NotATestApplicationError extends DaemonryError<'NOT_A_TEST_APPLICATION'> {
  constructor(matcher: string, wanted: string, given: string) {
    super('NOT_A_TEST_APPLICATION', {
      what: `${matcher} is for ${wanted}.`,
      facts: { given },
      fix: 'expect(app) of what createTestApplication returns; a promise has to be awaited first.',
    });
  }
}

/** Reported when a test ended while a promise that it should have awaited was still pending. */
export class NotAwaitedError extends DaemonryError<'NOT_AWAITED'> {
  /** @param calls - each `advance('1h'), called at file:line:column`. */
  constructor(application: string, calls: readonly string[]) {
    super('NOT_AWAITED', {
      what: `The test has ended before what it has called on the application "${application}" has.`,
      facts: Object.fromEntries(calls.map((call, index) => [`${index + 1}`, call])),
      fix: 'await it: `await app.clock.advance(…)`, `await app.until(…)`.',
    });
  }
}

/** Thrown by the virtual clock when timers keep arming new timers for the same instant. */
export class EndlessLoopError extends DaemonryError<'ENDLESS_LOOP'> {
  constructor(
    /** The hook or task that arms the timers. */
    readonly owner: string,
    now: number,
    rounds: number,
  ) {
    super('ENDLESS_LOOP', {
      what: `Time stands still: ${owner} arms one timer without any delay after the other.`,
      facts: { instant: new Date(now).toISOString(), 'timers in a row': rounds },
      fix: 'wait for longer than 0 ms between the turns of a loop.',
    });
  }
}

/** Thrown by the virtual clock when it is asked to advance to an instant in the past. */
export class ClockBackwardsError extends DaemonryError<'CLOCK_BACKWARDS'> {
  constructor(now: number, target: number) {
    super('CLOCK_BACKWARDS', {
      what: 'Time does not go back.',
      facts: { 'it is': new Date(now).toISOString(), 'asked for': new Date(target).toISOString() },
      fix: 'advance to an instant in the future, or create the application with an earlier `now`.',
    });
  }
}

/** Thrown by the virtual clock when it is asked to move while an earlier call is still moving it. */
export class ClockBusyError extends DaemonryError<'CLOCK_BUSY'> {
  constructor(call: string, running: string, at: string | undefined) {
    super('CLOCK_BUSY', {
      what: `${call} was called while ${running} has not come to its end.`,
      facts: { [`${running} was called at`]: at },
      fix: 'await every call that moves the clock before the next; inside a hook, wait with ctx.sleep instead.',
    });
  }
}

/** Thrown by the virtual clock when it is asked to move after its application has stopped. */
export class ClockStoppedError extends DaemonryError<'CLOCK_STOPPED'> {
  constructor(call: string, state: string) {
    super('CLOCK_STOPPED', {
      what: `${call} was called, but the application of this clock is over.`,
      facts: { state },
      fix: 'advance the clock before the application stops; create another application to start again.',
    });
  }
}

/** The contents of a {@link WaitFailedError}. */
export interface FailedWait {
  /** The call that waits, as code: `until('run.finished')`. */
  readonly call: string;
  /** Why it cannot happen any more. */
  readonly because: string;
  /** Where it was called: `file:line:column`. */
  readonly at?: string | undefined;
  /** The last events, as text. */
  readonly journal: string;
  readonly cause?: unknown;
}

/** Thrown when the event that a test waits for cannot happen any more. */
export class WaitFailedError extends DaemonryError<'WAIT_FAILED'> {
  constructor({ call, because, at, journal, ...rest }: FailedWait) {
    super('WAIT_FAILED', {
      what: `${call} waits in vain: ${because}.\n${journal}`,
      facts: { 'called at': at },
      fix: "arm the wait before what it waits for happens; have it move time with { within: '1h' }, or advance the clock yourself.",
      ...('cause' in rest ? { cause: rest.cause } : {}),
    });
  }
}

/** Thrown by `startProcess` when it cannot run the given entry file. */
export class ProcessEntryError extends DaemonryError<'PROCESS_ENTRY_UNUSABLE'> {
  constructor(
    /** The path of the entry file. */
    readonly entry: string,
    what: string,
    fix: string,
  ) {
    super('PROCESS_ENTRY_UNUSABLE', { what, facts: { entry }, fix });
  }
}

/** Thrown when the awaited output of a process did not come: the process ended, or the time limit passed. */
export class ProcessWaitError extends DaemonryError<'PROCESS_WAIT_FAILED'> {
  constructor(
    /** The awaited output, as text. */
    readonly awaited: string,
    happened: string,
    facts: { readonly entry: string; readonly tail: string },
    fix: string,
  ) {
    super('PROCESS_WAIT_FAILED', {
      what: `${happened}, waiting for ${awaited}.`,
      facts: { entry: facts.entry, 'last lines': facts.tail === '' ? 'none: it wrote nothing' : `\n${facts.tail}` },
      fix,
    });
  }
}
