import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, type OnTick, StateDatabase, type TickContext } from '../../src';
import { createTestApplication } from '../../src/testing';

const ONCE = { action: 'trigger', listener: 'report', by: 'kim', kind: 'human', reason: 'now', key: 'once' } as const;

@BackgroundDaemon({ name: 'report', interval: '1h' })
class Report implements OnTick {
  constructor(readonly state: StateDatabase) {}
  tick({ sleep }: TickContext): Promise<void> {
    return sleep('1m');
  }
}

describe('a run that was asked for under a key', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'daemonry-keys-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const started = async (directory: string) => {
    const values = { state: { directory } };
    const app = await createTestApplication({ name: 'shop', listeners: [Report], config: { values } });
    await app.start();
    return app;
  };

  it('is not begun again by the same act after the process has died in it, and the answer says that its end is not known', async () => {
    const first = await started(folder);
    const asked = first.operate(ONCE);
    await first.clock.advance('1s');
    const died = mkdtempSync(join(folder, 'died-'));
    for (const name of ['shop.db', 'shop.db-wal']) copyFileSync(join(folder, name), join(died, name));
    await first.clock.advance('1m');
    expect(await asked).toMatchObject({ record: { outcome: 'succeeded' }, notes: [] });
    await first.stop();

    const second = await started(died);
    const again = await second.operate(ONCE);

    expect(again).toMatchObject({ repeated: true, notes: [expect.stringContaining('How it ended is not known')] });
    expect(again).not.toHaveProperty('record');
    expect(second.runs('report')).toEqual([]);
    await second.stop();
  });
});
