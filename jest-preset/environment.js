'use strict';

const { createRequire } = require('node:module');

const { TestEnvironment } = ofJest('jest-environment-node');

/** The globals of a test file under which `daemonry/testing` keeps its session and its processes. */
const SESSION = Symbol.for('daemonry:testing');
const PROCESSES = Symbol.for('daemonry:processes');

/**
 * Jest's environment for Node. Below the error of a failed test it prints what the applications of that test have
 * logged, and the last lines of the processes that still run. If a test file imports `daemonry/testing` only inside its
 * tests, when hooks cannot be added any more, this environment makes tests fail in place of the hooks.
 */
module.exports = class DaemonryEnvironment extends TestEnvironment {
  /** A session that could not add hooks, so that its problems are reported from here. */
  #silent;

  async handleTestEvent(event, state) {
    const session = this.global[SESSION];
    if (session?.hasReporter === false) {
      session.hasReporter = true;
      this.#silent = session;
    }
    if (this.#silent !== undefined) await report(this.#silent, event, state);
    if (event.name === 'test_done') this.#showLogs(event.test);
  }

  #showLogs({ errors }) {
    const [error] = errors.flat().filter((one) => typeof one?.stack === 'string');
    if (error === undefined) return;
    // After the stack, so that Jest's code frame still shows where the test failed.
    error.stack += section('What was logged in this test:', this.global[SESSION]?.renderLogs?.());
    error.stack += section('What the processes of this file wrote last:', this.global[PROCESSES]?.render());
  }
};

/** Does for one event of Jest what the session's hooks would do. */
async function report(session, event, state) {
  if (event.name === 'test_start') session.beginTest();
  if (event.name === 'test_fn_success' || event.name === 'test_fn_failure') {
    event.test.errors.push(...(await session.problems()));
  }
  if (event.name === 'run_finish') state.unhandledErrors.push(...(await session.close()));
}

/** A title and the text, each line behind a bar: Jest takes a line that begins with `at` for a stack frame. */
const section = (title, text = '') => (text === '' ? '' : `\n\n${title}\n${text.replaceAll(/^/gm, '| ')}`);

/** Loads a package of Jest's from Jest's runner: with a strict package manager only Jest itself can see it. */
function ofJest(name) {
  const runner = Object.keys(require.cache).find((file) => /[\\/]jest-runner[\\/]build[\\/]/.test(file));
  return createRequire(runner ?? __filename)(name);
}
