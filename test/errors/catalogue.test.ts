import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_CODES, type ErrorCode } from '../../src/errors/ErrorCode';

const ROOT = join(__dirname, '../..');
const SECTION = /^### ([A-Z_]+)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm;

const sections = new Map(
  [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(SECTION)].map(([, code = '', text = '']) => [
    code,
    text,
  ]),
);

const sources = ['src', 'decorators', 'modules']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => !file.startsWith('modules/test/') && !file.startsWith('modules/dist/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('ErrorCode.ts'))
  .map((file) => readFileSync(join(ROOT, file), 'utf8'))
  .join('\n');

/** What has to be added to docs/errors.md, in its own words. */
const template = (code: string): string =>
  `### ${code}\n\nWho throws it. What it means.\n\n\`\`\`text\nan example message\n\`\`\`\n\n**Fix:** What to do.\n`;

describe('The catalogue of errors, docs/errors.md,', () => {
  it('has a heading for each code; add what is missing', () => {
    const missing = ERROR_CODES.filter((code) => !sections.has(code));

    expect(missing.map(template).join('\n')).toBe('');
  });

  it('has no heading for what is no code; remove it, or add the code to src/errors/ErrorCode.ts', () => {
    expect([...sections.keys()].filter((code) => !ERROR_CODES.includes(code as ErrorCode))).toEqual([]);
  });

  it('gives each code a meaning, an example message and a fix', () => {
    const incomplete = [...sections]
      .filter(([, text]) => !/^\n\S[^#]{20,}?\n\n```text\n\S[\s\S]+?```\n\n\*\*Fix:\*\* \S.+\n/.test(text))
      .map(([code]) => code);

    expect(incomplete).toEqual([]);
  });

  it('names each code once, in the order of src/errors/ErrorCode.ts', () => {
    expect([...sections.keys()]).toEqual(ERROR_CODES.filter((code) => sections.has(code)));
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  });
});

describe('Each error code', () => {
  it('is used; remove from src/errors/ErrorCode.ts and docs/errors.md what is not', () => {
    expect(ERROR_CODES.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
