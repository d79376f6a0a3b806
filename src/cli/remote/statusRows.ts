import type { ClusterState } from '../../contracts/ClusterEngine';
import type { RunRecord } from '../../contracts/RunRecord';
import type { ApplicationStatus, ListenerStatus, PauseInfo, TaskStatus } from '../../contracts/status';
import { escapeControls } from '../../observability/standardStreams';
import { table } from '../../planning/planText';
import { formatDuration } from '../../time/duration';
import { SystemClock } from '../../time/SystemClock';

/** A task as the tables of the terminal show it; a listener without tasks has one row. */
export interface StatusRow {
  readonly cells: readonly [state: string, name: string, last: string, next: string, failures: string, cluster: string];
  /** `failing` rows come first, `quiet` ones do nothing at the moment. */
  readonly kind: 'failing' | 'quiet' | 'well';
}

const HEADS: StatusRow['cells'] = ['STATE', 'LISTENER', 'LAST RUN', 'NEXT', 'FAILURES', 'CLUSTER'];

/** The heads of the columns of these rows; the last one has none where nothing has cluster scope. */
export const headsOf = (rows: readonly StatusRow[]): StatusRow['cells'] =>
  rows.some(({ cells }) => cells[5] !== '') ? HEADS : ([...HEADS.slice(0, 5), ''] as unknown as StatusRow['cells']);

/**
 * The rows of a status: those that fail first, else in start order. A `run` body of cluster scope has a row of its own
 * beside those of the tasks.
 *
 * @param now - epoch milliseconds
 */
export function statusRows({ listeners }: ApplicationStatus, now: number): readonly StatusRow[] {
  const rows = listeners.flatMap((listener) => {
    const tasks = listener.tasks.map((task) => rowOf(listener, task, now));
    return tasks.length === 0 || listener.cluster !== undefined ? [rowOf(listener, undefined, now), ...tasks] : tasks;
  });
  return [...rows.filter(({ kind }) => kind === 'failing'), ...rows.filter(({ kind }) => kind !== 'failing')];
}

const BROKEN: readonly string[] = ['startup_failed', 'backing_off', 'blocked', 'died', 'shutdown_failed'];

function rowOf(listener: ListenerStatus, task: TaskStatus | undefined, now: number): StatusRow {
  const { state, stuck, restartAt, blockedBy } = listener;
  const isBroken = BROKEN.includes(state);
  const word = isBroken
    ? state
    : stuck === true
      ? 'stuck'
      : task?.stale === true
        ? 'stale'
        : task?.paused === true && state === 'running'
          ? 'paused'
          : state;
  // A run before this start, where there was none since then.
  const last = task?.lastRun ?? task?.lastFailure;
  const failures = (task?.counters.failed ?? 0) + (task?.counters.timed_out ?? 0);
  const hasFailed = task?.failingSince !== undefined;
  const since = hasFailed ? `since ${fromNow(task.failingSince, now)}` : '';
  const isHeld = !isBroken && blockedBy !== undefined;
  const next =
    restartAt !== undefined
      ? `restart ${fromNow(restartAt, now)}`
      : blockedBy !== undefined
        ? `needs ${blockedBy}`
        : isBroken
          ? ''
          : fromNow(task?.nextRunAt, now);
  const cells = [
    word,
    nameText(listener, task),
    last !== undefined
      ? lastText(last, now)
      : task?.lastSuccessAt === undefined
        ? ''
        : successText(task.lastSuccessAt, now),
    next,
    task === undefined ? '' : failures > 0 && hasFailed ? `${failures}, ${since}` : since || `${failures}`,
    clusterText((task ?? listener).cluster, now),
  ] as const;
  const kind = isBroken || isHeld || stuck === true || task?.stale === true || hasFailed ? 'failing' : 'well';
  const isQuiet = word === 'paused' || state === 'disabled';
  return {
    cells: cells.map((cell) => oneLine(cell)) as unknown as StatusRow['cells'],
    kind: kind === 'well' && isQuiet ? 'quiet' : kind,
  };
}

function nameText({ name, tasks }: ListenerStatus, task: TaskStatus | undefined): string {
  if (task === undefined) return tasks.length === 0 ? name : `${name} run`;
  return task.name === 'tick' ? name : `${name} ${task.name}`;
}

/** The process that runs a task or body of cluster scope, since when, its lease, and its dead letters; empty with process scope. */
function clusterText(cluster: ClusterState | undefined, now: number): string {
  if (cluster === undefined) return '';
  const { holder, since, leaseUntil, deadLetters = 0 } = cluster;
  const held = [
    `held by ${holder?.replace(SESSION, '') ?? ''}`,
    since === undefined ? '' : `since ${fromNow(since, now)}`,
    leaseUntil === undefined ? '' : `lease ends ${fromNow(leaseUntil, now)}`,
  ];
  const dead = deadLetters === 0 ? '' : `${deadLetters} dead letter${deadLetters === 1 ? '' : 's'}`;
  return [dead, ...(holder === undefined ? ['free'] : held)].filter((part) => part !== '').join(', ');
}

