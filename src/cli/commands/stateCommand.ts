import { resolve } from 'node:path';

import { Command } from 'commander';

import type { Terminal } from '../../contracts/CommandModule';
import { codeOf } from '../../errors/serializeError';
import { StateError } from '../../errors/stateErrors';
import { table } from '../../planning/planText';
import { backUpState, checkState } from '../../state/stateMaintenance';
import { stateFailed, UsageError } from '../cliErrors';
import { EXIT, type Finish } from '../exitCodes';
import { writing } from '../scaffold/newFiles';

/** The command `state`: checks a state database, and writes a backup of it. */
export function stateCommand({ cwd, out }: Terminal, finish: Finish): Command {
  const state = new Command('state')
    .summary('check the state database of an application, or write a backup of it')
    .description(
      'Works on the file in which an application keeps its state: <application>.db in state.directory. Both commands can be used while the application runs.',
    );
  state
    .command('check')
    .argument('<file>', 'the database')
    .summary('read the whole file, and say whether it is damaged')
    .option('--json', 'print JSON: { "damages", "size", "owners" }')
    .action(async (file: string, options: { readonly json?: boolean }) => {
      const condition = await checkState(resolve(cwd, file)).catch((error: unknown) => refused(error));
      const { damages, size, owners } = condition;
      if (options.json === true) out(JSON.stringify(condition, undefined, 2));
      else {
        out(damages.length === 0 ? `${file} is whole: ${size} bytes.` : `${file} is damaged:`);
        for (const damage of damages) out(`  ${damage}`);
        for (const line of table(owners.map(({ owner, steps }) => [owner, `${steps} steps`]))) out(`  ${line}`);
      }
      finish(damages.length === 0 ? EXIT.ok : EXIT.invalid);
    });
  state
    .command('backup')
    .argument('<file>', 'the database')
    .argument('<copy>', 'the file to write; it must not be there')
    .summary('write a copy of the file as it is now')
    .action((file: string, copy: string) => {
      try {
        backUpState(resolve(cwd, file), resolve(cwd, copy));
      } catch (error) {
        refused(error, copy);
      }
      out(`${copy} is written.`);
      finish(EXIT.ok);
    });
  return state;
}

/** Says a failure of the database as the failure of a command. */
function refused(thrown: unknown, copy?: string): never {
  if (thrown instanceof StateError) throw stateFailed(thrown);
  if (codeOf(thrown) !== 'EEXIST') {
    writing(copy ?? '', () => {
      throw thrown;
    });
  }
  throw new UsageError('FILES_IN_THE_WAY', {
    what: 'There is a file already where the copy would be written.',
    facts: { file: copy },
    fix: 'give another name, or remove it.',
  });
}
