import { createRequire } from 'node:module';
import { join } from 'node:path';

import { elapsed, report } from './Subject';

const PEERS = join(__dirname, '..', 'peers', 'package.json');

/** Loads a package that is installed in `bench/peers` alone. */
export const loadPeer = createRequire(PEERS) as (name: string) => object;

/** Milliseconds that loading the packages takes, one after the other. */
export async function reportLoading(names: readonly string[], load: (name: string) => unknown): Promise<void> {
  await report(() =>
    elapsed(() => {
      for (const name of names) load(name);
    }),
  );
}
