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

@BackgroundDaemon({ name: 'report', interval: '1h' })
class Plain implements OnTick {
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

  it.each(['with a state database', 'without one'])('is begun again after seven days, %s', async (how) => {
    const values = how === 'without one' ? {} : { state: { directory: folder } };
    const listeners = how === 'without one' ? [Plain] : [Report];
    const app = await createTestApplication({ name: 'shop', listeners, config: { values } });
    await app.start();
    const asked = async () => {
      const answer = app.operate(ONCE);
      await app.clock.advance('1m');
      return answer;
    };
    await asked();
    await app.clock.advance('6d');
    expect(await asked()).toMatchObject({ repeated: true });
    await app.clock.advance('2d');

    const again = await asked();

    expect(again.repeated).toBeUndefined();
    expect(again).toMatchObject({ record: { outcome: 'succeeded', trigger: 'manual' } });
    await app.stop();
  });

  it('is forgotten by the database a week later, also by a process that goes on', async () => {
    const app = await started(folder);
    const ask = async (key: string): Promise<void> => {
      const answer = app.operate({ ...ONCE, key });
      await app.clock.advance('1m');
      await answer;
    };
    await ask('first');
    await app.clock.advance('8d');

    await ask('second');

    const rows = await app.container.get(StateDatabase).all('SELECT key FROM operator_acts');
    expect(rows).toEqual([{ key: 'second' }]);
    await app.stop();
  });
});
