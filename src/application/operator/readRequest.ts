import { durationMs, everyMs, formatDuration, isDuration } from '../../time/duration';
import type { BackgroundDaemonEntry, PeriodicTaskSpec, TaskSchedule } from '../../contracts/entries';
import { LOG_LEVELS, type LogLevel } from '../../contracts/ListenerLogger';
import {
  OPERATOR_ACTIONS,
  type OperateRequest,
  type OperatorAction,
  type OperatorKind,
} from '../../contracts/Operation';
import { DaemonryError } from '../../errors/DaemonryError';
import { OperationInvalidError } from '../../errors/operatorErrors';
import { showValue } from '../../errors/Problem';
import { messageOf, toError } from '../../errors/serializeError';
import { didYouMean } from '../../errors/suggest';
import { UnknownListenerError } from '../../errors/taskErrors';
import { taskNamed } from '../../registry/registries';
import { nextDue, scheduleComplaint } from '../../scheduling/when';
import { isoText, isTimeZone } from '../../time/instant';
import { type Clocks, readUntil } from './readUntil';

/** A request that is valid. Instants are epoch milliseconds. */
export interface Act extends Pick<OperateRequest, 'listener' | 'task' | 'by' | 'reason' | 'key' | 'label' | 'tickId'> {
  readonly action: OperatorAction;
  readonly kind: OperatorKind;
  /** When it ends: on the clock of the store if only tasks of cluster scope are concerned, else on that of the application. */
  readonly until: number | undefined;
  /** The milliseconds from now to `until`, where a duration was given in place of an instant. */
  readonly lastsMs: number | undefined;
  /** For `reschedule`. */
  readonly schedule: TaskSchedule | undefined;
  /** For `log-level`. */
  readonly level: LogLevel | undefined;
}

/** The application, as far as requests name parts of it. */
export interface Named extends Clocks {
  readonly listeners: readonly string[];
  /** Undefined for a listener that is no daemon. */
  readonly daemon: (name: string) => Pick<BackgroundDaemonEntry, 'tasks'> | undefined;
  /** True if there are intents of a listener, which may have been removed from the code. */
  readonly hasIntents: (listener: string, task: string | undefined) => boolean;
}

interface Form {
  /** True if it concerns the whole application without a listener. */
  readonly wide: boolean;
  /** `one`: without a task it means the `tick` or the only one. `all`: without a task it means all. */
  readonly task: 'one' | 'all' | 'none';
  /** The fields beyond those that every action has. */
  readonly more: readonly string[];
}

const FORMS: Readonly<Record<OperatorAction, Form>> = {
  pause: { wide: true, task: 'all', more: ['until', 'label'] },
  resume: { wide: true, task: 'all', more: [] },
  trigger: { wide: false, task: 'one', more: ['tickId'] },
  restart: { wide: false, task: 'none', more: [] },
  reschedule: { wide: false, task: 'one', more: ['interval', 'cron', 'timeZone', 'until'] },
  reset: { wide: true, task: 'all', more: [] },
  'skip-next': { wide: false, task: 'one', more: [] },
  'log-level': { wide: true, task: 'none', more: ['level', 'until'] },
  dismiss: { wide: false, task: 'one', more: ['tickId'] },
};

/** Set by whoever passes a request on that says itself who acts. */
const SAYS_WHO_ACTS = Symbol.for('daemonry.saysWhoActs');

const ALWAYS = ['action', 'listener', 'task', 'by', 'kind', 'reason', 'key'];
const EVERYTHING = [...ALWAYS, ...new Set(Object.values(FORMS).flatMap(({ more }) => more))];

const LONGEST = { by: 100, reason: 500, key: 200, label: 50, tickId: 500 } as const;
const SHORTEST_INTERVAL_MS = 10;
const LONGEST_INTERVAL_MS = 1e15;
/** They would be written to terminals. */
const CONTROLS = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/**
 * Checks a request. In JavaScript, and over HTTP, it may be anything.
 *
 * @throws OperationInvalidError with everything that is wrong; UnknownListenerError, UnknownTaskError and AmbiguousTaskError
 * when that is all that is.
 */
