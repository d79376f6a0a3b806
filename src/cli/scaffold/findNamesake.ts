import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { listenerName } from '../../configuration';
import { reading } from './newFiles';

/** A class that an application has registered as a listener, and its file: its path in the application, without an ending. */
export interface RegisteredListener {
  readonly className: string;
  readonly file: string;
}

const IMPORT = /^import\s*\{([^}]*)\}\s*from\s*['"](\.{1,2}\/[^'"]+)['"]/gm;
const DECORATOR = /@(BackgroundDaemon|Listener)\(/g;
const OPTION = /\bname:\s*(['"`])([^'"`]*)\1/;

/** The listener of that name among those that `src/listeners.ts` imports, by the text of their files; undefined if there is none. */
export function findNamesake(folder: string, name: string): RegisteredListener | undefined {
  return registeredIn(folder).find(({ className, file }) => {
    const options = optionsOf(className, sourceOf(join(folder, file)));
    return listenerName(className, { kind: 'daemon', options, location: () => undefined }) === name;
  });
}

function registeredIn(folder: string): readonly RegisteredListener[] {
  const list = join(folder, 'src/listeners.ts');
  return [...sourceOf(list).matchAll(IMPORT)].flatMap(([, names = '', path = '']) =>
    names
      .split(',')
      .map((one) => one.replace(/\sas\s.*$/s, '').trim())
      .filter((className) => /^[A-Z]\w*$/.test(className))
      .map((className) => ({ className, file: relative(folder, join(dirname(list), path)).replace(/\.[jt]s$/, '') })),
  );
}

/** The text of a module; empty where it is not found as a file of TypeScript. */
function sourceOf(path: string): string {
  const file = [path, `${path}.ts`, join(path, 'index.ts')].find((one) => one.endsWith('.ts') && existsSync(one));
  return file === undefined ? '' : reading(file, () => readFileSync(file, 'utf8'));
}

/** The options of the decorator above a class, as far as they decide its name. */
function optionsOf(className: string, source: string): { readonly name?: string } {
  const before = source.slice(0, Math.max(source.search(new RegExp(`\\bclass ${className}\\b`)), 0));
  const decorator = [...before.matchAll(DECORATOR)].at(-1);
  const name = decorator === undefined ? undefined : OPTION.exec(before.slice(decorator.index))?.[2];
  return name === undefined ? {} : { name };
}
