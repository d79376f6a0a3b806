import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const CONFIG = join(__dirname, 'fixtures/session/jest.config.cjs');

interface Outcome {
  readonly status: string;
  readonly message: string;
}

interface Report {
  readonly stderr: string;
  /** The outcome of each test, by its title. */
  readonly tests: ReadonlyMap<string, Outcome>;
  /** The message of each file that failed outside its tests, by the file's name. */
  readonly files: ReadonlyMap<string, string>;
}

/** Runs the fixture's project in a process of its own. */
function runFixture(...args: string[]): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-session-'));
  const outputFile = join(folder, 'report.json');
  const jest = [require.resolve('jest/bin/jest'), '-c', CONFIG, '--json', '--outputFile', outputFile, ...args];
  return new Promise((resolve) => {
    // The environment of CI asks for colours; what is compared here is text.
    const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' };
    execFile(process.execPath, jest, { cwd: join(__dirname, '../..'), env }, (_failed, _stdout, stderr) => {
      const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as {
        testResults: {
          name: string;
          message: string;
          assertionResults: { title: string; status: string; failureMessages: string[] }[];
        }[];
      };
      rmSync(folder, { recursive: true });
      const tests = testResults.flatMap(({ assertionResults }) =>
        assertionResults.map(
          ({ title, status, failureMessages }) => [title, { status, message: failureMessages.join('\n') }] as const,
        ),
      );
      resolve({
        stderr,
        tests: new Map(tests),
        files: new Map(testResults.map(({ name, message }) => [basename(name, '.fixture.ts'), message])),
      });
    });
  });
}

jest.setTimeout(180_000);

describe.each([
  ['one process', ['--runInBand']],
  ['parallel workers', ['--maxWorkers', '2']],
])("What the kit tells Jest, in Jest's own environment and in %s:", (_how, args) => {
  let report: Report;

  beforeAll(async () => {
    report = await runFixture(...args);
  });

  const messageOf = (title: string): string => report.tests.get(title)?.message ?? `no test "${title}"`;

  it('exactly the tests that did wrong fail', () => {
    const wrong = [...report.tests]
      .filter(([title]) => !title.startsWith('fails with its file'))
      .filter(([title, { status }]) => status !== (title.startsWith('fails') ? 'failed' : 'passed'));
    expect(wrong).toEqual([]);
    expect(report.tests.size).toBe(17);
  });

  it('a rejection that nobody handles is told once, with the hook it comes from and its own stack', () => {
    const message = messageOf('fails: a tick leaves a rejection to nobody');
    expect(message).toContain('Nobody has handled an error of quitter.tick: Error: left alone');
    expect(message).toContain('unhandled.fixture.ts:7:');
    expect(message.match(/To fix this/g)).toHaveLength(1);
  });

  it('a rejection of the test itself stays what it is', () => {
    const message = messageOf('fails: a rejection of the test itself is not taken for a listener');
    expect(message).toContain('of the test');
    expect(message).not.toContain('Nobody has handled');
  });

  it('modules that are reset make no difference', () => {
    expect(messageOf('fails: a rejection is told of by a copy of the kit that was loaded later')).toContain(
      'Nobody has handled an error of quitter.tick',
    );
  });

  it.each([
    ['fails: it does not await an advance', /advance\("24h"\), called at .*notAwaited\.fixture\.ts:19:/],
    ['fails: it does not await a wait', /until\('application\.stopped'\), called at .*notAwaited\.fixture\.ts:23:/],
    ['fails: a startup leaves a timer', /- forgetful\.startup: timer, made at .*leaks\.fixture\.ts:12:/],
    ['fails: a tick leaves a server', /- listening\.tick: server, made at .*leaks\.fixture\.ts:32:/],
    [
      'fails: a startup leaves a listener of the process',
      /- subscribed\.startup: listener of process "SIGHUP", made at .*leaks\.fixture\.ts:39:/,
    ],
  ])('"%s" says what, and where', (title, expected) => {
    expect(messageOf(title)).toMatch(expected);
  });

  it('what a file leaves running is stopped in virtual time, and then looked at', () => {
    expect(report.stderr).toContain('the application left running was stopped');
    expect(report.files.get('leftRunning')).toMatch(/- long_lived\.startup: timer, made at .*leftRunning\.fixture\.ts/);
  });
});