export function readRequest(given: unknown, named: Named): Act {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new OperationInvalidError(['The request must be an object: { action, listener, by, kind, reason }.']);
  }
  const request = { ...given } as Readonly<Record<string, unknown>>;
  const problems: string[] = [];
  /** Problems that have an error of their own. */
  const errors: Error[] = [];

  const text = (field: keyof typeof LONGEST, needed: boolean, fallback: string): string => {
    const value = request[field];
    if (value === undefined && !needed) return fallback;
    const most = LONGEST[field];
    if (typeof value !== 'string' || value.trim() === '') {
      problems.push(
        `"${field}" must be a text of 1 to ${most} characters${value === undefined ? '; it is missing' : ''}.`,
      );
    } else if (value.length > most) {
      problems.push(`"${field}" has ${value.length} characters; ${most} are allowed.`);
    } else if (CONTROLS.test(value)) {
      problems.push(`"${field}" must be one line, without control characters.`);
    } else {
      return value;
    }
    return fallback;
  };
  const word = <T extends string>(field: string, words: readonly T[]): T | undefined => {
    const value = request[field];
    const found = words.find((known) => known === value);
    if (found === undefined) {
      const near = typeof value === 'string' ? didYouMean(value, words) : '';
      problems.push(`"${field}" must be one of ${words.join(', ')}, not ${showValue(value, named.redact)}.${near}`);
    }
    return found;
  };

  const action = word('action', OPERATOR_ACTIONS);
  const form = action === undefined ? undefined : FORMS[action];
  const known = form === undefined ? EVERYTHING : [...ALWAYS, ...form.more];
  for (const field of Object.keys(request)) {
    if (known.includes(field) || request[field] === undefined) continue;
    problems.push(
      EVERYTHING.includes(field)
        ? `"${field}" has no meaning for ${action ?? 'this'}.`
        : `There is no "${field}" in a request.${didYouMean(field, EVERYTHING)}`,
    );
  }
  if (SAYS_WHO_ACTS in request)
    problems.push('"by" and "kind" are those of the operator who sends the request: leave them out.');
  const by = text('by', true, '');
  const kind = word<OperatorKind>('kind', ['human', 'automation']) ?? 'automation';
  const reason = text('reason', true, '');
  const key = request['key'] === undefined ? undefined : text('key', false, '');
  const label = request['label'] === undefined ? undefined : text('label', false, '');
  const tickId = request['tickId'] === undefined ? undefined : text('tickId', false, '');
  const { listener, task, spec } =
    form === undefined ? NOWHERE : target(form, request, named, action, problems, errors);
  const until = form?.more.includes('until') === true ? request['until'] : undefined;
  // The cluster keeps no log level.
  const end = readUntil(until, named, action === 'log-level' ? undefined : listener, spec, problems);
  if ((action === 'dismiss' || tickId !== undefined) && spec !== undefined && spec.cluster === undefined)
    problems.push(`"${listener}.${task}" has no cluster scope, and so no dead letters.`);
  const level = action === 'log-level' ? word('level', LOG_LEVELS) : undefined;
  const schedule = action === 'reschedule' ? readSchedule(request, spec, named, problems) : undefined;

  const [only] = errors;
  if (only !== undefined && errors.length === 1 && problems.length === 0) throw only;
  const all = [...errors.map((error) => whatOf(error)), ...problems];
  if (action === undefined || all.length > 0) throw new OperationInvalidError(all);
  return {
    action,
    listener,
    task,
    by,
    kind,
    reason,
    key,
    label,
    until: end?.ms,
    lastsMs: end?.lastsMs,
    schedule,
    level,
    tickId,
  };
}

/** The sentence of an error, without its facts and fix: it stands in a list. */
const whatOf = (error: Error): string => (error instanceof DaemonryError ? error.what : messageOf(error));

interface Target {
  readonly listener: string | undefined;
  readonly task: string | undefined;
  /** The one task that is meant. */
  readonly spec: PeriodicTaskSpec | undefined;
}

const NOWHERE: Target = { listener: undefined, task: undefined, spec: undefined };

