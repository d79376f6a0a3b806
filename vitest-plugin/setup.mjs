import { createRequire } from 'node:module';

import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);

/** The global under which `daemonry/testing` keeps the applications of a test file, and finds the functions of its runner. */
const SESSION = Symbol.for('daemonry:testing');
const RUNNER = Symbol.for('daemonry:runner');
/** Real milliseconds that are longer than a session takes to close. */
const CLOSE_MS = 15_000;

globalThis[RUNNER] = { describe, it };
const session = loadTesting();
expect.extend(require('daemonry/testing/matchers').daemonryMatchers);

beforeEach(() => session.beginTest());
afterEach(async ({ task }) => {
  report(await session.problems());
  const [error] = task.result?.errors ?? [];
  const logs = error === undefined ? '' : session.renderLogs();
  if (logs !== '') error.message += `\n\nWhat was logged in this test:\n${logs.replaceAll(/^/gm, '| ')}`;
});
afterAll(async () => report(await session.close()), CLOSE_MS);

/** The session, which adds no hooks of its own: with the globals of Vitest it would. */
function loadTesting() {
  const { beforeEach: hook } = globalThis;
  delete globalThis.beforeEach;
  try {
    require('daemonry/testing');
  } finally {
    if (hook !== undefined) globalThis.beforeEach = hook;
  }
  globalThis[SESSION].hasReporter = true;
  return globalThis[SESSION];
}

function report(problems) {
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1) throw new AggregateError(problems, problems.map(({ message }) => message).join('\n\n'));
}
