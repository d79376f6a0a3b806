import { Command } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { toError } from '../../errors/serializeError';
import { type EntryOptions, entryRequest, withEntry } from '../entry/entryRequest';
import { runEntry } from '../entry/runEntry';
import { errorText } from '../errorText';
import { exitCodeOfRun, type Finish } from '../exitCodes';

/** The command `run`: runs an application in this process until it stops. */
export function runCommand({ cwd, err }: Terminal, finish: Finish): Command {
  return withEntry(new Command('run'))
    .summary('run an application; a TypeScript entry needs no build')
    .description(
      'Runs the application in this process until it stops by itself or by a signal. A TypeScript entry is loaded by the ts-node of the application, without checking types. In production, run node on the built file instead.',
    )
    .argument('[args...]', 'arguments for the entry file, in its process.argv')
    .action(async (entry: string | undefined, args: readonly string[], options: EntryOptions) => {
      const fail = (error: Error): void => {
        err(errorText(error));
        finish(exitCodeOfRun(error));
      };
      const request = entryRequest(entry, options, cwd);
      process.setSourceMapsEnabled(true);
      try {
        await runEntry(request, args, fail);
      } catch (error) {
        fail(toError(error));
      }
    });
}
