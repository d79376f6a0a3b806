import type { Action, Fault, Script } from './Script';
import type { SyntheticListener, SyntheticTask } from './SyntheticApplication';

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
