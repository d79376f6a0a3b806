import type { ApplicationEventMap, ApplicationEventName, RunEvent } from '../contracts/ApplicationEvents';
import { formatDuration } from '../contracts/Duration';
import { limited, type LogFields, type LogLevel } from '../contracts/ListenerLogger';
import type { OperatorAction } from '../contracts/Operation';
import type { RunRecord } from '../contracts/RunRecord';
import type { BootScreen } from './BootScreen';
import type { Logging } from './createLogging';
import type { EventBus } from './EventBus';
import { causeFields, reportFields } from './readable';
import { RepeatCounter, type Row } from './RepeatCounter';

/**
 * Writes a log line for each application event that deserves one. When a task fails several times in a row, only the 1st,
 * 2nd, 4th, 8th … failure is logged, and the first of another kind; the next line says how many there were.
 *
 * @param screen - makes the lines of a boot short for people.
 * @returns a function that stops it.
 */
export function logEvents(events: EventBus, logging: Logging, screen?: BootScreen): () => void {
  const log: EventLog = {
    repeats: new RepeatCounter(),
    enabled: (level, listener) => logging.enabled(level, listener),
  };
  return events.onAny(
    (name, event) => {
      // Its line is the last one of an application.
      if (name === 'application.stopped') sayLeftOut(log, logging);
      const line = LINES[name].describe(event, log);
      if (line === undefined || !logging.enabled(line.level, line.listener)) return;
      const brief = screen?.fieldsOf(name, event);
      const fields = brief === undefined ? line.fields?.() : { ...line.fields?.(), ...brief };
      logging.logger(line.listener, line.scope)[line.level](line.message, fields);
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
  'application.degraded': at('warn', ({ causes }) => ({ message: 'Degraded', fields: () => causeFields(causes) })),
  'application.recovered': at('info', () => ({ message: 'Recovered: everything runs again' })),
  'application.stopping': at('info', ({ reason }) => ({ message: `Stopping: ${reason}` })),
  'application.stopped': {
    level: 'error',
    describe: ({ report }) => ({
      level: report.code === 0 ? 'info' : 'error',
      message: `Stopped with code ${report.code}: ${report.reason}`,
      fields: () => reportFields(report),
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
      fields: () => ({ phase, error, ...limited(`startup ${listener}`, MOST_RUNS) }),
    }),
  },
  'listener.blocked': at('warn', ({ listener, blockedBy }) => ({
    listener,
    message: `Not started, because it needs "${blockedBy}", which does not run`,
    fields: () => ({ blockedBy }),
  })),
  'listener.disabled': at('info', ({ listener, reason }) => ({ listener, message: `Disabled: ${reason}` })),
  'listener.died': at('error', ({ listener, fatal, error }) => ({
    listener,
    message: fatal ? 'Died, which stops the application' : 'Died; the application goes on without it',
    fields: () => ({ error }),
  })),
  'listener.restarting': at('warn', ({ listener, attempt, at: instant }) => ({
    listener,
    message: `Restarting at ${instant} (attempt ${attempt})`,
    fields: () => ({ attempt, ...limited(`restarting ${listener}`, MOST_RUNS) }),
  })),
  'listener.restart_given_up': at('error', ({ listener, restarts }) => ({
    listener,
    message: `Given up after ${restarts} restart${restarts === 1 ? '' : 's'}`,
    fields: () => ({ restarts }),
  })),
  'listener.stuck': at('warn', ({ listener, task, runId }) => ({
    listener,
    scope: { task, runId },
    message: 'Stuck: the run goes on after its timeout, and holds its place until it ends',
    fields: () => limited(`stuck ${listener}.${task}`, 1),
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
  // The thread of the watchdog has written a line while it lasted; this one has the whole of it.
  'loop.blocked': at('warn', ({ listener, task, runId, hook, blockedMs, ...fields }) => ({
    listener,
    scope: { task, runId },
    message: `The event loop was blocked for ${formatDuration(blockedMs)}${listener === undefined ? '' : ` by ${listener}.${task ?? hook ?? ''}`}`,
    fields: () => ({ hook, blockedMs, ...fields, ...limited(`blocked ${listener ?? ''}`) }),
  })),
  'loop.recovered': at('debug', () => ({ message: 'The event loop turns again' })),
  'task.stale': at('error', ({ listener, task, since, within }) => ({
    listener,
    scope: { task },
    message: `Stale: no run has succeeded for ${formatDuration(within)}`,
    fields: () => ({ since }),
  })),
  'task.fresh': at('info', ({ listener, task }) => ({
    listener,
    scope: { task },
    message: 'Fresh again: a run has succeeded',
  })),
  'operator.triggered': describeOperation('Triggered'),
  'operator.paused': describeOperation('Paused'),
  'operator.resumed': describeOperation('Resumed'),
  'operator.restarted': describeOperation('Restarted'),
  'operator.acted': {
    level: 'info',
    describe: ({ action, listener, task, value, ...fields }) => {
      const message = ACTS[action];
      if (message === undefined) return undefined;
      const text = value === undefined ? message : `${message}: ${value}`;
      return {
        level: 'info',
        ...(listener === undefined ? {} : { listener }),
        scope: { task },
        message: text,
        fields: () => fields,
      };
    },
  },
  'operator.refused': at('warn', ({ action, listener, task, ...fields }) => ({
    // The listener may be anything.
    message: `Refused to ${action}`,
    fields: () => ({ operated: listener, task, ...fields, ...limited('refused operation', 20) }),
  })),
};

/** The acts that no other event tells. */
const ACTS: Readonly<Partial<Record<OperatorAction, string>>> = {
  reschedule: 'Rescheduled',
  reset: 'Reset to its configuration',
  'skip-next': 'Skips the next due moment',
  'log-level': 'Log level',
  dismiss: 'Dead letters dismissed',
};

function describeFinishedRun(event: RunEvent, { repeats, enabled }: EventLog): Line | undefined {
  const outcome = event.outcome ?? event.record.outcome;
  switch (outcome) {
    case 'failed':
    case 'timed_out': {
      const { error } = event.record;
      const count = repeats.failed(event, error ?? { name: outcome, message: '' });
      if (count === undefined) return undefined;
      return {
        level: outcome === 'failed' ? 'error' : 'warn',
        ...about(event),
        message: outcome === 'failed' ? 'Run failed' : 'Run timed out',
        fields: () => ({
          error,
          repeats: count > 1 ? count : undefined,
          ...runFields(event.record),
          ...limited(`${outcome} ${event.listener}.${event.task}`, MOST_RUNS),
        }),
      };
    }
    case 'cancelled':
      return {
        level: 'info',
        ...about(event),
        message: 'Run cancelled',
        fields: () => ({ ...runFields(event.record), ...limited(`cancelled ${event.listener}.${event.task}`) }),
      };
    case 'lost':
      return {
        level: 'warn',
        ...about(event),
        message: 'Run lost: its process died, or lost its lease',
        fields: () => ({ ...runFields(event.record), ...limited(`lost ${event.listener}.${event.task}`) }),
      };
    case 'succeeded': {
      const row = repeats.ended(event.listener, event.task);
      if (row !== undefined && row.leftOut > 0) return describeRow(row, 'Run succeeded');
      if (!enabled('debug', event.listener)) return undefined;
      return { level: 'debug', ...about(event), message: 'Run succeeded', fields: () => runFields(event.record) };
    }
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

/** The lines of a task that fails and succeeds in turn. A row of failures is told in fewer. */
const MOST_RUNS = 30;

function describeRow({ listener, task, count, leftOut, newest }: Row, message: string): Line {
  return {
    level: 'warn',
    listener,
    scope: { task },
    message: `${message} after ${count} failures in a row; the last ${leftOut === 1 ? 'one was' : `${leftOut} were`} not logged`,
    fields: () => ({ error: newest, repeats: count }),
  };
}

/** Says the failures that no line has told. */
function sayLeftOut({ repeats }: EventLog, logging: Logging): void {
  for (const row of repeats.endAll()) {
    if (row.leftOut === 0) continue;
    const line = describeRow(row, 'Stopped');
    logging.logger(line.listener, line.scope).warn(line.message, line.fields?.());
  }
  logging.sayLeftOut();
}
