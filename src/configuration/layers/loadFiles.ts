// `node:fs` loads its promises when they are first used, which is never in an application without a folder.
import { promises } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import type * as Yaml from 'yaml';

import type { Problems } from '../../errors/Problem';
import { didYouMean } from '../../errors/suggest';
import { codeOf, messageOf } from '../../errors/serializeError';
import { buildTree } from '../tree/buildTree';
import { INEXACT, isRounded } from '../tree/textTypes';
import type { ConfigLayer } from './ConfigLayers';
import { readText } from './readText';

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
    const read = buildTree(readYaml(file, origin, problems), origin, problems, { dottedKeys: true, bigints: true });
    // A place for anchors, as in files of Compose.
    const data = new Map([...read].filter(([key]) => !key.startsWith('x-')));
    layers.push({ origin, data });
  }
  return layers;
}

async function listFolder(folder: string, required: boolean, problems: Problems): Promise<string[] | undefined> {
  try {
    return await promises.readdir(folder);
  } catch (error) {
    if (!required && codeOf(error) === 'ENOENT') return [];
    problems.add('CONFIG_UNREADABLE', {
      what: 'The folder of the configuration files cannot be read.',
      facts: { folder, cause: messageOf(error) },
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

const MOST_ALIASES = 100;

/**
 * Reads a YAML file, mappings as `Map`s. A file that cannot be read is reported, with the line where possible.
 *
 * @param shown - the name of the file in problems.
 * @returns `undefined` for a file that is empty or cannot be read.
 */
function readYaml(file: string, shown: string, problems: Problems): unknown {
  const unreadable = (what: string, fix: string): undefined => {
    problems.add('CONFIG_UNREADABLE', { what, facts: { file }, fix });
  };
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    const message = messageOf(error);
    const what = message.startsWith('it ') ? `${shown} ${message.slice(3)}.` : `${shown} cannot be read: ${message}`;
    return unreadable(what, 'make it a readable YAML file in UTF-8.');
  }
  return parse(text, shown, unreadable);
}

/** Descriptions of what the parser objects to. Its own messages quote the file, which may contain secrets. */
const YAML_DEFECTS: Readonly<Partial<Record<Yaml.ErrorCode, string>>> = {
  ALIAS_PROPS: 'an alias (*) cannot have an anchor or a tag; quote a text that begins with *',
  BAD_ALIAS: 'an alias (*) is not written so; quote a text that begins with * or &',
  BAD_DIRECTIVE: 'a directive (%) is not one; quote a text that begins with %',
  BAD_DQ_ESCAPE: 'an escape between double quotes is not one; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'the indentation does not fit what is above',
  BAD_SCALAR_START: 'a text begins with a character that has to be quoted, such as @ or `',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping begins on the line of a key; quote a text that holds ": "',
  DUPLICATE_KEY: 'keys have to be unique, and one stands there twice',
  MISSING_CHAR: 'a quote, a bracket, a comma or a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key has more than one line; a colon is missing, or a quote',
  MULTIPLE_ANCHORS: 'a value has two anchors (&); quote a text that begins with &',
  MULTIPLE_DOCS: 'it holds multiple documents; keep one of them',
  MULTIPLE_TAGS: 'a value has two tags (!); quote a text that begins with !',
  NON_STRING_KEY: 'keys have to be strings',
  TAB_AS_INDENT: 'Tabs do not indent; use spaces',
  TAG_RESOLVE_FAILED: 'a tag (!) is not known, or does not fit its value; quote a text that begins with !',
  UNEXPECTED_TOKEN: 'something stands there that cannot',
};

function parse(text: string, shown: string, unreadable: (what: string, fix: string) => undefined): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- applications without files do not load the parser.
  const yaml = require('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  const refuse = (offset: number, defect: string | undefined): undefined => {
    const { line, col } = lines.linePos(offset);
    return unreadable(
      `${shown}:${line}:${col} is not valid: ${defect ?? 'it is no YAML, or nested too deeply for the call stack'}.`,
      'correct the YAML there.',
    );
  };
  try {
    const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, intAsBigInt: true, merge: true };
    const document = yaml.parseDocument(text, options);
    const [trouble] = [...document.errors, ...document.warnings];
    if (trouble !== undefined) return refuse(trouble.pos[0], YAML_DEFECTS[codeOf(trouble) as Yaml.ErrorCode]);
    let unknown: number | undefined;
    yaml.visit(document, {
      Alias: (_key, alias) => {
        if (alias.resolve(document) === undefined) unknown ??= alias.range?.[0] ?? 0;
      },
      Scalar: (_key, scalar) => {
        if (typeof scalar.value === 'number' && isRounded(scalar.source ?? '')) scalar.value = INEXACT;
      },
    });
    if (unknown !== undefined) {
      const { line, col } = lines.linePos(unknown);
      const where = `in line ${line}, column ${col}, an alias (*) names no anchor (&) above it`;
      return unreadable(`${shown} cannot be read: ${where}.`, 'quote a text that begins with *, or add the anchor.');
    }
    return document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES }) as unknown;
  } catch {
    // Neither are these messages shown.
    const fix = 'write it with fewer levels, fewer aliases (*), and merge keys (<<) that name mappings.';
    const defects = 'it is nested too deeply, its aliases stand for too much, or a merge key names no mapping';
    return unreadable(`${shown} cannot be read: ${defects}.`, fix);
  }
}
