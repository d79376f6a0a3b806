import type { SyntheticApplication, SyntheticListener, SyntheticTask } from './SyntheticApplication';

/** What is done at one await of a hook. */
export type FaultKind =
  /** Throws an `Error`. */
  | 'fail'
  /** Throws a text, as some libraries do. */
  | 'fail-oddly'
  /** Waits until the signal aborts, then rejects with its reason. */
  | 'hang'
  /** Never settles, whatever the signal says. */
  | 'hang-deaf'
  /** An error that nobody handles: the application stops with exit code 1, as `runMain` would have it. */
  | 'crash'
  /** The application is asked to stop, from inside. */
  | 'stop'
  /** `context.disable()`; in a startup. */
  | 'disable'
  /** `context.fail()`; in a startup and in a run body. */
  | 'die'
  /** Goes on `ms` of virtual time later. */
  | 'delay'
  /** The same, whatever the signal says. */
  | 'delay-deaf'
  /** Goes on `turns` microtasks later. */
  | 'yield';

export interface Fault {
  /** `<listener>.<hook>`, or `<listener>.<task>` of a tick. */
  readonly at: string;
  /** Which call of the hook, from 1. @defaultValue every call */
  readonly call?: number;
  /** Which await of the call: 0 as it begins, then each `sleep` and each call of a dependency, then as it ends. */
  readonly await: number;
  readonly do: FaultKind;
  /** Of a delay. @defaultValue 0 */
  readonly ms?: number;
  /** Of a `yield`. @defaultValue 1 */
  readonly turns?: number;
}

/** What is done to the application from outside. */
export interface Action {
  readonly do: 'wait' | 'stop' | 'trigger' | 'pause' | 'resume';
  /** Milliseconds of virtual time after the action before. @defaultValue 0 */
  readonly after?: number;
  /** Instead of `after`: within the event of this number, from 1, whenever it comes. */
  readonly onEvent?: number;
  /** With `onEvent`: so many microtasks later. @defaultValue 0 */
  readonly turns?: number;
  /** Of `trigger`, `pause` and `resume`. */
  readonly listener?: string;
  /** @defaultValue `tick`, or the only task; of `pause` and `resume`, all of them */
  readonly task?: string;
}

/** One schedule: everything that distinguishes a run from a calm one. Plain JSON, to be kept and replayed. */
export interface Script {
  /** Of a synthetic application: what it consists of. */
  readonly application?: SyntheticApplication;
  readonly faults: readonly Fault[];
  /** In order. When they are over the application is stopped, if it has not been. */
  readonly actions: readonly Action[];
}

/** A script as sentences, one a line. */
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

/** A script as the argument of `replay`: what is undefined is left out. */
export const printScript = (script: Script): string => JSON.stringify(script);

function describeListener({ name, tasks = [], ...options }: SyntheticListener): string {
  return [`listener ${name}: ${facts(options)}`, ...tasks.map((task) => describeTask(name, task))].join('\n    ');
}

const describeTask = (listener: string, { name, ...options }: SyntheticTask): string =>
  `task ${listener}.${name}: ${facts(options)}`;

/** What is set, and is not simply off. */
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
