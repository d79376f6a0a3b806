import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, StateDatabase } from 'daemonry';
import { createTestApplication, type TestApplication } from 'daemonry/testing';

/** A daemon whose runs fail while they are told to. */
@BackgroundDaemon({ interval: '1m' })
export class Sync {
  static failsWith: Error | undefined;

  tick(): void {
    if (Sync.failsWith !== undefined) throw Sync.failsWith;
  }
}

/** Has the state database opened. */
@BackgroundDaemon()
export class Keeper {
  constructor(readonly state: StateDatabase) {}
}

interface GivenHistory {
  /** The folder of the state, one for each test. */
  readonly directory: string;
  /** Starts an application that keeps its history there. It is ended after the test. */
  started(
    now?: string,
    history?: object | false,
    listeners?: readonly (new (...args: never[]) => object)[],
  ): Promise<TestApplication>;
}

/** To be called in a `describe`. */
export function givenHistory(): GivenHistory {
  let directory: string;
  let open: TestApplication[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'history-'));
    open = [];
    Sync.failsWith = undefined;
  });

  afterEach(async () => {
    for (const app of open) await app.bringToEnd('the test is over');
    rmSync(directory, { recursive: true, force: true });
  });

  return {
    get directory() {
      return directory;
    },
    started: async (now = '2026-03-01T00:00:00Z', history = { keep: '30d' }, listeners = [Sync]) => {
      const values = { state: { directory }, ...(history === false ? {} : { history }) };
      const app = await createTestApplication({ listeners, now, config: { values } });
      open.push(app);
      await app.start();
      return app;
    },
  };
}
