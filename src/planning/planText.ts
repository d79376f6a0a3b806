import {
  type BootPlan,
  DEFAULT_ORIGIN,
  type PlannedEdge,
  type PlannedListener,
  type PlannedModule,
  type PlannedPlugin,
  type PlannedTask,
} from '../contracts/BootPlan';
import { formatDuration } from '../time/duration';

const DETAIL = '       ';

/** Writes the plan for people: the start order with its reasons, tasks, values and warnings. */
export function planText({
  name,
  listeners,
  modules,
  plugins,
  values,
  warnings,
}: Omit<BootPlan, 'toText' | 'toString'>): string {
  const sections = [
    [`Plan of "${name}": ${count(listeners.length, 'listener')}, ${count(taskCount(listeners), 'task')}`],
    section('Start order', listenerLines(listeners, plugins)),
    section('Modules', table(modules.map(describeModule))),
    section('Plugins', table(plugins.map(describePlugin))),
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

const describeFatality = ({ fatalOnStartupFailure, fatalBecause }: PlannedListener): string =>
  `${fatalOnStartupFailure ? 'fatal' : 'not fatal'} (${fatalBecause})`;

function describeOptions(
  { startupTimeoutMs, shutdownTimeoutMs, pluginName, tags, origins }: PlannedListener,
  owner: PlannedPlugin | undefined,
): string {
  const isDefault = (option: string): boolean => origins[option] === DEFAULT_ORIGIN;
  const parts = [
    ...(pluginName === undefined ? [] : [`plugin ${pluginName} (priority ${owner?.priority ?? 'unknown'})`]),
    ...(isDefault('startupTimeout') ? [] : [`startup ≤ ${formatDuration(startupTimeoutMs)}`]),
    ...(isDefault('shutdownTimeout') ? [] : [`shutdown ≤ ${formatDuration(shutdownTimeoutMs)}`]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
  ];
  return parts.join(', ');
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

const describeEdge = ({ on, kind, soft, path }: PlannedEdge): string =>
  `after ${on} (${soft && kind !== 'wants' ? 'soft, ' : ''}${kind === 'available' ? '@Available' : kind}: ${path.join(' -> ')})`;

const describeTask = ({ name, schedule, nextDue, misfire, overlap, jitter }: PlannedTask): string[] => [
  name,
  [
    schedule,
    ...(jitter === 'none' ? [] : [`jitter ${jitter}`]),
    ...(overlap === 'skip' ? [] : [`overlap ${overlap}`]),
    ...(misfire === 'skip' ? [] : [`misfire ${misfire}`]),
  ].join(', '),
  nextDue.length === 0 ? '' : `next ${nextDue.join(', ')}`,
];

const describeValue = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');

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
