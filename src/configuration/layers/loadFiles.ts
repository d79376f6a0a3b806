// `node:fs` loads its promises when they are first used, which is never in an application without a folder.
import { promises } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import type * as Yaml from 'yaml';

import type { Problems } from '../../errors/Problem';
import { didYouMean } from '../../errors/suggest';
import { toError } from '../../errors/serializeError';
import { buildTree } from '../tree/buildTree';
import type { ConfigLayer } from './ConfigLayers';

/** The name of the environment, and the variable that holds it, unless it is the default. */
export interface NamedEnvironment {
  readonly name: string;
  readonly variable?: 'DAEMONRY_ENV' | 'NODE_ENV';
}

/**
 * Reads the layers of `default.yaml` and `<environment>.yaml`, as far as the files exist.
 *
 * @param directory - absolute, or relative to the base directory; without it, `config/` there is read if it exists.
 */
export async function loadFiles(
  directory: string | undefined,
  baseDirectory: string,
  environment: NamedEnvironment,
  problems: Problems,
): Promise<readonly ConfigLayer[]> {
  const folder = resolve(baseDirectory, directory ?? 'config');
  const names = await listFolder(folder, directory !== undefined, problems);
  if (names === undefined) return [];
  const files = names.filter((name) => name.endsWith('.yaml')).sort();
  reportMisnamed(names, files, environment.name, folder, problems);

  const wanted = `${environment.name}.yaml`;
  const isBinding =
    environment.variable === 'DAEMONRY_ENV' || (environment.variable === 'NODE_ENV' && files.length > 0);
  if (isBinding && !files.includes(wanted)) reportUnknown(environment, files, folder, problems);

  const layers: ConfigLayer[] = [];
  for (const name of new Set(['default.yaml', wanted])) {
    if (!files.includes(name)) continue;
    const file = join(folder, name);
    const inside = relative(baseDirectory, file);
    const origin = inside.startsWith('..') ? file : inside;
    const data = buildTree(await readYaml(file, origin, problems), origin, problems, { dottedKeys: true });
    layers.push({ origin, data });
  }
  return layers;
}

async function listFolder(folder: string, required: boolean, problems: Problems): Promise<string[] | undefined> {
  try {
    return await promises.readdir(folder);
  } catch (error) {
    if (!required && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    problems.add('CONFIG_UNREADABLE', {
      what: 'The folder of the configuration files cannot be read.',
      facts: { folder, cause: toError(error).message },
      fix: 'name a folder that exists in `config.directory`, or give `false` to read no files.',
    });
    return undefined;
  }
}

function reportUnknown(
  { name, variable }: NamedEnvironment,
  files: readonly string[],
  folder: string,
  problems: Problems,
): void {
  const known = files.map((file) => file.replace(/\.yaml$/, '')).filter((environment) => environment !== 'default');
  problems.add('CONFIG_ENVIRONMENT_UNKNOWN', {
    what: `${variable} names the environment "${name}", which has no configuration file.${didYouMean(name, known)}`,
    facts: { folder, files: files.length === 0 ? 'none' : files.join(', ') },
    fix: `add ${name}.yaml to the folder (it may be empty), or correct ${variable}.`,
  });
}

/** Reports a `.yml` file that its author expects to be read. */
function reportMisnamed(
  names: readonly string[],
  files: readonly string[],
  environmentName: string,
  folder: string,
  problems: Problems,
): void {
  for (const stem of new Set(['default', environmentName])) {
    if (!names.includes(`${stem}.yml`) || files.includes(`${stem}.yaml`)) continue;
    problems.add('CONFIG_UNREADABLE', {
      what: `${stem}.yml is not read: configuration files end in .yaml.`,
      facts: { folder },
      fix: `rename it to ${stem}.yaml.`,
    });
  }
}

const LARGEST_BYTES = 1024 * 1024;
const MOST_ALIASES = 100;

/**
 * Reads a YAML file, mappings as `Map`s. A file that cannot be read is reported, with the line where possible.
 *
 * @param shown - the name of the file in problems.
 * @returns `undefined` for a file that is empty or cannot be read.
 */
async function readYaml(file: string, shown: string, problems: Problems): Promise<unknown> {
  const unreadable = (what: string, fix: string): undefined => {
    problems.add('CONFIG_UNREADABLE', { what, facts: { file }, fix });
  };
  try {
    const { size } = await promises.stat(file);
    if (size > LARGEST_BYTES) {
      return unreadable(
        `${shown} has ${size} bytes; configuration files have at most ${LARGEST_BYTES}.`,
        'make it smaller.',
      );
    }
    return parse(await promises.readFile(file, 'utf8'), shown, unreadable);
  } catch (error) {
    return unreadable(`${shown} cannot be read: ${toError(error).message}`, 'make it a readable YAML file.');
  }
}

function parse(text: string, shown: string, unreadable: (what: string, fix: string) => undefined): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- applications without files do not load the parser.
  const yaml = require('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  // Pretty errors quote the file, which may contain secrets.
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const [trouble] = [...document.errors, ...document.warnings];
  if (trouble !== undefined) {
    const { line, col } = lines.linePos(trouble.pos[0]);
    const message = trouble.message.split('\n')[0] ?? trouble.code;
    return unreadable(`${shown}:${line}:${col} is not valid: ${message}`, 'correct the YAML there.');
  }
  return document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES }) as unknown;
}
