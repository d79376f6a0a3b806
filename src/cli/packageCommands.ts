import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { installedDependencies, nearestPackage, readPackageJson } from '../configuration';
import type { CommandModule, Terminal } from '../contracts/CommandModule';
import { showValue } from '../errors/Problem';
import { describeError, messageOf, toError } from '../errors/serializeError';
import { CommandError } from './cliErrors';

/** A command that an installed package declares under `daemonry.commands` in its package.json. */
export interface PackageCommand {
  readonly name: string;
  /** Shown by `--help`; empty when the package gives none. */
  readonly description: string;
  /** The name of the package. */
  readonly package: string;
  /** The folder of the package. */
  readonly folder: string;
  /** The path of the module as declared. Anything, because nobody has checked it. */
  readonly module: unknown;
}

/**
 * The commands of the packages that the nearest package.json names as dependencies, in that order. Reads their
 * package.json files and executes nothing. A package that cannot be read is left out, with a note on the terminal.
 */
export function packageCommands({ cwd, err }: Terminal): readonly PackageCommand[] {
  const application = nearestPackage(cwd);
  if (application === undefined) return [];
  const reading = <T>(folder: string, read: (folder: string) => readonly T[]): readonly T[] => {
    try {
      return read(folder);
    } catch (error) {
      const file = join(folder, 'package.json');
      err(`Note: ${file} cannot be read, so commands of packages may be missing: ${messageOf(error)}`);
      return [];
    }
  };
  return reading(application, installedDependencies).flatMap((folder) => reading(folder, declaredCommands));
}

function declaredCommands(folder: string): readonly PackageCommand[] {
  const { name: packageName, daemonry } = readPackageJson(folder);
  const { commands } = Object(daemonry) as { readonly commands?: unknown };
  return Object.entries(Object(commands) as Record<string, unknown>)
    .filter(([name]) => /^[a-z0-9]\S*$/i.test(name))
    .map(([name, declared]) => {
      const { description, module } = Object(declared) as { readonly description?: unknown; readonly module?: unknown };
      return {
        name,
        description: typeof description === 'string' ? description : '',
        package: packageName,
        folder,
        module,
      };
    });
}

/**
 * Loads the module of a command and runs it.
 *
 * @param declared - the declarations of that name; more than one when several packages have it.
 * @returns the exit code.
 * @throws CommandError when several packages declare it, the module cannot be loaded, or its answer is no exit code or never
 * comes; also whatever the command throws.
 */
export async function runPackageCommand(
  declared: readonly [PackageCommand, ...PackageCommand[]],
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [command] = declared;
  const answer = async (): Promise<unknown> => (await load(declared)).run(args, terminal);
  const code = (await whileThereIsWork(answer(), command)) ?? 0;
  if (typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= LARGEST_CODE) return code;
  throw unusable(
    command,
    `it answered with ${showValue(code)}, which is no exit code`,
    `report it to the package: run has to return an integer from 0 to ${LARGEST_CODE}, or nothing.`,
  );
}

/** Systems keep eight bits of an exit code: 256 would be a success. */
const LARGEST_CODE = 255;

/** Rejects once nothing is left that could settle the answer: the process would end as if all were well. */
function whileThereIsWork(answer: Promise<unknown>, command: PackageCommand): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const idle = (): void => {
      const fix = 'report it to the package: what run waits for never comes.';
      reject(unusable(command, 'it has not ended, and nothing is left that it could wait for', fix));
    };
    process.once('beforeExit', idle);
    void answer.then(resolve, reject).finally(() => process.off('beforeExit', idle));
  });
}

function unusable(
  { name, folder, module, package: owner }: PackageCommand,
  why: string,
  fix: string,
  cause?: Error,
): CommandError {
  return new CommandError('COMMAND_UNUSABLE', {
    what: `The command "${name}" of the package "${owner}" cannot be run: ${why}.`,
    facts: { declared: `${join(folder, 'package.json')}, "daemonry.commands.${name}"`, module },
    fix,
    cause,
  });
}

async function load([command, ...others]: readonly [PackageCommand, ...PackageCommand[]]): Promise<CommandModule> {
  const { name, folder, module } = command;
  const fail = (why: string, fix: string, cause?: Error): never => {
    throw unusable(command, why, fix, cause);
  };
  if (others.length > 0) {
    const owners = others.map((other) => `"${other.package}"`).join(', ');
    return fail(`${owners} declares it as well`, 'remove one of these packages from the dependencies.');
  }
  if (typeof module !== 'string' || module === '') {
    return fail(
      'its package.json names no module',
      `report it to the package: it has to declare "${name}": { "description": "…", "module": "./dist/${name}.js" }.`,
    );
  }
  const file = resolve(folder, module);
  if (!existsSync(file)) return fail('its module is not there', 'install the package again, or build it.');
  try {
    const loaded = (await import(pathToFileURL(file).href)) as Partial<CommandModule> & { default?: unknown };
    const exported = typeof loaded.run === 'function' ? loaded : (Object(loaded.default) as Partial<CommandModule>);
    if (typeof exported.run === 'function') return exported as CommandModule;
  } catch (error) {
    const cause = toError(error);
    return fail(
      `its module failed to load: ${describeError(cause).split('\n', 1).join()}`,
      'remove the cause, which is shown below; the command was not run.',
      cause,
    );
  }
  return fail(
    'its module exports no function "run"',
    'report it to the package: see "Commands of packages" in docs/cli.md.',
  );
}
