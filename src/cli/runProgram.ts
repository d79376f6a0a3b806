import { Command, CommanderError } from 'commander';

import { toError } from '../errors/serializeError';
import { UsageError } from './cliErrors';
import { checkCommand } from './commands/checkCommand';
import { configCommand } from './commands/configCommand';
import { generateCommand } from './commands/generateCommand';
import { newCommand } from './commands/newCommand';
import { planCommand } from './commands/planCommand';
import { pluginsCommand } from './commands/pluginsCommand';
import { runCommand } from './commands/runCommand';
import { errorText } from './errorText';
import { EXIT, EXIT_CODES_HELP } from './exitCodes';
import { ownManifest } from './packages';
import type { Finish, Terminal } from './Terminal';

const EXAMPLES = `
An entry is a file that calls runMain(() => createApplication({ … })), or that exports
a function which creates the application: export default () => createApplication({ … }).
JavaScript, or TypeScript without a build.

Examples:
  daemonry new orders                       an application that passes its own tests
  daemonry run src/main.ts                  run it; Ctrl-C stops it
  daemonry plan src/main.ts                 what will start, in which order, and why
  daemonry check src/main.ts                everything that is wrong, before it is deployed
  daemonry run src/main.ts --only tag:mail  a part of it, with what that needs
  daemonry config src/main.ts --set shutdown.grace=40s
  daemonry generate listener order-sync     a listener with its test, registered`;

/** The `daemonry` program. */
function createProgram(terminal: Terminal, finish: Finish): Command {
  const program = new Command('daemonry')
    .description('Creates, checks and runs applications of background listeners.')
    .version(ownManifest().version, '-v, --version', 'show the version of daemonry')
    .addHelpText(
      'after',
      `${EXAMPLES}\n${EXIT_CODES_HELP}\n\nMore: daemonry help <command>, and docs/cli.md in the package.`,
    )
    .showSuggestionAfterError()
    .showHelpAfterError('Try daemonry --help, or daemonry help <command>.');
  for (const create of [
    runCommand,
    planCommand,
    checkCommand,
    configCommand,
    pluginsCommand,
    newCommand,
    generateCommand,
  ]) {
    program.addCommand(create(terminal, finish));
  }
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
    if (command !== program) command.copyInheritedSettings(program);
  }
  return program;
}

/** Runs one command line and calls `finish` with its exit code. Never rejects. */
export async function runProgram(args: readonly string[], terminal: Terminal, finish: Finish): Promise<void> {
  try {
    await createProgram(terminal, finish).parseAsync(args, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) return finish(thrown.exitCode === 0 ? EXIT.ok : EXIT.usage);
    const error = toError(thrown);
    terminal.err(errorText(error));
    finish(error instanceof UsageError ? EXIT.usage : EXIT.failed);
  }
}

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
