declare namespace CountReporter {
  /** What it reads of Jest's results. */
  interface Counts {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numPendingTests: number;
    readonly numTodoTests: number;
    readonly numRuntimeErrorTestSuites: number;
  }
}

/** Ends the output with `N passed, N failed` (and `, N skipped`) alone on a line. */
declare class CountReporter {
  onRunComplete(contexts: unknown, results: CountReporter.Counts): void;
}

export = CountReporter;
