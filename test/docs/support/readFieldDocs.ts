import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as ts from 'typescript';

/** What the docstring of a field says. */
export interface FieldDoc {
  /** Its first sentence, without the full stop. Empty without a docstring. */
  readonly meaning: string;
  /** What follows `Default:` in it, for a field without an initializer. */
  readonly fallback?: string;
}

type FieldDocs = ReadonlyMap<string, FieldDoc>;

/** A class in a source file. */
export interface DocumentedClass {
  readonly name: string;
  readonly folder: string;
  /** It is decorated with `@Settings`. */
  readonly isSettings: boolean;
  readonly fields: FieldDocs;
}

const DEFAULT = /\s*\bDefault: (.+?)\.(?=\s|$)/;
// A full stop inside code, or inside a number, ends nothing.
const FIRST_SENTENCE = /^(?:`[^`]*`|[^`.]|\.(?!\s|$))*/;

/** Every class of the TypeScript files below a folder, with the docstrings of its fields. */
export function readFieldDocs(folder: string): readonly DocumentedClass[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .sort()
    .flatMap((file) => classesOf(join(folder, file)));
}

function classesOf(file: string): readonly DocumentedClass[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).map((declaration) => ({
    name: declaration.name?.text ?? '',
    folder: dirname(file),
    isSettings: (ts.getDecorators(declaration) ?? []).some(({ expression }) => isCallOf(expression, 'Settings')),
    fields: new Map(
      declaration.members.filter(ts.isPropertyDeclaration).map((field) => [field.name.getText(), docOf(field)]),
    ),
  }));
}

const isCallOf = (expression: ts.Expression, name: string): boolean =>
  ts.isCallExpression(expression) && expression.expression.getText() === name;

function docOf(field: ts.PropertyDeclaration): FieldDoc {
  const comments = ts.getJSDocCommentsAndTags(field).filter(ts.isJSDoc);
  const text = comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join(' ');
  const plain = text
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
  const fallback = DEFAULT.exec(plain)?.[1];
  const meaning = FIRST_SENTENCE.exec(plain.replace(DEFAULT, '').trim())?.[0] ?? '';
  return { meaning, ...(fallback !== undefined && { fallback }) };
}
