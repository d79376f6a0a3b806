import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSubject } from './buildSubject';

// The whole of it is `SOAK_SECONDS=600 npm run test:processes -- soak`.
const { SOAK_SECONDS = '20', UNDER_TEST } = process.env;
const SECONDS = Number(SOAK_SECONDS);
/** In this time everything that is kept has been filled, and the code is compiled. */
const WARM_MS = Math.min(SECONDS * 500, 60_000);
/** The most that may be written, whatever fails how often: a start, and little more each minute; 5 MB in ten. */
const MOST_BYTES = 2 * 1024 * 1024 + SECONDS * 5 * 1024;
const MOST_GROWTH = 1.15;

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** The middle one of some numbers, in order of size. */
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

describe('Five hundred daemons, of which some fail with ever new texts and some are stuck,', () => {
  it(
    `write little and hold no more and more memory in ${SECONDS} s`,
    async () => {
      const state = mkdtempSync(join(tmpdir(), 'daemonry-soak-'));
      const subject = buildSubject(UNDER_TEST, 'soak');
      const child = spawn(process.execPath, [subject.entry], {
        cwd: state,
        env: { PATH: process.env['PATH'], PACKAGE: subject.package, STATE: state },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      let written = 0;
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk: Buffer) => (written += chunk.length));
      }
      const heaps: { readonly at: number; readonly bytes: number }[] = [];
      const began = Date.now();
      child.on('message', (bytes) => heaps.push({ at: Date.now() - began, bytes: Number(bytes) }));
      try {
        await pause(SECONDS * 1_000);
        expect(child.exitCode).toBeNull();
      } finally {
        child.kill('SIGTERM');
      }
      const [code] = (await once(child, 'exit')) as [number | null];
      rmSync(state, { recursive: true });

      const warm = heaps.filter(({ at }) => at > WARM_MS).map(({ bytes }) => bytes);
      const half = warm.length >> 1;
      const [early, late] = [median(warm.slice(0, half)), median(warm.slice(half))];
      console.log(
        `${SECONDS} s: ${written} bytes written, heap ${mb(early)} and then ${mb(late)} MB, code ${code ?? ''}`,
      );
      // Runs that ignore their signal make the stop an unclean one.
      expect(code).toBe(3);
      expect(written).toBeLessThan(MOST_BYTES);
      expect(late / early).toBeLessThan(MOST_GROWTH);
    },
    (SECONDS + 90) * 1_000,
  );
});

const mb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
