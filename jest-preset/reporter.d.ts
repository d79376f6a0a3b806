declare namespace CountReporter {
  /** The part of Jest's results that it reads. */
  interface Counts {
    /** Tests that have passed. */
    readonly numPassedTests: number;
    /** Tests that have failed. */
    readonly numFailedTests: number;
    /** Tests that were skipped. */
    readonly numPendingTests: number;
    /** Tests declared with `it.todo`; counted as skipped. */
    readonly numTodoTests: number;
    /** Files that could not be loaded, or failed outside their tests; each counts as one failure. */
    readonly numRuntimeErrorTestSuites: number;
  }
}

/** A reporter that ends the output with a line `N passed, N failed`, or `N passed, N failed, N skipped`. */
declare class CountReporter {
  /** Called by Jest after the last test. */
  onRunComplete(contexts: unknown, results: CountReporter.Counts): void;
}

export = CountReporter;
