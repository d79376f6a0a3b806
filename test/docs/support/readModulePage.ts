import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import type { AnyClass } from '../../../src/contracts/metadata';
import { type DocumentedClass, readFieldDocs } from './readFieldDocs';
import { type DocOf, settingsTable } from './settingsTable';

const ROOT = resolve(__dirname, '../../..');
const BLOCK = /<!-- settings: (\w+) -->\n[\s\S]*?<!-- \/settings -->/g;

/** The page of one module that ships. */
export interface ModulePage {
  /** Relative to the repository. */
  readonly file: string;
  /** `undefined`: there is no page. */
  readonly text: string | undefined;
  /** The page with the tables that belong between its markers. */
  readonly expected: string | undefined;
  /** What is wrong beyond the tables, and how to mend it. */
  readonly problems: readonly string[];
}

/** The modules that ship, by their folders. */
export const MODULES: readonly string[] = readdirSync(join(ROOT, 'modules')).filter((module) =>
  existsSync(join(ROOT, 'modules', module, 'index.ts')),
);

const documentedClasses = once(() => readFieldDocs(join(ROOT, 'modules')));

/**
 * The page of a module, with the tables of its settings classes.
 *
 * @throws Error when a field has no docstring, or a validator no words
 */
export function readModulePage(module: string): ModulePage {
  const folder = join(ROOT, 'modules', module);
  const path = join(ROOT, 'modules/docs', `${module}.md`);
  const file = relative(ROOT, path);
  const documented = documentedClasses();
  const own = documented.filter((found) => found.folder === folder || found.folder.startsWith(`${folder}/`));
  const names = own.filter(({ isSettings }) => isSettings).map(({ name }) => name);
  const exported = load(folder);
  const problems = names
    .filter((name) => exported[name] === undefined)
    .map((name) => `modules/${module}/index.ts does not export ${name}`);
  if (!existsSync(path)) return { file, text: undefined, expected: undefined, problems };

  const text = readFileSync(path, 'utf8');
  const marked = [...text.matchAll(BLOCK)].map(([, name = '']) => name);
  const lacking = names
    .filter((name) => !marked.includes(name))
    .map((name) => `${file} lacks the lines "<!-- settings: ${name} -->" and "<!-- /settings -->"`);
  const unknown = marked
    .filter((name) => !names.includes(name))
    .map((name) => `${file} has a table of ${name}, which is no settings class of modules/${module}`);
  const docOf = docsOf([...own, ...documented]);
  const expected = text.replace(BLOCK, (block, name: string) => {
    const type = names.includes(name) ? exported[name] : undefined;
    if (type === undefined) return block;
    return `<!-- settings: ${name} -->\n\n${settingsTable(type, docOf)}\n\n<!-- /settings -->`;
  });
  return { file, text, expected, problems: [...problems, ...lacking, ...unknown] };
}

/** Looks a field up in its class, then in the classes that this one extends. */
const docsOf =
  (classes: readonly DocumentedClass[]): DocOf =>
  (type, field) => {
    for (let base: unknown = type; typeof base === 'function'; base = Object.getPrototypeOf(base)) {
      const { name } = base;
      const doc = classes.find((found) => found.name === name)?.fields.get(field);
      if (doc !== undefined) return doc;
    }
    return undefined;
  };

function load(folder: string): Readonly<Record<string, AnyClass | undefined>> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- which modules there are is known when it runs.
  return require(join(folder, 'index')) as Readonly<Record<string, AnyClass | undefined>>;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
