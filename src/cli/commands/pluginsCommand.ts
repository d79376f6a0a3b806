import { Command } from 'commander';

import type { PlannedPlugin, PluginState } from '../../contracts/BootPlan';
import type { Terminal } from '../../contracts/CommandModule';
import { describeParts } from '../../errors/DaemonryError';
import { table } from '../../planning/planText';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryRequest';
import { inspectEntry } from '../entry/inspectEntry';
import { errorText, problemsOf } from '../errorText';
import { EXIT, type Finish } from '../exitCodes';

interface PluginsOptions extends EntryOptions {
  readonly json?: boolean;
}

const BROKEN: readonly PluginState[] = ['failed', 'refused'];

/** The command `plugins`: lists the plugins of an application with their states. */
export function pluginsCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('plugins'))
    .summary('list the plugins that were found, enabled or refused, with the reason')
    .description(
      'Lists every plugin that is installed with the application or named by plugins.paths: first the enabled ones in the order of their priority, then the others with the reason why they are not loaded. Code of a plugin that is not enabled is never executed. The exit code is 2 when an enabled plugin was refused or has failed, whatever plugins.onFailure is set to.',
    )
    .option('--json', 'print JSON: { "plugins", "problems" }')
    .action(async (entry: string | undefined, options: PluginsOptions) => {
      const { app, error, decided } = await inspectEntry(entryRequest(entry, options, cwd));
      const plugins = app?.plan.plugins ?? decided?.plugins;
      if (options.json === true) {
        out(
          JSON.stringify(
            { plugins: plugins ?? [], problems: error === undefined ? [] : problemsOf(error) },
            undefined,
            2,
          ),
        );
      } else {
        if (plugins !== undefined) out(pluginsText(plugins));
        if (error !== undefined) err(errorText(error));
      }
      const broken = plugins?.some(({ priority, state }) => priority !== undefined && BROKEN.includes(state)) ?? false;
      finish(error !== undefined || broken ? EXIT.invalid : EXIT.ok);
    });
}

/** Without `listeners` when the application is invalid: they are only known once the plan is made. */
type ShownPlugin = Omit<PlannedPlugin, 'listeners'> & Partial<Pick<PlannedPlugin, 'listeners'>>;

/** Enabled plugins by priority, then the others with the reason. */
function pluginsText(plugins: readonly ShownPlugin[]): string {
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
