import {
  type BootPlan,
  DEFAULT_ORIGIN,
  type PlannedEdge,
  type PlannedListener,
  type PlannedModule,
  type PlannedPlugin,
  type PlannedTask,
} from '../contracts/BootPlan';
import type { OperatorIntent } from '../contracts/Operation';
import { formatDuration } from '../time/duration';

const DETAIL = '       ';

/** Writes the plan for people: the start order with its reasons, tasks, values and warnings. */
export function planText({
  name,
  listeners,
  modules,
  plugins,
  intents,
  values,
  warnings,
}: Omit<BootPlan, 'toText' | 'toString'>): string {
  const sections = [
    [`Plan of "${name}": ${count(listeners.length, 'listener')}, ${count(taskCount(listeners), 'task')}`],
    section('Start order', listenerLines(listeners, plugins)),
    section('Modules', table(modules.map(describeModule))),
    section('Plugins', table(plugins.map(describePlugin))),
    section('Set by operators', table(intents.map(describeIntent))),
    section('Values', table(values.map(({ path, value, origin }) => [path, describeValue(value), `(${origin})`]))),
    section(
      'Warnings',
      warnings.map(({ code, message }) => `${code}: ${message}`),
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? '' : 's'}`;

const taskCount = (listeners: readonly PlannedListener[]): number =>
  listeners.reduce((total, { tasks }) => total + tasks.length, 0);

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

function listenerLines(listeners: readonly PlannedListener[], plugins: readonly PlannedPlugin[]): string[] {
  const owners = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const digits = String(listeners.length).length;
  const heads = table(
    listeners.map((listener, index) => [
      `${String(index + 1).padStart(digits)}. ${listener.name}`,
      listener.kind,
      describeFatality(listener),
      describeOptions(listener, owners.get(listener.pluginName ?? '')),
    ]),
  );
  return listeners.flatMap((listener, index) => [
    heads[index] ?? '',
    ...(listener.disabledReason === undefined ? [] : [`${DETAIL}disabled: ${listener.disabledReason}`]),
    ...listener.edges.map((edge) => `${DETAIL}${describeEdge(edge)}`),
    ...table(listener.tasks.map(describeTask)).map((line) => `${DETAIL}${line}`),
  ]);
}

const describeFatality = ({ fatalOnStartupFailure, fatalBecause, origins }: PlannedListener): string => {
  const origin = originsOf(origins, ['fatalOnStartupFailure']);
  return `${fatalOnStartupFailure ? 'fatal' : 'not fatal'} (${fatalBecause}${origin === '' ? '' : `, ${origin}`})`;
};

function describeOptions(
  { startupTimeoutMs, shutdownTimeoutMs, restart, pluginName, essential, tags, runScope, origins }: PlannedListener,
  owner: PlannedPlugin | undefined,
): string {
  return withOrigins(origins, [
    ...(pluginName === undefined ? [] : [{ text: `plugin ${pluginName} (priority ${owner?.priority ?? 'unknown'})` }]),
    ...setOption(origins, 'startupTimeout', `startup ≤ ${formatDuration(startupTimeoutMs)}`),
    ...setOption(origins, 'shutdownTimeout', `shutdown ≤ ${formatDuration(shutdownTimeoutMs)}`),
    ...setOption(origins, 'restart', `restart ${restart}`),
    ...(runScope === undefined ? [] : [{ text: 'run in cluster scope', options: ['scope'] }]),
    ...(essential ? [{ text: 'essential', options: ['essential'] }] : []),
    ...(tags.length === 0 ? [] : [{ text: `tags ${tags.join(', ')}`, options: ['tags'] }]),
  ]);
}

type Origins = PlannedTask['origins'];

/** A text about one or more options. */
interface OptionText {
  readonly text: string;
  readonly options?: readonly string[];
}

/** The text about an option, if somebody has set it. */
const setOption = (origins: Origins, option: string, text: string): readonly OptionText[] =>
  originsOf(origins, [option]) === '' ? [] : [{ text, options: [option] }];

/** Joins texts about options, each with its origin behind it; neighbours of the same origin share it. */
function withOrigins(origins: Origins, texts: readonly OptionText[]): string {
  return texts
    .map(({ text, options = [] }, index) => {
      const origin = originsOf(origins, options);
      const isShared = originsOf(origins, texts[index + 1]?.options ?? []) === origin;
      return origin === '' || isShared ? text : `${text} (${origin})`;
    })
    .join(', ');
}

/** Where options come from: empty if all of them are defaults, and by option if they do not come from the same place. */
function originsOf(origins: Origins, options: readonly string[]): string {
  const set = options.filter((option) => (origins[option] ?? DEFAULT_ORIGIN) !== DEFAULT_ORIGIN);
  const places = new Set(set.map((option) => origins[option]));
  return places.size < 2 ? [...places].join('') : set.map((option) => `${option}: ${origins[option]}`).join(', ');
}

const describeModule = ({ name, listed, needs, neededBy }: PlannedModule): string[] => [
  name,
  listed ? 'listed' : neededBy.length === 0 ? 'by a plugin' : `needed by ${neededBy.join(', ')}`,
  needs.length === 0 ? '' : `needs ${needs.join(', ')}`,
];

const describePlugin = ({ name, state, priority, version, folder, reason }: PlannedPlugin): string[] => [
  `${priority === undefined ? '-' : `${priority}.`} ${name}${version === undefined ? '' : ` ${version}`}`,
  state,
  [folder ?? 'given in code', ...(reason === undefined ? [] : [reason])].join(': '),
];

const describeIntent = ({ action, listener, task, value, by, since, until, reason }: OperatorIntent): string[] => [
  [listener ?? 'the application', task].filter((name) => name !== undefined).join('.'),
  value === undefined ? action : `${action}: ${value}`,
  `by ${by} since ${since}${until === undefined ? '' : ` until ${until}`}`,
  reason,
];

const describeEdge = ({ on, kind, soft, path }: PlannedEdge): string =>
  `after ${on} (${soft && kind !== 'wants' ? 'soft, ' : ''}${kind === 'available' ? '@Available' : kind}: ${path.join(' -> ')})`;

const SCHEDULE_OPTIONS = ['interval', 'mode', 'initialDelay', 'cron', 'timeZone'];

const describeTask = (task: PlannedTask): string[] => {
  const { name, schedule, nextDue, misfire, overlap, jitter, tickTimeoutMs, drainTimeoutMs, origins } = task;
  const { mustSucceedWithinMs = 0, freshness } = task;
  return [
    name,
    withOrigins(origins, [
      { text: schedule, options: SCHEDULE_OPTIONS },
      ...setOption(origins, 'jitter', `jitter ${jitter}`),
      ...setOption(origins, 'overlap', `overlap ${overlap}`),
      ...setOption(origins, 'misfire', `misfire ${misfire}`),
      ...(task.scope === undefined ? [] : clusterTexts(task)),
      ...setOption(origins, 'tickTimeout', `run ≤ ${formatDuration(tickTimeoutMs)}`),
      ...setOption(origins, 'drainTimeout', `drain ≤ ${formatDuration(drainTimeoutMs)}`),
      ...setOption(origins, 'mustSucceedWithin', `succeeds within ${formatDuration(mustSucceedWithinMs)}`),
      ...setOption(origins, 'freshness', `else ${freshness}`),
    ]),
    nextDue.length === 0 ? '' : `next ${nextDue.join(', ')}`,
  ];
};

function clusterTexts({ delivery = '', maxStarts = 1, origins }: PlannedTask): readonly OptionText[] {
  return [
    { text: 'cluster scope', options: ['scope'] },
    ...setOption(origins, 'delivery', delivery),
    ...(maxStarts > 1 ? [{ text: `${maxStarts} starts`, options: ['maxStarts'] }] : []),
  ];
}

/** A value on one line. A text with line breaks or tabs is shown as JSON has it: in a table it would pass for other rows. */
export const describeValue = (value: unknown): string =>
  typeof value === 'string' && !/[\n\r\t\v\f\u0085\u2028\u2029]/.test(value)
    ? value
    : (JSON.stringify(value) ?? 'none');

const WIDEST_COLUMN = 60;

/**
 * Lays out rows in columns. A column is as wide as its widest cell, up to a limit; a wider cell pushes its row to the
 * right. Two spaces stand between columns, none at the end of a line.
 */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, Math.min(cell.length, WIDEST_COLUMN));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
