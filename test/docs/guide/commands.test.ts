// region report
import type { CommandModule } from 'daemonry';

export const run: CommandModule['run'] = async (args, { out }) => {
  out(`the report of ${args[0] ?? 'today'}`);
  return 0; // the exit code
};
// endregion report

describe('Docs: commands of packages', () => {
  it('write what they are asked for, and say how it went', async () => {
    const written: string[] = [];
    const terminal = { cwd: '.', out: (text: string) => written.push(text), err: () => undefined };

    expect(await run(['2030-01-01'], terminal)).toBe(0);
    expect(written).toEqual(['the report of 2030-01-01']);
  });
});
