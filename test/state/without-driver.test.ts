import { BackgroundDaemon, createApplication, StateDatabase } from 'daemonry';

// Newer versions of Node always have a driver.
jest.mock('../../src/state/sqlite', () => ({ hasDriver: () => false }));

const QUIET = { name: 'orders', config: { directory: false, env: {} }, logger: { log: () => undefined } } as const;

describe('Without a driver of SQLite', () => {
  it('an application that injects the database is refused by the plan, with the package to install', async () => {
    @BackgroundDaemon()
    class Keeper {
      constructor(readonly state: StateDatabase) {}
    }
    await expect(createApplication({ ...QUIET, listeners: [Keeper] })).rejects.toMatchObject({
      problems: [
        { code: 'STATE_DRIVER_MISSING', fix: expect.stringContaining('npm install @photostructure/sqlite') as string },
      ],
    });
  });

  it('any other application starts', async () => {
    @BackgroundDaemon()
    class Plain {}
    const app = await createApplication({ ...QUIET, listeners: [Plain] });
    await app.start();
    expect((await app.stop()).code).toBe(0);
  });
});
