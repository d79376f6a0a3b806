import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(120_000);

const FIXTURE = join(__dirname, 'fixture');

interface JestResult {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: string[];
    }[];
    readonly message: string;
  }[];
}

interface FileCoverage {
  readonly path: string;
  readonly s: Record<string, number>;
  readonly statementMap: Record<string, Span>;
  readonly b: Record<string, readonly number[]>;
}
type Span = { readonly start: { readonly line: number } };

describe('A project of ES modules with the preset and nothing else', () => {
  let folder: string;
  let result: JestResult;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coverage-'));
    const jest = join(require.resolve('jest/package.json'), '../bin/jest.js');
    const coverage = ['--coverage', '--coverageReporters=json', `--coverageDirectory=${folder}`];
    const { stdout, stderr } = spawnSync(process.execPath, [jest, '--ci', '--json', '--runInBand', ...coverage], {
      cwd: FIXTURE,
      encoding: 'utf8',
      // The environment of CI asks for colours; what is compared here is text.
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' },
    });
    try {
      result = JSON.parse(stdout) as JestResult;
    } catch (cause) {
      throw new Error(`Jest has not run:\n${stderr}`, { cause });
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const outcomes = (): Record<string, string> =>
    Object.fromEntries(
      result.testResults.flatMap(({ assertionResults }) =>
        assertionResults.map(({ title, status }) => [title, status]),
      ),
    );
  const failure = (): string => result.testResults.map(({ message }) => message).join('');

  it('injects, mocks, knows import.meta, and imports when it is asked to', () => {
    expect({ ...outcomes(), failure: failure().includes('Test suite failed to run') }).toEqual({
      'injects by the types of a constructor': 'passed',
      'hoists mocks above the imports': 'passed',
      'knows import.meta': 'passed',
      'loads a module when it is asked to': 'passed',
      'fails where it fails, and shows what was logged': 'failed',
      'shows what a process wrote last': 'failed',
      'hears of a rejection that nobody handles, where the kit came too late for hooks': 'failed',
      'goes on with the next test': 'passed',
      failure: false,
    });
  });

  it('shows the line that failed', () => {
    expect(failure()).toMatch(/failing\.check\.ts:15:\d+/);
    expect(failure()).toContain("> 15 |   expect<Unused | string>(app.status().state).toBe('on line 15');");
  });

  it('shows what the failing test has logged, and that of no other', () => {
    expect(failure()).toContain('What was logged in this test:');
    expect(failure().match(/greeter Started in/g)).toHaveLength(1);
  });

  it('shows what a process wrote that still runs', () => {
    expect(failure()).toMatch(
      /What the processes of this file wrote last:\n.*process \d+, standard output:\n.*Started in 8ms/,
    );
  });

  it('fails the very test in which a listener rejects unheard, under the name of the listener', () => {
    expect(failure()).toContain('nobody awaits me');
    expect(failure()).toContain('careless.startup');
  });

  const coverageOf = (file: string): FileCoverage => {
    const coverage = JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8')) as Record<
      string,
      FileCoverage
    >;
    const found = Object.values(coverage).find(({ path }) => path === join(FIXTURE, file));
    if (found === undefined) throw new Error(`no coverage of ${file}: ${Object.keys(coverage).join(', ')}`);
    return found;
  };

  it('measures coverage by the lines of the source', () => {
    const { s: counts, statementMap } = coverageOf('greeting.ts');

    const missed = Object.entries(counts).flatMap(([id, count]) => (count === 0 ? [statementMap[id]?.start.line] : []));
    expect(missed).toEqual([3, 4]);
  });

  it('counts no branches where a constructor says what to inject', () => {
    expect(Object.values(coverageOf('Greeter.ts').b).flat()).not.toContain(0);
  });
});
