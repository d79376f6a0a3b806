import { join } from 'node:path';

import type { Ended, GivenApplication } from './givenApplication';

/** One call of `daemonry check`. */
export interface Check {
  /** The working directory. */
  readonly folder: string;
  /** The entry and options. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

// The program keeps nothing from one call to the next but the modules that it has loaded. Output of the applications
// themselves would make the result unreadable, and so fail the test: they must not be started.
const SCRIPT = `
const { program, checks } = JSON.parse(process.argv[1]);
const { runProgram } = require(program);
process.setMaxListeners(0);
const check = ({ folder, args, env = {} }) => {
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
  const before = { ...process.env };
  Object.assign(process.env, env);
  process.chdir(folder);
  let stdout = '', stderr = '';
  const terminal = { cwd: folder, out: (text) => { stdout += text + '\\n'; }, err: (text) => { stderr += text + '\\n'; } };
  return new Promise((resolve) => {
    void runProgram(['check', ...args], terminal, (code) => {
      process.env = before;
      resolve({ code, stdout, stderr });
    });
  });
};
(async () => {
  const ended = [];
  for (const each of checks) ended.push(await check(each));
  process.stdout.write(JSON.stringify(ended), () => process.exit());
})();
`;

/**
 * Runs `daemonry check` on one application after the other, all in one process: loading the framework, and the compiler,
 * takes more time than checking.
 */
export async function checkEach(place: GivenApplication, checks: readonly Check[]): Promise<readonly Ended[]> {
  const program = join(place.home, 'node_modules', 'daemonry', 'dist', 'src', 'cli', 'runProgram.js');
  const { stdout, stderr } = await place.node(['-e', SCRIPT, JSON.stringify({ program, checks })]);
  if (stdout === '') throw new Error(`The checks ended without a result: ${stderr}`);
  return JSON.parse(stdout) as readonly Ended[];
}
