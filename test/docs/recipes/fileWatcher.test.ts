import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auto, createTestApplication } from 'daemonry/testing';

// region watcher
import { watch } from 'node:fs/promises';

import { BackgroundDaemon, type RunContext, type StartupContext } from 'daemonry';

abstract class Inbox {
  abstract readonly folder: string;
  /** Imports every file that is there, and moves it away. */
  abstract importAll(): Promise<void>;
}

@BackgroundDaemon({ restart: { delay: '1s', maxDelay: '1m' } })
class InboxWatcher {
  constructor(private readonly inbox: Inbox) {}

  // What came while nobody watched. A watcher tells that something has changed, not what: it is asked anew each time.
  async startup(_context: StartupContext): Promise<void> {
    await this.inbox.importAll();
  }

  async run({ signal, log }: RunContext): Promise<void> {
    try {
      for await (const { filename } of watch(this.inbox.folder, { signal })) {
        log.debug('changed', { filename });
        await this.inbox.importAll();
      }
    } catch (error) {
      // The stop aborts it. Anything else is a death, after which it is started again.
      if (!signal.aborted) throw error;
    }
  }
}
// endregion watcher

describe('A watcher of files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-inbox-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('imports what is there at the start and what comes later, and leaves nothing open', async () => {
    let imports = 0;
    let imported: () => void = () => undefined;
    const app = await createTestApplication({
      listeners: [InboxWatcher],
      overrides: auto([], (id) =>
        id === Inbox
          ? {
              folder,
              importAll: async () => {
                imports++;
                imported();
              },
            }
          : undefined,
      ),
    });
    await app.start();
    expect(imports).toBe(1);
    const later = new Promise<void>((resolve) => (imported = resolve));

    writeFileSync(join(folder, 'stock.csv'), 'a;1');
    await later;

    expect(imports).toBeGreaterThan(1);
    expect(await app.stop()).toMatchObject({ code: 0 });
    expect(await app.leaks()).toEqual([]);
  });
});
