import { cpSync } from 'node:fs';
import { join } from 'node:path';

import { THROWING_LINE } from './compiledOrders';
import { type Ended, type GivenApplication, givenFolder } from './givenApplication';

/** The entry of the applications that are bundled. */
export const ENTRY = 'dist/OrderImport.js';
/** Written by a tick of them. */
export const TICKED = 'orders of nowhere';

/** A folder without node_modules that holds a copy of what was bundled. */
export function deployed({ folder }: GivenApplication) {
  const given = givenFolder();
  cpSync(join(folder, 'bundle'), given.folder, { recursive: true });
  return given;
}

export const succeeded = { code: 0, stderr: '' };

export async function bundled(app: GivenApplication, ...args: readonly string[]): Promise<Ended> {
  const ended = await app.daemonry(['bundle', ENTRY, ...args]);
  expect(ended).toMatchObject(succeeded);
  return ended;
}

/** Expects the stack of an error to name the source, under --enable-source-maps. */
export async function expectMappedStacks(app: GivenApplication, file = 'OrderImport.cjs', receiver = 'OrderImport') {
  const env = { DAEMONRY__PARTNER__HOST: 'broken' };
  const ended = await deployed(app).node(['--enable-source-maps', file], { env, stopAfter: 'no orders' });

  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(new RegExp(`at ${receiver}\\.tick \\([^)]*OrderImport\\.ts:${THROWING_LINE}:`));
}
