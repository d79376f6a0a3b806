import type { ApplicationEventMap, ApplicationEventName, RunEvent } from '../contracts/ApplicationEvents';
import { formatDuration } from '../contracts/Duration';
import type { LogFields, LogLevel } from '../contracts/ListenerLogger';
import type { RunRecord } from '../contracts/RunRecord';
import type { SerializedError } from '../contracts/SerializedError';
import type { Logging } from './createLogging';
import type { EventBus } from './EventBus';
import { READABLE, reportText } from './readable';

/**
 * Writes a log line for each application event that deserves one. When a task fails with the same error several times
 * in a row, only the 1st, 2nd, 4th, 8th … failure is logged.
 *
 * @returns a function that stops it.
 */
export function logEvents(events: EventBus, logging: Logging): () => void {
  const log: EventLog = {
    repeats: new RepeatCounter(),
    enabled: (level, listener) => logging.enabled(level, listener),
  };
  return events.onAny(
    (name, event) => {
      const line = LINES[name].describe(event, log);
      if (line === undefined || !logging.enabled(line.level, line.listener)) return;
      logging.logger(line.listener, line.scope)[line.level](line.message, line.fields?.());
    },
    (name, outcome) => {
      if (logging.enabledAnywhere(LINES[name].level)) return true;
      // Every run that ends badly is counted, and the first one after those that does not ends the row.
      return name === 'run.finished' && (outcome !== 'succeeded' || log.repeats.isCounting);
    },
  );
}

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly listener?: string;
  /** The task and run that the line belongs to. */
  readonly scope?: LogFields;
  /** Called only when the line is written: reading `event.record` builds the record. */
  readonly fields?: () => LogFields;
}

interface EventLog {
  readonly repeats: RepeatCounter;
  readonly enabled: (level: LogLevel, listener: string) => boolean;
}

/** The line of an event. */
interface EventLine<E> {
  /** The gravest level that a line of it may have. */
  readonly level: LogLevel;
  /** Returns undefined when the event is not worth a line. */
  readonly describe: (event: E, log: EventLog) => Line | undefined;
}

const at = <E>(level: LogLevel, describe: (event: E) => Omit<Line, 'level'>): EventLine<E> => ({
  level,
  describe: (event) => ({ level, ...describe(event) }),
});

/** For frequent events: does not describe the event when the level is switched off for its listener. */
const often = <E extends { readonly listener: string }>(
  level: LogLevel,
  describe: (event: E) => Omit<Line, 'level'>,
): EventLine<E> => ({
  level,
  describe: (event, { enabled }) => (enabled(level, event.listener) ? { level, ...describe(event) } : undefined),
});

const LINES: { readonly [K in ApplicationEventName]: EventLine<ApplicationEventMap[K]> } = {
  'application.starting': at('info', ({ listeners }) => ({
    message: `Starting ${listeners} listener${listeners === 1 ? '' : 's'}`,
  })),
  'application.started': at('info', ({ startupMs }) => ({ message: `Started in ${formatDuration(startupMs)}` })),
  'application.degraded': at('warn', ({ causes }) => ({ message: 'Degraded', fields: () => ({ causes }) })),
  'application.stopping': at('info', ({ reason }) => ({ message: `Stopping: ${reason}` })),
  'application.stopped': {
    level: 'error',
    describe: ({ report }) => ({
      level: report.code === 0 ? 'info' : 'error',
      message: `Stopped with code ${report.code}: ${report.reason}`,
      fields: () => ({ ...report, [READABLE]: reportText(report) }),
    }),
  },
  'listener.starting': often('debug', ({ listener }) => ({ listener, message: 'Starting' })),
  'listener.started': often('info', ({ listener, startupMs }) => ({
    listener,
    message: `Started in ${formatDuration(startupMs)}`,
    fields: () => ({ startupMs }),
  })),
  'listener.startup_failed': {
    level: 'error',
    describe: ({ listener, phase, fatal, error }) => ({
      level: fatal ? 'error' : 'warn',
      listener,
      message: fatal ? 'Failed to start, which is fatal' : 'Failed to start; the application goes on without it',
      fields: () => ({ phase, error }),
    }),
  },
  'listener.blocked': at('warn', ({ listener, blockedBy }) => ({
    listener,
    message: `Not started, because it needs "${blockedBy}", which failed`,
    fields: () => ({ blockedBy }),
  })),
  'listener.disabled': at('info', ({ listener, reason }) => ({ listener, message: `Disabled: ${reason}` })),
  'listener.died': at('error', ({ listener, fatal, error }) => ({
    listener,
    message: fatal ? 'Died, which stops the application' : 'Died; the application goes on without it',
    fields: () => ({ error }),
  })),
  'listener.stuck': at('warn', ({ listener, task, runId }) => ({
    listener,
    scope: { task, runId },
    message: 'Stuck: the run goes on after its timeout, and holds its place until it ends',
  })),
  'listener.stopping': often('debug', ({ listener }) => ({ listener, message: 'Stopping' })),
  'listener.stopped': often('info', ({ listener, shutdownMs }) => ({
    listener,
    message: `Stopped in ${formatDuration(shutdownMs)}`,
    fields: () => ({ shutdownMs }),
  })),
  'listener.shutdown_failed': at('error', ({ listener, error, cut }) => ({
    listener,
    message: cut ? 'Shutdown was cut: the grace is used up' : 'Failed to shut down',
    fields: () => ({ error }),
  })),
  'run.started': often('debug', (event) => ({ ...about(event), message: 'Run started' })),
  // A run that went well; see `logEvents` for the others.
  'run.finished': { level: 'debug', describe: describeFinishedRun },
  'run.skipped': often('debug', (event) => ({
    ...about(event),
    message: 'Run skipped',
    fields: () => ({ reason: event.record.reason, tickId: event.record.tickId, missed: event.record.missed }),
  })),
  'operator.triggered': describeOperation('Triggered'),
  'operator.paused': describeOperation('Paused'),
  'operator.resumed': describeOperation('Resumed'),
};

