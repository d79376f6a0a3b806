import { execFileSync, spawnSync } from 'node:child_process';

import { describeWith, type FoundProgram } from './describeWith';

function findPromtool(): FoundProgram {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return { path: 'promtool' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { missing: 'promtool is not installed; install it on Debian with: apt-get install prometheus' };
  }
}

/** A suite that needs promtool; see {@link describeWith}. */
export const describeWithPromtool = (title: string, suite: () => void): void =>
  describeWith(findPromtool(), title, suite);

/** Runs promtool, and returns its exit code and all that it wrote. */
export function promtool(args: readonly string[], input = ''): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}
