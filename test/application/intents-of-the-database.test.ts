import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, StateDatabase } from '../../src';
import { createTestApplication } from '../../src/testing';
import { KIM, taskOf } from '../support/givenOperated';

@BackgroundDaemon({ interval: '1h' })
class Keeper {
  constructor(readonly state: StateDatabase) {}
  tick(): void {}
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemonry-intents-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function given() {
  const config = { values: { state: { directory: folder } } };
  return createTestApplication({ listeners: [Keeper], config, now: '2030-01-01T00:00:00Z' });
}

async function started() {
  const app = await given();
  await app.start();
  return app;
}

/** A database with a pause, of which one field is another text. */
async function givenPauseWith(field: string, text: string): Promise<void> {
  const app = await started();
  await app.operate({ action: 'pause', listener: 'keeper', task: 'tick', ...KIM });
  const sql = 'UPDATE operator_intents SET intent = json_set(intent, ?, ?)';
  await app.container.get(Keeper).state.run(sql, [`$.${field}`, text]);
  await app.stop();
}

describe('an intent in the database', () => {
  it.each(['+275760-09-13T00:00:00.000Z', '+275759-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
    'lasts until the end of all instants (%s), and the status says so',
    async (until) => {
      await givenPauseWith('until', until);

      const app = await started();
      await app.clock.advance('2h');

      expect(taskOf(app, 'keeper')).toMatchObject({ paused: true, pause: { until }, counters: { skipped: 2 } });
      expect(await app.explain('keeper', until)).toHaveLength(1);
      expect(await app.health()).toMatchObject({ ready: true });
    },
  );

  it.each([
    ['until', 'banana 2040'],
    ['until', '2040-02-30T00:00:00Z'],
    ['since', 'soon'],
  ])('is left out of a start where its "%s" is no instant: %s', async (field, text) => {
    await givenPauseWith(field, text);

    const app = await started();
    await app.clock.advance('1h');

    expect(app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('cannot be read') as string }),
    );
    expect(taskOf(app, 'keeper')).toMatchObject({ paused: false, counters: { succeeded: 1 } });
  });
});

describe('an act before the start of an application with a state database', () => {
  const PAUSE = { action: 'pause', listener: 'keeper', key: 'maintenance-42', ...KIM } as const;

  it('outlives the process, and says so', async () => {
    const app = await given();

    expect(await app.operate(PAUSE)).toMatchObject({ notes: [], intent: { persisted: true } });

    await app.start();
    await app.stop();
    const next = await started();
    expect(next.intents()).toMatchObject([{ action: 'pause', listener: 'keeper', persisted: true }]);
    await next.stop();
  });

  it('is not done again under its key after a restart', async () => {
    const app = await given();
    await app.operate(PAUSE);
    await app.start();
    await app.operate({ action: 'resume', listener: 'keeper', ...KIM });
    expect(await app.operate(PAUSE)).toMatchObject({ repeated: true });
    await app.stop();

    const next = await started();

    expect(await next.operate(PAUSE)).toMatchObject({ repeated: true });
    expect(taskOf(next, 'keeper')).toMatchObject({ paused: false });
    await next.stop();
  });
});
