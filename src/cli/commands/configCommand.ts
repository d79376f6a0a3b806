import { Command } from 'commander';

import { type EntryOptions, entryRequest, withEntry } from '../entry/entryOptions';
import { inspectEntry } from '../entry/inspectEntry';
import { EXIT } from '../exitCodes';
import type { Finish } from '../Finish';
import { configText } from '../format/configText';
import { errorText, problemsOf } from '../format/problemsOf';
import type { Terminal } from '../Terminal';

interface ConfigOptions extends EntryOptions {
  readonly json?: boolean;
}

/** `config`: every effective value, and where it comes from. */
export function configCommand({ cwd, out, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('config'))
    .summary('show every effective value and where it comes from, secrets redacted')
    .description(
      'Shows every value of the framework, of settings and of listeners that counts, and its origin: default, decorator, a file, a source, an environment variable, values, --set. Secrets are redacted. Of a broken application it shows what it could read, then what is wrong.',
    )
    .option('--json', '{ "values": [{ "path", "value", "origin" }], "problems": [...] }')
    .action(async (entry: string, options: ConfigOptions) => {
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
