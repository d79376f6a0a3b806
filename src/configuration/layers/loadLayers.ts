import type { ConfigOptions, ConfigSource } from '../../contracts/configuration';
import { type Problems, showValue } from '../../errors/Problem';
import { didYouMean } from '../../errors/suggest';
import { messageOf } from '../../errors/serializeError';
import { buildTree, isForbiddenKey, reportForbiddenKey } from '../tree/buildTree';
import {
  type ConfigLayer,
  type ConfigLayers,
  ENVIRONMENT_PREFIX,
  type EnvironmentVariable,
  partsOfName,
} from './ConfigLayers';
import { loadFiles, type NamedEnvironment } from './loadFiles';
import { findBaseDirectory, installedDependencies } from './packages';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads every layer of the configuration: files, sources, environment, values. A layer that cannot be read is reported,
 * and counts as empty.
 *
 * @param base - the base directory. @defaultValue the folder of the package.json nearest to the entry file
 */
export async function loadLayers(
  options: ConfigOptions | undefined,
  problems: Problems,
  base?: string,
): Promise<ConfigLayers> {
  const { directory, env = process.env, values, sources } = checkOptions(options ?? {}, problems);
  const environment = env === false ? {} : env;
  const named = nameEnvironment(environment);
  const baseDirectory = base === undefined ? lazyBaseDirectory(process.argv[1], process.cwd()) : () => base;

  const layers = directory === false ? [] : [...(await loadFiles(directory, baseDirectory(), named, problems))];
  for (const source of sources ?? []) layers.push(await loadSource(source, problems));
  return {
    layers,
    variables: readVariables(environment, problems),
    values: { origin: 'values', data: buildTree(values, 'values', problems, { dottedKeys: true }) },
    places: {
      files: directory !== false,
      variables: env === false ? 'none' : env === process.env ? 'process' : 'given',
    },
    environmentName: named.name,
    baseDirectory,
    dependenciesOf: lazyDependencies(),
  };
}

/** Looks on the disk once, when it is first called: an application without files may not need it. */
function lazyBaseDirectory(entryFile: string | undefined, workingDirectory: string): () => string {
  let found: string | undefined;
  return () => (found ??= findBaseDirectory(entryFile, workingDirectory));
}

/** Looks on the disk once for each folder. An error is not kept: whoever asks again is told as well. */
function lazyDependencies(): (folder: string) => readonly string[] {
  const found = new Map<string, readonly string[]>();
  return (folder) => {
    const known = found.get(folder) ?? installedDependencies(folder);
    found.set(folder, known);
    return known;
  };
}

/** The environment that the variables name. An empty variable counts as not set. */
function nameEnvironment({ DAEMONRY_ENV, NODE_ENV }: Environment): NamedEnvironment {
  if (DAEMONRY_ENV !== undefined && DAEMONRY_ENV !== '') return { name: DAEMONRY_ENV, variable: 'DAEMONRY_ENV' };
  if (NODE_ENV !== undefined && NODE_ENV !== '') return { name: NODE_ENV, variable: 'NODE_ENV' };
  return { name: 'development' };
}

/** A name that looks as if it were meant for the application: it begins almost like ours, and has a second level. */
const MISWRITTEN = /^DAEMONRY(__|_.*__)/i;

function readVariables(environment: Environment, problems: Problems): readonly EnvironmentVariable[] {
  for (const name of Object.keys(environment)) {
    if (name.startsWith(ENVIRONMENT_PREFIX) || !MISWRITTEN.test(name)) continue;
    problems.add('CONFIG_UNKNOWN_KEY', {
      what: `The environment variable ${name} is not read. Did you mean "${name.replace(/^DAEMONRY_+/i, ENVIRONMENT_PREFIX)}"?`,
      fix: `begin it with ${ENVIRONMENT_PREFIX}, with two underscores; or remove it.`,
    });
  }
  return Object.entries(environment)
    .filter(([name, text]) => name.startsWith(ENVIRONMENT_PREFIX) && text !== undefined)
    .flatMap(([name, text]: readonly [string, unknown]) => {
      if (typeof text === 'string') return [{ name, text }];
      problems.add('INVALID_OPTION', {
        what: `The variable ${name} of the option "config.env" is not a text.`,
        facts: { found: text === null ? 'null' : typeof text },
        fix: 'give a text, as in an environment, or give the value in `config.values`.',
      });
      return [];
    })
    .filter(({ name }) => isAllowed(name, problems))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isAllowed(name: string, problems: Problems): boolean {
  const forbidden = partsOfName(name).find((part) => isForbiddenKey(part.toLowerCase()));
  if (forbidden !== undefined) reportForbiddenKey(forbidden, name, name, problems);
  return forbidden === undefined;
}

async function loadSource(source: ConfigSource, problems: Problems): Promise<ConfigLayer> {
  const origin = source.name;
  try {
    return { origin, data: buildTree(await source.load(), origin, problems, { dottedKeys: true }) };
  } catch (error) {
    problems.add('CONFIG_UNREADABLE', {
      what: `The configuration source "${origin}" failed: ${messageOf(error)}`,
      fix: 'make its `load` return an object, or remove the source from `config.sources`.',
    });
    return { origin, data: new Map() };
  }
}

const FORMS: Readonly<
  Record<keyof ConfigOptions, { readonly expects: string; readonly fits: (value: unknown) => boolean }>
> = {
  directory: {
    expects: 'a path or `false`',
    fits: (value) => (typeof value === 'string' && value !== '') || value === false,
  },
  env: { expects: 'an object of texts or `false`', fits: (value) => isObject(value) || value === false },
  values: { expects: 'an object', fits: isObject },
  sources: {
    expects: 'a list of objects with a `name` and a `load` function',
    fits: (value) => Array.isArray(value) && value.every(isSource),
  },
};

/** Leaves out the options that are not valid, and reports them. They may come from JavaScript, where they can be anything. */
function checkOptions(options: ConfigOptions, problems: Problems): ConfigOptions {
  if (!isObject(options)) {
    reportOption('config', options, 'an object', problems);
    return {};
  }
  const fitting = Object.entries(options).filter(([option, value]: [string, unknown]) => {
    if (value === undefined) return false;
    if (!Object.hasOwn(FORMS, option)) {
      problems.add('UNKNOWN_OPTION', {
        what: `"config.${option}" is not an option.${didYouMean(option, Object.keys(FORMS))}`,
        facts: { known: Object.keys(FORMS).join(', ') },
        fix: 'correct the option or remove it.',
      });
      return false;
    }
    const { expects, fits } = FORMS[option as keyof ConfigOptions];
    if (!fits(value)) reportOption(`config.${option}`, value, expects, problems);
    return fits(value);
  });
  return Object.fromEntries(fitting);
}

function reportOption(option: string, value: unknown, expects: string, problems: Problems): void {
  problems.add('INVALID_OPTION', {
    what: `The option "${option}" of the application does not fit.`,
    facts: { value: showValue(value) },
    fix: `give ${expects}.`,
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSource(value: unknown): boolean {
  const { name, load } = isObject(value) ? (value as { name?: unknown; load?: unknown }) : {};
  return typeof name === 'string' && name !== '' && typeof load === 'function';
}