function describeFinishedRun(event: RunEvent, { repeats, enabled }: EventLog): Line | undefined {
  const outcome = event.outcome ?? event.record.outcome;
  switch (outcome) {
    case 'failed':
    case 'timed_out': {
      const { error } = event.record;
      const count = repeats.failed(event, error ?? { name: outcome, message: '' });
      if (!isWorthLogging(count)) return undefined;
      return {
        level: outcome === 'failed' ? 'error' : 'warn',
        ...about(event),
        message: outcome === 'failed' ? 'Run failed' : 'Run timed out',
        fields: () => ({ error, repeats: count > 1 ? count : undefined, ...runFields(event.record) }),
      };
    }
    case 'cancelled':
      return { level: 'info', ...about(event), message: 'Run cancelled', fields: () => runFields(event.record) };
    case 'succeeded':
      repeats.succeeded(event);
      if (!enabled('debug', event.listener)) return undefined;
      return { level: 'debug', ...about(event), message: 'Run succeeded', fields: () => runFields(event.record) };
    case 'skipped':
    case undefined:
      return undefined;
  }
}

const about = ({ listener, task, runId }: RunEvent): { listener: string; scope: LogFields } => ({
  listener,
  scope: { task, runId },
});

function runFields({ tickId, startedAt, finishedAt }: RunRecord): LogFields {
  const known = startedAt !== undefined && finishedAt !== undefined;
  return { tickId, durationMs: known ? Date.parse(finishedAt) - Date.parse(startedAt) : undefined };
}

function describeOperation(message: string) {
  return at('info', ({ listener, task, ...fields }: ApplicationEventMap['operator.paused']) => ({
    listener,
    scope: { task },
    message,
    fields: () => fields,
  }));
}

/** Counts identical errors in a row per task, so that a task that fails all day does not fill the log. */
class RepeatCounter {
  readonly #streaks = new Map<string, { readonly error: string; count: number }>();

  /** True while any task has failed last. */
  get isCounting(): boolean {
    return this.#streaks.size > 0;
  }

  /** Counts a failure; returns how many times in a row the task has now failed with this error, at least 1. */
  failed({ listener, task }: RunEvent, { name, message }: SerializedError): number {
    const subject = `${listener}.${task}`;
    const error = `${name}: ${message}`;
    const streak = this.#streaks.get(subject);
    if (streak?.error === error) return ++streak.count;
    this.#streaks.set(subject, { error, count: 1 });
    return 1;
  }

  /** Resets the count of the task. */
  succeeded({ listener, task }: RunEvent): void {
    if (this.isCounting) this.#streaks.delete(`${listener}.${task}`);
  }
}

/** True for 1, 2, 4, 8, … */
const isWorthLogging = (repeats: number): boolean => Number.isInteger(Math.log2(repeats));
