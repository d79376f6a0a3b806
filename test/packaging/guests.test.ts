import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');
const MODULES = join(ROOT, 'modules');

const IMPORTED = /@daemonry\/modules\//;

const modules = readdirSync(MODULES).filter((name) => existsSync(join(MODULES, name, 'index.ts')));

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));

/** The texts of a file: its string and template literals, without comments. */
function literalsOf(file: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      literals.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest));
  return literals;
}

describe('The engine', () => {
  const literals = new Map<string, readonly string[]>();
  beforeAll(() => {
    for (const file of ['src', 'decorators'].flatMap(filesIn)) literals.set(file, literalsOf(file));
  });

  it.each(modules)('does not name the module %s: it is a guest, as any user’s module is', (module) => {
    // `cluster` is a scope, too.
    const named = module === 'cluster' ? IMPORTED : new RegExp(`^${module}$|['"\`]${module}['"\`]|${IMPORTED.source}`);
    const naming = [...literals].filter(([, texts]) => texts.some((text) => named.test(text))).map(([file]) => file);

    expect(literals.size).toBeGreaterThan(300);
    expect(naming).toEqual([]);
  });
});
