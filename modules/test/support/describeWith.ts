/** A program that a suite needs, or why it cannot be had. */
export type FoundProgram = { readonly path: string } | { readonly missing: string };

/**
 * A suite that needs a program of the machine. Where that is missing the suite is skipped, and says so; under `CI=true` it
 * fails, so that it cannot be left out unnoticed.
 */
export function describeWith(found: FoundProgram, title: string, suite: (path: string) => void): void {
  if ('path' in found) {
    describe(title, () => suite(found.path));
    return;
  }
  process.stderr.write(`\nLeft out: "${title}". ${found.missing}\n`);
  if (process.env['CI'] === 'true') {
    it(`${title}: has to run under CI`, () => {
      throw new Error(found.missing);
    });
    return;
  }
  it.skip(`${title}: ${found.missing}`, () => undefined);
}
