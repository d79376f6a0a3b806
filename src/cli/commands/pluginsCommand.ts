import { Command } from 'commander';

import type { PluginState } from '../../contracts/BootPlan';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryOptions';
import { inspectEntry } from '../entry/inspectEntry';
import { EXIT } from '../exitCodes';
import type { Finish } from '../Finish';
import { pluginsText } from '../format/pluginsText';
import { errorText, problemsOf } from '../format/problemsOf';
import type { Terminal } from '../Terminal';

interface PluginsOptions extends EntryOptions {
  readonly json?: boolean;
}

const BROKEN: readonly PluginState[] = ['failed', 'refused'];

/** `plugins`: what was found, what is enabled, what was refused, and why. */
export function pluginsCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('plugins'))
    .summary('show which plugins were found, enabled and refused, and why')
    .description(
      'Shows every plugin that is installed with the application or named by plugins.paths: those that are enabled in the order of their priority, then the others with the reason. Nothing is executed of a plugin that is not enabled. An enabled plugin that was refused or failed makes the exit code 2, whatever plugins.onFailure says.',
    )
    .option('--json', '{ "plugins", "problems" }')
    .action(async (entry: string, options: PluginsOptions) => {
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
