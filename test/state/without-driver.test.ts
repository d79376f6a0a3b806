import { IsString } from 'class-validator';

import { BackgroundDaemon, createApplication, Settings, StateDatabase, StatePath } from 'daemonry';

// Newer versions of Node always have a driver.
jest.mock('../../src/state/driver', () => ({ hasDriver: () => false }));

const QUIET = { name: 'orders', config: { directory: false, env: {} }, logger: { log: () => undefined } } as const;

@Settings('shop')
class ShopSettings {
  @StatePath()
  @IsString()
  readonly file: string = 'orders.json';
}

describe('Without a driver of SQLite', () => {
  @BackgroundDaemon()
  class Keeper {
    constructor(readonly state: StateDatabase) {}
  }

  @BackgroundDaemon({ interval: '1h', misfire: 'run-once' })
  class Report {
    tick(): void {}
  }

  @BackgroundDaemon()
  class Writer {
    constructor(readonly settings: ShopSettings) {}
  }

  it.each([
    ['injects the database', Keeper, 'a class injects the StateDatabase'],
    ['remembers due moments', Report, "report.tick has misfire: 'run-once'"],
    ['writes files below its state directory', Writer, 'shop.file is a file below state.directory'],
  ])('an application that %s is refused by the plan, with the package to install', async (_what, listener, reason) => {
    await expect(createApplication({ ...QUIET, listeners: [listener] })).rejects.toMatchObject({
      problems: [
        {
          code: 'STATE_DRIVER_MISSING',
          facts: { 'needed because': [reason] },
          fix: expect.stringContaining('npm install @photostructure/sqlite') as string,
        },
      ],
    });
  });

  it('an application in which what would need it is switched off starts', async () => {
    const app = await createApplication({
      ...QUIET,
      listeners: [Report],
      config: { ...QUIET.config, values: { listeners: { report: { enabled: false } } } },
    });
    await app.start();
    expect((await app.stop()).code).toBe(0);
  });

  it('any other application starts', async () => {
    @BackgroundDaemon()
    class Plain {}
    const app = await createApplication({ ...QUIET, listeners: [Plain] });
    await app.start();
    expect((await app.stop()).code).toBe(0);
  });
});
