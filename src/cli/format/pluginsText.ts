import type { PlannedPlugin } from '../../contracts/BootPlan';
import { describeParts } from '../../errors/DaemonryError';
import { table } from '../../planning/table';

/** Of a broken application it is not known which listeners a plugin has. */
type ShownPlugin = Omit<PlannedPlugin, 'listeners'> & Partial<Pick<PlannedPlugin, 'listeners'>>;

/** The plugins for people: those that are enabled by priority, then the others with the reason. */
export function pluginsText(plugins: readonly ShownPlugin[]): string {
  if (plugins.length === 0) {
    return 'No plugin was found: none is installed with the application, and plugins.paths names none.';
  }
  const heads = table(plugins.map(head));
  return plugins.flatMap((plugin, index) => [heads[index] ?? '', ...details(plugin)]).join('\n');
}

const head = ({ name, state, priority, package: origin, version }: ShownPlugin): string[] => [
  priority === undefined ? '-' : `${priority}.`,
  name,
  state,
  origin === undefined ? 'given in code' : `${origin}${version === undefined ? '' : `@${version}`}`,
];

function details({ reason, folder, file, listeners = [], problems, error }: ShownPlugin): string[] {
  const lines = [
    ...(reason === undefined ? [] : [reason]),
    ...(folder === undefined ? [] : [`folder: ${folder}`]),
    ...(file === undefined ? [] : [`file: ${file}`]),
    ...(listeners.length === 0 ? [] : [`listeners: ${listeners.join(', ')}`]),
    ...problems.flatMap((problem) => `${problem.code}: ${describeParts(problem)}`.split('\n')),
    ...(error === undefined ? [] : [`error: ${error.name}: ${error.message}`]),
  ];
  return lines.map((line) => `    ${line}`);
}
