/** Beyond so many distinct failures none is told any more: a message may hold something that differs each time. */
const MOST_REPORTS = 100;

/** Tells failures of the logging itself, each distinct one once. */
export class FailureReports {
  readonly #output: { write(text: string): unknown };
  readonly #reported = new Set<string>();

  constructor(output: { write(text: string): unknown }) {
    this.#output = output;
  }

  report(what: string, error: unknown): void {
    const text = `daemonry: ${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
    if (this.#reported.has(text) || this.#reported.size >= MOST_REPORTS) return;
    this.#reported.add(text);
    this.#output.write(`${text}\n`);
  }
}
