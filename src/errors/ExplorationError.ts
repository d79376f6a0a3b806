import { DaemonryError } from './DaemonryError';

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
export class ExplorationError extends DaemonryError {
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
