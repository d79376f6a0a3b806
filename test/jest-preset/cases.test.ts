import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { type Case, type Files, PROJECTS } from './cases/Case';
import { COMPILATION } from './cases/compilation';
import { INTEROP } from './cases/interop';
import { MODULE_NAMES } from './cases/moduleNames';
import { RESOLUTION } from './cases/resolution';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '..', '..');
const CASES: readonly Case[] = [...MODULE_NAMES, ...INTEROP, ...RESOLUTION, ...COMPILATION];

interface Outcome {
  readonly name: string;
  readonly message: string;
}

describe('Under the preset', () => {
  let folder: string;
  let outcomes: ReadonlyMap<string, string>;
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'preset-')));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const [name, files] of Object.entries(PROJECTS)) write(folderOf(name), files);
    for (const one of CASES) {
      write(folderOf(one.project), { ...one.files, [fileOf(one)]: textOf(one) });
    }
    outcomes = run();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const folderOf = (project: string): string => join(folder, project.replaceAll(' ', '-'));
  const fileOf = (one: Case): string => `${String(CASES.indexOf(one))}.check.ts`;
  const textOf = ({ head = '', promise, test }: Case): string =>
    `${head}\n\ntest(${JSON.stringify(promise)}, async () => {${test}\n});\n`;

  /** Runs all projects in one process of Jest. What each test file says of its failure, by its path. */
  function run(): ReadonlyMap<string, string> {
    const projects = Object.entries(PROJECTS).map(([name, files]) => ({
      id: 'daemonry',
      rootDir: folderOf(name),
      preset: 'daemonry/jest-preset',
      testMatch: ['<rootDir>/*.check.ts'],
      ...('jest.config.json' in files ? files['jest.config.json'] : {}),
    }));
    write(folder, { 'jest.config.json': { projects } });
    const program = join(ROOT, 'node_modules/jest/bin/jest.js');
    const { stdout, stderr } = spawnSync(process.execPath, [program, '--json', '--runInBand'], {
      cwd: folder,
      encoding: 'utf8',
      // The environment of CI asks for colours, and does not write snapshots.
      env: { ...process.env, FORCE_COLOR: undefined, CI: undefined, NO_COLOR: '1' },
    });
    try {
      const { testResults } = JSON.parse(stdout) as { readonly testResults: readonly Outcome[] };
      return new Map(testResults.map(({ name, message }) => [name, message]));
    } catch (cause) {
      throw new Error(`Jest has not run:\n${stderr}`, { cause });
    }
  }

  it.each(CASES.map((one) => [one.promise, one] as const))('%s', (_promise, one) => {
    expect(outcomes.get(join(folderOf(one.project), fileOf(one)))).toBe('');
  });

  it('the inline snapshot is in the file', () => {
    const one = CASES.find(({ test }) => test.includes('toMatchInlineSnapshot'));

    expect(one && readFileSync(join(folderOf(one.project), fileOf(one)), 'utf8')).toContain(
      'toMatchInlineSnapshot(`1`)',
    );
  });
});

function write(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
}
