import { Command } from 'commander';

import { toError } from '../../errors/serializeError';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryOptions';
import { runEntry } from '../entry/runEntry';
import { EXIT } from '../exitCodes';
import type { Finish } from '../Finish';
import { errorText } from '../format/problemsOf';
import type { Terminal } from '../Terminal';

/** `run`: the application as this process, until it stops. */
export function runCommand({ cwd, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('run'))
    .summary('run an application; TypeScript needs no build')
    .description(
      'Runs the application as this process until it stops or a signal stops it. A TypeScript entry is loaded by the ts-node of the application, without a check of types. In production, run node on the built file: it needs neither.',
    )
    .argument('[args...]', 'given to the entry file as process.argv')
    .action(async (entry: string, args: readonly string[], options: EntryOptions) => {
      const fail = (error: Error): void => {
        err(errorText(error));
        finish(EXIT.failed);
      };
      const request = entryRequest(entry, options, cwd);
      try {
        await runEntry(request, args, fail);
      } catch (error) {
        fail(toError(error));
      }
    });
}