function target(
  { wide, task: tasks }: Form,
  { listener, task }: Readonly<Record<string, unknown>>,
  named: Named,
  action: OperatorAction | undefined,
  problems: string[],
  errors: Error[],
): Target {
  if (task !== undefined && typeof task !== 'string') problems.push('"task" must be the name of a task.');
  if (task !== undefined && tasks === 'none') problems.push(`"task" has no meaning for ${action ?? 'this'}.`);
  if (listener === undefined) {
    if (!wide) problems.push(`"listener" is missing: ${action ?? 'this'} concerns one listener.`);
    else if (task !== undefined) problems.push('"task" needs the "listener" that it belongs to.');
    return NOWHERE;
  }
  if (typeof listener !== 'string') {
    problems.push('"listener" must be the name of a listener.');
    return NOWHERE;
  }
  const taskName = typeof task === 'string' && tasks !== 'none' ? task : undefined;
  // It may be a listener or a task that the code no longer has.
  if (action === 'reset' && named.hasIntents(listener, taskName)) return { listener, task: taskName, spec: undefined };
  if (!named.listeners.includes(listener)) {
    errors.push(new UnknownListenerError(listener, named.listeners));
    return NOWHERE;
  }
  const specs = named.daemon(listener)?.tasks ?? [];
  if (action === 'pause' && taskName === undefined && specs.length === 0) {
    problems.push(`"${listener}" has no tasks that could be paused.`);
  }
  if (tasks === 'none' || (tasks === 'all' && taskName === undefined))
    return { listener, task: undefined, spec: undefined };
  try {
    const spec = taskNamed(listener, specs, taskName);
    return { listener, task: spec.name, spec };
  } catch (error) {
    errors.push(toError(error));
    return { listener, task: undefined, spec: undefined };
  }
}

function readSchedule(
  { interval, cron, timeZone }: Readonly<Record<string, unknown>>,
  spec: PeriodicTaskSpec | undefined,
  { now, redact }: Pick<Named, 'now' | 'redact'>,
  problems: string[],
): TaskSchedule | undefined {
  if ((interval === undefined) === (cron === undefined)) {
    problems.push('Give either "interval" or "cron": a new schedule, or \'off\'.');
    return undefined;
  }
  if (timeZone !== undefined && (typeof timeZone !== 'string' || !isTimeZone(timeZone))) {
    problems.push(`"timeZone" must be an IANA time zone such as 'Europe/Paris', not ${showValue(timeZone, redact)}.`);
  }
  if (timeZone !== undefined && (cron === undefined || cron === 'off')) problems.push('"timeZone" is for "cron".');
  if (interval === 'off' || cron === 'off') return { kind: 'manual' };
  const own = spec?.schedule;
  const mode = own?.kind === 'interval' ? own.mode : 'fixed-rate';
  const every = interval === undefined ? everyMs(String(cron)) : interval;
  if (every !== undefined) {
    const ms = isDuration(every) ? durationMs(every) : NaN;
    if (ms >= SHORTEST_INTERVAL_MS && ms <= LONGEST_INTERVAL_MS) {
      return { kind: 'interval', everyMs: ms, mode: interval === undefined ? 'fixed-rate' : mode, initialDelayMs: ms };
    }
    const least = formatDuration(SHORTEST_INTERVAL_MS);
    problems.push(
      `"interval" must be a duration of at least ${least}, such as '30s', or 'off', not ${showValue(every, redact)}.`,
    );
    return undefined;
  }
  if (typeof cron !== 'string' || cron.length > 500) {
    problems.push(`"cron" must be a cron pattern such as '0 3 * * *', or 'off', not ${showValue(cron, redact)}.`);
    return undefined;
  }
  const zone = typeof timeZone === 'string' && isTimeZone(timeZone) ? timeZone : 'UTC';
  const schedule: TaskSchedule = { kind: 'cron', pattern: cron, timeZone: zone };
  const complaint = scheduleComplaint(schedule, now);
  if (complaint === undefined) return schedule;
  problems.push(`"cron" is no schedule: ${complaint}.`);
  return undefined;
}

/** The next due moments of a schedule that begins now, as ISO text, three at most. */
export function nextDueMoments(schedule: TaskSchedule, now: number): readonly string[] {
  const moments: string[] = [];
  for (
    let due = nextDue(schedule, now, now);
    moments.length < 3 && due !== Infinity;
    due = nextDue(schedule, now, due)
  ) {
    moments.push(isoText(due));
  }
  return moments;
}
