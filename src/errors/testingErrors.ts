import { DaemonryError, type ErrorParts } from './DaemonryError';

/** A daemon does not keep a clause of its contract. */
export class CertificationError extends DaemonryError<'CERTIFICATION_FAILED'> {
  constructor(
    readonly clause: string,
    parts: ErrorParts,
  ) {
    super('CERTIFICATION_FAILED', parts);
  }
}

interface ExplorationFailure {
  /** How many schedules had run. */
  readonly schedules: number;
  readonly seed: number;
  readonly path: string;
  /** The smallest schedule that fails, as text for people. */
  readonly schedule: string;
  /** The same, as the argument of `replay`. */
  readonly script: string;
  /** What happened in it. */
  readonly trace: readonly string[];
  readonly cause: unknown;
}

/** A property does not hold in one schedule: the smallest that was found. `cause` is what the property threw. */
export class ExplorationError extends DaemonryError<'EXPLORATION_FAILED'> {
  readonly seed: number;
  readonly path: string;

  constructor({ schedules, seed, path, schedule, script, trace, cause }: ExplorationFailure) {
    super('EXPLORATION_FAILED', {
      what: `The property does not hold: ${cause instanceof Error ? cause.message : String(cause)}`,
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

/** What a message shows of a trace: its beginning and its end. */
const BEGINNING = 60;
const END = 20;

function shorten(trace: readonly string[]): readonly string[] {
  const left = trace.length - BEGINNING - END;
  return left <= 0 ? trace : [...trace.slice(0, BEGINNING), `… ${left} more …`, ...trace.slice(-END)];
}

/** An exploration was asked for, and fast-check, which draws and shrinks its schedules, is not installed. */
export class FastCheckMissingError extends DaemonryError<'FAST_CHECK_MISSING'> {
  constructor(cause: unknown) {
    super('FAST_CHECK_MISSING', {
      what: 'explore() needs the package "fast-check", which is not installed.',
      fix: 'install it: npm install -D fast-check@4. replay() works without it.',
      cause,
    });
  }
}

/** Thrown for a fault of a hook that is not called any more. */
export class FaultTooLateError extends DaemonryError<'FAULT_TOO_LATE'> {
  constructor(listener: string, hook: string, state: string) {
    super('FAULT_TOO_LATE', {
      what: `The ${hook} of "${listener}" cannot be made to fail any more.`,
      facts: { state },
      fix: `arm the fault before that ${hook} is called; of a startup, before app.start().`,
    });
  }
}

/** Says what an application that has stopped has left open. */
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

/** Thrown by a matcher of daemonry that is given something else than what it is for. */
export class NotATestApplicationError extends DaemonryError<'NOT_A_TEST_APPLICATION'> {
  constructor(matcher: string, wanted: string, given: string) {
    super('NOT_A_TEST_APPLICATION', {
      what: `${matcher} is for ${wanted}.`,
      facts: { given },
      fix: 'expect(app) of what createTestApplication returns; a promise has to be awaited first.',
    });
  }
}

/** Says that a test has ended while something that it has begun goes on. */
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

/** Thrown by a virtual clock when timers of one instant go on bringing forth timers of that same instant. */
export class EndlessLoopError extends DaemonryError<'ENDLESS_LOOP'> {
  constructor(
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

/** Thrown by a virtual clock that is told to advance to an instant that is over. */
export class ClockBackwardsError extends DaemonryError<'CLOCK_BACKWARDS'> {
  constructor(now: number, target: number) {
    super('CLOCK_BACKWARDS', {
      what: 'Time does not go back.',
      facts: { 'it is': new Date(now).toISOString(), 'asked for': new Date(target).toISOString() },
      fix: 'advance to an instant in the future, or create the application with an earlier `now`.',
    });
  }
}

/** Thrown by a virtual clock that is told to move while it moves already. */
export class ClockBusyError extends DaemonryError<'CLOCK_BUSY'> {
  constructor(call: string, running: string, at: string | undefined) {
    super('CLOCK_BUSY', {
      what: `${call} was called while ${running} has not come to its end.`,
      facts: { [`${running} was called at`]: at },
      fix: 'await every call that moves the clock before the next; inside a hook, wait with ctx.sleep instead.',
    });
  }
}

/** Thrown by the clock of an application that is over when it is told to move. */
export class ClockStoppedError extends DaemonryError<'CLOCK_STOPPED'> {
  constructor(call: string, state: string) {
    super('CLOCK_STOPPED', {
      what: `${call} was called, but the application of this clock is over.`,
      facts: { state },
      fix: 'advance the clock before the application stops; create another application to start again.',
    });
  }
}

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

/** `startProcess` was given an entry file that it cannot run. */
export class ProcessEntryError extends DaemonryError<'PROCESS_ENTRY_UNUSABLE'> {
  constructor(
    readonly entry: string,
    what: string,
    fix: string,
  ) {
    super('PROCESS_ENTRY_UNUSABLE', { what, facts: { entry }, fix });
  }
}

/** What a test waited for in a process did not come: the process ended, or the patience did. */
export class ProcessWaitError extends DaemonryError<'PROCESS_WAIT_FAILED'> {
  constructor(
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
