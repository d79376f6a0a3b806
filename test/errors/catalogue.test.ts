import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ERROR_CODES } from '../../src/errors/ErrorCode';

const ROOT = join(__dirname, '../..');
const SECTION = /^### ([A-Z_]+)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm;

const sourcesOf = (...folders: readonly string[]): string =>
  folders
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => !/^modules\/(test|dist|node_modules)\//.test(file))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('ErrorCode.ts'))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');

/** The codes that classes declare: `extends DaemonryError<'FIRST' | 'SECOND'>`. */
const declaredIn = (sources: string): readonly string[] =>
  [...sources.matchAll(/^(?:export )?class \w+ extends DaemonryError<([^>]+)>/gm)].flatMap(([, type = '']) =>
    [...type.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code),
  );

const engine = sourcesOf('src', 'decorators');
const modules = sourcesOf('modules');

/** The section that is missing on a page, to be filled in. */
const template = (code: string): string =>
  `### ${code}\n\nWho throws it. What it means.\n\n\`\`\`text\nan example message\n\`\`\`\n\n**Fix:** What to do.\n`;

const CATALOGUES: readonly { readonly page: string; readonly codes: readonly string[] }[] = [
  { page: 'docs/errors.md', codes: ERROR_CODES },
  { page: 'modules/docs/errors.md', codes: [...new Set(declaredIn(modules))] },
];

describe.each(CATALOGUES)('The catalogue of errors, $page,', ({ page, codes }) => {
  const entries = [...readFileSync(join(ROOT, page), 'utf8').matchAll(SECTION)];
  const sections = new Map<string, string>(entries.map(([, code = '', text = '']) => [code, text]));

  it('has a heading for each code; add what is missing', () => {
    expect(codes.filter((code) => !sections.has(code)).map(template)).toEqual([]);
  });

  it('has one heading for each code, and none for what is no code', () => {
    expect(entries.map(([, code]) => code).filter((code) => !codes.includes(code ?? ''))).toEqual([]);
    expect(entries).toHaveLength(sections.size);
  });

  it('gives each code a meaning, an example message and a fix', () => {
    const incomplete = [...sections]
      .filter(([, text]) => !/^\n\S[^#]{20,}?\n\n```text\n\S[\s\S]+?```\n\n\*\*Fix:\*\* \S.+\n/.test(text))
      .map(([code]) => code);

    expect(incomplete).toEqual([]);
  });
});

describe('The codes of daemonry itself', () => {
  it('stand on their page in the order of src/errors/ErrorCode.ts, each once', () => {
    const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');

    expect([...page.matchAll(SECTION)].map(([, code]) => code)).toEqual([...ERROR_CODES]);
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  });

  it('are all used; remove from src/errors/ErrorCode.ts and docs/errors.md what is not', () => {
    expect(ERROR_CODES.filter((code) => !engine.includes(`'${code}'`))).toEqual([]);
  });

  it('hold every code that a class of daemonry declares, and none of a module', () => {
    expect(declaredIn(engine).filter((code) => !(ERROR_CODES as readonly string[]).includes(code))).toEqual([]);
    expect(declaredIn(modules).filter((code) => (ERROR_CODES as readonly string[]).includes(code))).toEqual([]);
  });
});

describe('Each error class of a module', () => {
  it('declares its codes: `extends DaemonryError<…>`', () => {
    expect(modules.match(/class \w+ extends DaemonryError\s*\{/g) ?? []).toEqual([]);
  });
});
