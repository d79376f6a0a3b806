import { Command, CommanderError } from 'commander';

import type { Terminal } from '../contracts/CommandModule';
import { toError } from '../errors/serializeError';
import { didYouMean } from '../errors/suggest';
import { escapeControls } from '../observability/standardStreams';
import { UsageError } from './cliErrors';
import { bundleCommand } from './commands/bundleCommand';
import { checkCommand } from './commands/checkCommand';
import { configCommand } from './commands/configCommand';
import { generateCommand } from './commands/generateCommand';
import { newCommand } from './commands/newCommand';
import { planCommand } from './commands/planCommand';
import { operatingCommands } from './commands/operatingCommands';
import { pluginsCommand } from './commands/pluginsCommand';
import { readingCommands } from './commands/readingCommands';
import { runCommand } from './commands/runCommand';
import { stateCommand } from './commands/stateCommand';
import { timelineCommand } from './commands/timelineCommand';
import { topCommand } from './commands/topCommand';
import { errorText } from './errorText';
import { EXIT, EXIT_CODES_HELP, exitCodeOf, type Finish } from './exitCodes';
import { type PackageCommand, packageCommands, runPackageCommand } from './packageCommands';
import { ownManifest } from './packages';

const EXAMPLES = `
An entry is a file that calls runMain(() => createApplication({ … })), or that exports
a function which creates the application: export default () => createApplication({ … }).
It is JavaScript, or TypeScript, which needs no build.

Examples:
  daemonry new orders                       make an application that passes its own tests
  daemonry run src/main.ts                  run it; Ctrl-C stops it
  daemonry plan src/main.ts                 show what will start, in which order, and why
  daemonry check src/main.ts                report all problems before it is deployed
  daemonry run src/main.ts --only tag:mail  run some listeners, and the ones they need
  daemonry config src/main.ts --set shutdown.grace=40s
  daemonry bundle dist/main.js              write it as one file to deploy
  daemonry generate listener order-sync     add a listener with a test, and register it
  daemonry status                           show what the application that runs here does
  daemonry pause order_sync --reason 'the disk is full' --until 2h`;

/** Runs one command line and calls `finish` with its exit code. Never rejects. */
export async function runProgram(args: readonly string[], given: Terminal, finish: Finish): Promise<void> {
  const terminal = withoutControls(given);
  try {
    const own = ownCommands(terminal, finish);
    const ownNames = ['help', ...own.flatMap((command) => [command.name(), ...command.aliases()])];
    const [name = '', ...rest] = args;
    // The package.json files of all dependencies are read only when they may matter.
    const isOwn = name !== 'help' && ownNames.includes(name);
    const installed = isOwn ? [] : packageCommands(terminal).filter((command) => !ownNames.includes(command.name));
    const [first, ...others] = installed.filter((command) => command.name === name);
    if (first !== undefined) return finish(await runPackageCommand([first, ...others], rest, given));
    const program = createProgram(own, installed, terminal);
    if (name === 'help') {
      commandNamed(program, rest).outputHelp();
      return finish(EXIT.ok);
    }
    await program.parseAsync(args, { from: 'user' });
  } catch (thrown) {
    const error = toError(thrown);
    if (error instanceof CommanderError) return finish(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
    terminal.err(errorText(error));
    finish(exitCodeOf(error));
  }
}

/** The command that words name, such as `state check`. @throws UsageError when there is none. */
function commandNamed(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words.filter((each) => !/^(help|-h|--help)$/.test(each))) {
    const found = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (found === undefined) {
      const names = command.commands.map((each) => each.name());
      throw new UsageError('WRONG_USAGE', {
        what: `There is no command "${words.join(' ')}".${didYouMean(word, names)}`,
        facts: { commands: names.join(', ') || undefined },
        fix: 'name one that daemonry --help lists.',
      });
    }
    command = found;
  }
  return command;
}

/** Texts of files may come from strangers, and a terminal obeys control characters. */
const withoutControls = ({ cwd, out, err }: Terminal): Terminal => ({
  cwd,
  out: (text) => out(escapeControls(text)),
  err: (text) => err(escapeControls(text)),
});

const ownCommands = (terminal: Terminal, finish: Finish): readonly Command[] => [
  ...[
    runCommand,
    planCommand,
    checkCommand,
    configCommand,
    pluginsCommand,
    bundleCommand,
    stateCommand,
    timelineCommand,
    newCommand,
    generateCommand,
  ].map((create) => create(terminal, finish)),
  ...readingCommands(terminal, finish),
  topCommand(terminal, finish),
  ...operatingCommands(terminal, finish),
];

function createProgram(own: readonly Command[], installed: readonly PackageCommand[], terminal: Terminal): Command {
  const program = new Command('daemonry')
    .description('Creates, checks and runs applications of background listeners.')
    .version(ownManifest().version, '-v, --version', 'show the version of daemonry')
    .addHelpText(
      'after',
      `${EXAMPLES}\n${EXIT_CODES_HELP}\n\nMore: daemonry help <command>, and docs/cli.md in the package.`,
    )
    .showSuggestionAfterError()
    .showHelpAfterError('Try daemonry --help, or daemonry help <command>.');
  const named = new Map([...installed].reverse().map((command) => [command.name, command]));
  for (const command of [...own, ...installed.filter((one) => named.get(one.name) === one).map(describe)]) {
    program.addCommand(command);
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

/** A command of a package as help and suggestions show it. It is run by `runPackageCommand`, not by commander. */
const describe = ({ name, description, package: owner }: PackageCommand): Command =>
  new Command(name)
    .helpGroup(`Commands of ${owner}:`)
    .summary(description)
    .description(`${description === '' ? 'A command' : `${description}. A command`} of the package ${owner}.`)
    .usage('[arguments...]')
    .helpOption(false);

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];
