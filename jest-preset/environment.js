'use strict';

const { createRequire } = require('node:module');

const { TestEnvironment } = ofJest('jest-environment-node');

/** Where `daemonry/testing` keeps what it knows of a test file, among the globals of that file. */
const SESSION = Symbol.for('daemonry:testing');
const PROCESSES = Symbol.for('daemonry:processes');

/**
 * Jest's environment for Node. Below what made a test fail it shows what the applications of that test logged, and what
 * the processes that still run wrote last. A test file that imports `daemonry/testing` only inside of its tests, where no
 * hook can be added, is watched from here.
 */
module.exports = class DaemonryEnvironment extends TestEnvironment {
  /** The session that reports nothing by itself. */
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

async function report(session, event, state) {
  if (event.name === 'test_start') session.beginTest();
  if (event.name === 'test_fn_success' || event.name === 'test_fn_failure') {
    event.test.errors.push(...(await session.problems()));
  }
  if (event.name === 'run_finish') state.unhandledErrors.push(...(await session.close()));
}

/** Each line behind a bar, since Jest takes one that begins with `at` for a frame of the stack. */
const section = (title, text = '') => (text === '' ? '' : `\n\n${title}\n${text.replaceAll(/^/gm, '| ')}`);

/** Strict package managers let only Jest itself see its packages; its runner is loaded whenever an environment is. */
function ofJest(name) {
  const runner = Object.keys(require.cache).find((file) => /[\\/]jest-runner[\\/]build[\\/]/.test(file));
  return createRequire(runner ?? __filename)(name);
}
