import type { RunEvent } from 'daemonry';

/** The traces of runs: bound by the tracing module, and injected where it is optional. */
export abstract class RunTraces {
  /** The id of the trace that a run is recorded in; undefined if it is in none. Called while `run.finished` is announced. */
  abstract traceOf(run: RunEvent): string | undefined;
}
