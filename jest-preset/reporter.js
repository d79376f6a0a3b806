'use strict';

const { writeSync } = require('node:fs');

/**
 * A reporter that ends the output with a line `N passed, N failed`, or `N passed, N failed, N skipped`, for readers of
 * logs. A file that could not be loaded, or that failed outside its tests, counts as one failure.
 */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    let printed = false;
    const print = () => {
      if (!printed) writeSync(1, `\n${results.numPassedTests} passed, ${failed} failed${tail}\n`);
      printed = true;
    };
    // Jest adds its own summary after every configured reporter; a forced exit may come before the next turn.
    setImmediate(print);
    process.once('exit', print);
  }
};
