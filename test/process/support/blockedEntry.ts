import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ProcessExit } from 'daemonry/testing';

import type { LoopBlockedEvent } from '../../../src/contracts/ApplicationEvents';
import { bundleEntry } from './bundleEntry';

/** The application that blocks its event loop, bundled with the thread of its watchdog into a folder of its own. */
export interface BlockedEntry {
  readonly folder: string;
  readonly entry: string;
}

/** Bundles it before the tests of a file, which has to call this, and removes it after them. */
export function givenBlockedEntry(): BlockedEntry {
  const made = { folder: '', entry: '' };
  beforeAll(() => {
    made.folder = mkdtempSync(join(tmpdir(), 'daemonry-watchdog-'));
    made.entry = bundleEntry(made.folder, 'blocked', ['src/watchdog/watchdogThread.ts']);
  });
  afterAll(() => {
    rmSync(made.folder, { recursive: true, force: true });
  });
  return made;
}

/** The standstills that it was told of, in their order. */
export function blocksIn({ stdout }: Pick<ProcessExit, 'stdout'>): LoopBlockedEvent[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{"blocked"'));
  return lines.map((line) => (JSON.parse(line) as { blocked: LoopBlockedEvent }).blocked);
}
