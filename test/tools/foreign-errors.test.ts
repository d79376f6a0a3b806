import { join } from 'node:path';

import { parser } from 'typescript-eslint';
import { RuleTester, type Rule } from 'eslint';

const SAMPLE = join(__dirname, 'fixtures/sample.ts');

const rule = jest.requireActual<Rule.RuleModule>('../../tools/eslint/foreignErrors.cjs');

const refused: readonly string[] = [
  'export function f(error: Error) { return error.message; }',
  'export function f(error: Error) { return error["stack"]; }',
  'export function f({ message }: Error) { return message; }',
  'export function f<E extends Error>(error: E) { return error.name; }',
  'export function f(error: NodeJS.ErrnoException) { return error.code; }',
  'export function f(error: AggregateError) { return error.errors; }',
  'export function f(error: unknown) { return (error as Error).message; }',
  'export function f(error: unknown) { return (error as { code?: unknown }).code; }',
  'export function f(error: unknown) { const { cause } = error as { cause?: unknown }; return cause; }',
  'export function f(error: unknown) { return error instanceof Error; }',
  'export function f(error: unknown) { return error instanceof SyntaxError; }',
  'export function f(error: unknown) { return String(error); }',
  'export function f(error: Error) { return `failed: ${error}`; }',
];

const allowed: readonly string[] = [
  'class Refused extends Error { why = 1 } export function f(error: Refused) { return error.message; }',
  'interface Line { message: string } export function f(line: Line) { return line.message; }',
  'export function f(error: Error) { error.name = "Other"; return error; }',
  'export function f(mail: { name: unknown }) { return mail.name; }',
  'export function f(value: unknown) { return String(value); }',
];

new RuleTester({
  languageOptions: {
    parser,
    parserOptions: { projectService: true, tsconfigRootDir: join(__dirname, 'fixtures') },
  },
}).run('foreign-errors', rule, {
  valid: allowed.map((code) => ({ code, filename: SAMPLE })),
  invalid: refused.map((code) => ({ code, filename: SAMPLE, errors: 1 })),
});
