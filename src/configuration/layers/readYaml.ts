import { readFile, stat } from 'node:fs/promises';

import type * as Yaml from 'yaml';

import type { Problems } from '../../errors/Problem';
import { toError } from '../../errors/serializeError';

const LARGEST_BYTES = 1024 * 1024;
const MOST_ALIASES = 100;

/**
 * What a YAML file holds, mappings as `Map`s; `undefined` when it is empty, or when it cannot be read, which is reported
 * with the line. `shown` is how problems name the file.
 */
export async function readYaml(file: string, shown: string, problems: Problems): Promise<unknown> {
  const unreadable = (what: string, fix: string): undefined => {
    problems.add('CONFIG_UNREADABLE', { what, facts: { file }, fix });
  };
  try {
    const { size } = await stat(file);
    if (size > LARGEST_BYTES) {
      return unreadable(
        `${shown} has ${size} bytes; configuration files have at most ${LARGEST_BYTES}.`,
        'make it smaller.',
      );
    }
    return parse(await readFile(file, 'utf8'), shown, unreadable);
  } catch (error) {
    return unreadable(`${shown} cannot be read: ${toError(error).message}`, 'make it a readable YAML file.');
  }
}

function parse(text: string, shown: string, unreadable: (what: string, fix: string) => undefined): unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only who has files pays for the parser.
  const yaml = require('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  // Pretty errors quote the file, which may hold secrets.
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const [trouble] = [...document.errors, ...document.warnings];
  if (trouble !== undefined) {
    const { line, col } = lines.linePos(trouble.pos[0]);
    const message = trouble.message.split('\n')[0] ?? trouble.code;
    return unreadable(`${shown}:${line}:${col} is not valid: ${message}`, 'correct the YAML there.');
  }
  return document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES }) as unknown;
}
