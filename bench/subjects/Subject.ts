/** What a subject measures in its own process, in the unit of the benchmark. */
export type Measure = (size: number) => Promise<number>;

/** Runs a subject's measurement with the size it was asked for, and tells the figure to the runner. */
export async function report(measure: Measure): Promise<void> {
  const size = Number(process.argv[2]);
  process.stdout.write(`${JSON.stringify({ figure: await measure(size) })}\n`);
}

/** Milliseconds that `work` takes. */
export async function elapsed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
