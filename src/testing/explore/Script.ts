import type { SyntheticApplication, SyntheticListener, SyntheticTask } from './SyntheticApplication';

/** The kinds of fault at an await of a hook. */
export type FaultKind =
  /** Throws an `Error`. */
  | 'fail'
  /** Throws a text, as some libraries do. */
  | 'fail-oddly'
  /** Waits until the signal aborts, then rejects with its reason. */
  | 'hang'
  /** Never settles, and ignores the signal. */
  | 'hang-deaf'
  /** An unhandled error: the application stops with exit code 1, as under `runMain`. */
  | 'crash'
  /** Calls `context.requestShutdown()`. */
  | 'stop'
  /** Calls `context.disable()`; in a startup only. */
  | 'disable'
  /** Calls `context.fail()`; in a startup and a run body only. */
  | 'die'
  /** Goes on after `ms` of virtual time, unless the signal aborts. */
  | 'delay'
  /** The same, but ignores the signal. */
  | 'delay-deaf'
  /** Goes on after `turns` microtasks. */
  | 'yield';

/** A fault at one await of a hook or a task. */
export interface Fault {
  /** `<listener>.<hook>`, or `<listener>.<method>` for a task. */
  readonly at: string;
  /** The call of the hook, counted from 1. @defaultValue every call */
  readonly call?: number;
  /** The await of the call: 0 is its beginning, then each `sleep` and each call of a dependency, then its end. */
  readonly await: number;
  /** The kind of fault. */
  readonly do: FaultKind;
  /** For `delay` and `delay-deaf`: virtual milliseconds. @defaultValue 0 */
  readonly ms?: number;
  /** For `yield`: the number of microtasks. @defaultValue 1 */
  readonly turns?: number;
}

/** Something done to the application from outside. */
export interface Action {
  /** `wait` only lets time pass; the others are methods of the application. */
  readonly do: 'wait' | 'stop' | 'trigger' | 'pause' | 'resume' | 'restart';
  /** Virtual milliseconds after the previous action. @defaultValue 0 */
  readonly after?: number;
  /** Instead of `after`: during the event of this number, counted from 1. */
  readonly onEvent?: number;
  /** With `onEvent`: this many microtasks later. @defaultValue 0 */
  readonly turns?: number;
  /** For `trigger`, `pause`, `resume` and `restart`: the name of the listener. */
  readonly listener?: string;
  /**
   * The name of the task.
   * @defaultValue for `trigger` `tick`, else the only task; for `pause` and `resume` all tasks
   */
  readonly task?: string;
}

/** One schedule: the faults and actions of a run. Plain JSON, to be kept and replayed. */
export interface Script {
  /** For a synthetic application: its listeners and settings. */
  readonly application?: SyntheticApplication;
  /** The faults to inject. */
  readonly faults: readonly Fault[];
  /** The actions, in order. After the last one the application is stopped, if it still runs. */
  readonly actions: readonly Action[];
}

/** A script as text for people, one fact a line. */
export function describeScript({ application, faults, actions }: Script): string {
  const lines: string[] = [];
  if (application !== undefined) {
    const { listeners, ...settings } = application;
    for (const listener of listeners) lines.push(describeListener(listener));
    lines.push(facts(settings));
  }
  lines.push(...faults.map(describeFault), ...actions.map(describeAction), 'stop');
  return lines
    .filter((line) => line !== '')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** A script as JSON, to be given to `replay`. */
export const printScript = (script: Script): string => JSON.stringify(script);

function describeListener({ name, tasks = [], ...options }: SyntheticListener): string {
  return [`listener ${name}: ${facts(options)}`, ...tasks.map((task) => describeTask(name, task))].join('\n    ');
}

const describeTask = (listener: string, { name, ...options }: SyntheticTask): string =>
  `task ${listener}.${name}: ${facts(options)}`;

/** The options that are set, as text: neither undefined nor false nor an empty list. */
function facts(options: object): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => (value === true ? key : `${key} ${Array.isArray(value) ? value.join(', ') : String(value)}`))
    .join(' · ');
}

function describeFault({ at, call, await: number, do: what, ms, turns }: Fault): string {
  const amount = ms !== undefined ? ` ${ms} ms` : turns !== undefined ? ` ${turns} turns` : '';
  return `at await ${number} of ${call === undefined ? 'every call' : `call ${call}`} of ${at}: ${what}${amount}`;
}

function describeAction({ do: what, after = 0, onEvent, turns = 0, listener, task }: Action): string {
  const subject = listener === undefined ? '' : ` ${listener}${task === undefined ? '' : `.${task}`}`;
  const when = onEvent === undefined ? `after ${after} ms` : `within event ${onEvent}, ${turns} turns later`;
  return `${when}: ${what}${subject}`;
}
