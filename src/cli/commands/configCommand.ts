import { Command } from 'commander';

import type { PlannedValue } from '../../contracts/BootPlan';
import type { Terminal } from '../../contracts/CommandModule';
import { describeValue, table } from '../../planning/planText';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryRequest';
import { inspectEntry } from '../entry/inspectEntry';
import { errorText, problemsOf } from '../errorText';
import { EXIT, type Finish } from '../exitCodes';

interface ConfigOptions extends EntryOptions {
  readonly json?: boolean;
}

/** The command `config`: lists every effective configuration value with its origin. */
export function configCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('config'))
    .summary('list every configuration value and where it comes from; secrets are redacted')
    .description(
      'Lists the effective value of every option of the framework, settings class field and listener option, with its origin: default, decorator, a file, a source, an environment variable, values in code, or --set. Secrets are redacted. When the application is invalid, it lists the values that could be read, then the problems.',
    )
    .option('--json', 'print JSON: { "values": [{ "path", "value", "origin" }], "problems": [...] }')
    .action(async (entry: string | undefined, options: ConfigOptions) => {
      const { error, decided } = await inspectEntry(entryRequest(entry, options, cwd));
      const values = decided?.values ?? [];
      if (options.json === true) {
        out(JSON.stringify({ values, problems: error === undefined ? [] : problemsOf(error) }, undefined, 2));
      } else {
        if (values.length > 0) out(configText(values));
        if (error !== undefined) err(errorText(error));
      }
      finish(error === undefined ? EXIT.ok : EXIT.invalid);
    });
}

/** One line a value, sorted by path: path, value, origin. */
function configText(values: readonly PlannedValue[]): string {
  const sorted = [...values].sort((a, b) => (a.path < b.path ? -1 : 1));
  return table(sorted.map(({ path, value, origin }) => [path, valueText(value), `(${origin})`])).join('\n');
}

const valueText = (value: unknown): string => (value === '' ? '""' : describeValue(value));