/** The session at the end of a holder, which tells a person nothing. */
const SESSION = /\/[0-9a-f]{8}(-[0-9a-f]{4,12}){4}$/;

function lastText(run: RunRecord, now: number): string {
  const { outcome, reason, startedAt, finishedAt, scheduledAt } = run;
  if (outcome === undefined) return `running, since ${lengthText(startedAt ?? scheduledAt, now)}`;
  if (outcome === 'skipped') return `skipped (${reason ?? 'unknown'}) ${fromNow(scheduledAt, now)}`;
  const took = tookText(run);
  return `${outcome} ${fromNow(finishedAt ?? scheduledAt, now)}${took === '' ? '' : `, took ${took}`}`;
}

/** The last success before this start, of which no more than its end is known. */
function successText(endedAt: string, now: number): string {
  const when = fromNow(endedAt, now);
  return when === '' ? '' : `succeeded ${when}`;
}

/** How long a run took; empty for one that goes on, or was none. */
export function tookText({ startedAt, finishedAt }: RunRecord): string {
  const ms = Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '');
  return Number.isNaN(ms) ? '' : formatDuration(ms);
}

/** An instant seen from now: `in 5m`, `3h ago`. Empty for none. */
function fromNow(instant: string | undefined, now: number): string {
  const ms = Date.parse(instant ?? '') - now;
  if (Number.isNaN(ms)) return '';
  return ms >= 0 ? `in ${roughly(ms)}` : `${roughly(-ms)} ago`;
}

const lengthText = (since: string, now: number): string => {
  const ms = now - Date.parse(since);
  return Number.isNaN(ms) ? 'unknown' : roughly(Math.max(ms, 0));
};

/** A length of time in its two largest units: `2d 3h`, `5m 10s`, `12s`. */
function roughly(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0s';
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count}${unit}`).join(' ');
}

/** Text of an application as one line of a terminal: without control characters, and cut. */
export function oneLine(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return escapeControls(cut.replaceAll(/\s+/g, ' ')).trim();
}

const LONGEST = 500;

/** The line above the rows: name, state, and since when. */
export function statusLine({ name, state, uptimeMs, shutdownReason }: ApplicationStatus): string {
  const up = typeof uptimeMs === 'number' ? `, for ${roughly(uptimeMs)}` : '';
  const why = typeof shutdownReason === 'string' ? ` (${shutdownReason})` : '';
  return oneLine(`${name} is ${state}${up}${why}`);
}

/** Now by the clock of the application, which may be another one than that of this machine; epoch milliseconds. */
export function nowOf({ bootedAt, uptimeMs }: ApplicationStatus): number {
  // An uptime of 0 may also be that of a clock that was set back.
  const isTold = bootedAt !== undefined && typeof uptimeMs === 'number' && uptimeMs > 0;
  const ms = isTold ? Date.parse(bootedAt) + uptimeMs : NaN;
  return Number.isFinite(ms) ? ms : new SystemClock().now();
}

const MOST_PAUSED = 3;

/** A line for each pause: of what, by whom, for how long, until when and why. @param now - epoch milliseconds */
function pauseLines({ listeners }: ApplicationStatus, now: number): readonly string[] {
  const paused = new Map<string, { readonly pause: PauseInfo; readonly names: string[]; ofAll: boolean }>();
  for (const listener of listeners) {
    for (const task of listener.tasks) {
      // The answer of an application may be anything.
      if (typeof task.pause !== 'object' || (task.pause as unknown) === null) continue;
      const { by, since, until, reason } = task.pause;
      const key = JSON.stringify([by, since, until, reason]);
      const same = paused.get(key) ?? { pause: task.pause, names: [], ofAll: false };
      paused.set(key, same);
      same.names.push(nameText(listener, task));
      same.ofAll ||= task.pause.ofAll === true;
    }
  }
  return Array.from(paused.values(), ({ pause: { by, since, until, reason }, names, ofAll }) => {
    const more = names.length > MOST_PAUSED ? ` and ${names.length - MOST_PAUSED} more` : '';
    const what = ofAll ? 'the whole application' : `${names.slice(0, MOST_PAUSED).join(', ')}${more}`;
    const end = until === undefined ? 'until it is resumed' : `ends ${fromNow(until, now)}`;
    return oneLine(`paused: ${what}, by ${by} for ${lengthText(since, now)}, ${end}: ${reason}`);
  });
}

/** A status as lines, each row whole, and who has paused what. @param now - epoch milliseconds */
export function statusText(status: ApplicationStatus, now: number): readonly string[] {
  const shown = statusRows(status, now);
  const rows = table([headsOf(shown), ...shown.map(({ cells }) => cells)]);
  return [statusLine(status), ...[...rows, ...pauseLines(status, now)].map((row) => `  ${row}`)];
}
