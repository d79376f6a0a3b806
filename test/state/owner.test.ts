import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApplicationAddress, BackgroundDaemon, createApplication, StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { runningOwner, stateDatabases, unseenOwner } from '../../src/state/stateOwners';

@BackgroundDaemon({ interval: '1h' })
class Front {
  constructor(
    readonly address: ApplicationAddress,
    readonly state: StateDatabase,
  ) {}

  tick(): void {}
}

@BackgroundDaemon({ interval: '1h', name: 'front' })
class Stateless {
  constructor(readonly address: ApplicationAddress) {}

  tick(): void {}
}

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'daemonry-owner-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const start = async () => {
  const config = { env: false as const, directory: false as const, values: { state: { directory } } };
  const app = await createApplication({ name: 'orders', listeners: [Front], config, logger: { log: () => undefined } });
  await app.start();
  return app;
};

describe('The owner of a state database', () => {
  const file = (): string => join(directory, 'orders.db');

  it('is the process that works with it, with the address that it publishes', async () => {
    const app = await start();
    const { address } = app.listeners.resolve<Front>('front');
    const { pid } = process;

    expect(stateDatabases(directory)).toEqual([file()]);
    expect(runningOwner(file())).toMatchObject({ pid, url: undefined });
    await address.publish('http://127.0.0.1:9119');
    expect(runningOwner(file())).toMatchObject({ pid, url: 'http://127.0.0.1:9119' });
    await address.publish(undefined);
    expect(runningOwner(file())).toMatchObject({ pid, url: undefined });

    await app.stop();
    expect(runningOwner(file())).toBeUndefined();
  });

  it('cannot be written where a folder is in the way: the start says so, and leaves it', async () => {
    const inTheWay = join(directory, 'orders.owner.json.new');
    mkdirSync(join(inTheWay, 'kept'), { recursive: true });

    await expect(start()).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });

    expect(existsSync(join(inTheWay, 'kept'))).toBe(true);
  });

  it('is nobody who can be looked at from here, when it runs in another container', async () => {
    const app = await start();
    const owner = file().replace(/db$/, 'owner.json');
    const record = JSON.parse(readFileSync(owner, 'utf8')) as { host: string };
    writeFileSync(owner, JSON.stringify({ ...record, host: 'box', birth: 'boot pid:[1] 1' }));

    expect(runningOwner(file())).toBeUndefined();
    expect(unseenOwner(file())).toMatch(/orders\.db: pid \d+ on box, since /);
    await app.stop();
  });

  it.each([
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
    ['too long', (path: string) => writeFileSync(path, `{"pid":1}${' '.repeat(20_000)}`)],
    ['another text', (path: string) => writeFileSync(path, '[]')],
  ])('is nobody while what should name it is %s', async (_, make) => {
    const app = await start();
    const owner = file().replace(/db$/, 'owner.json');
    rmSync(owner);
    make(owner);

    expect(runningOwner(file())).toBeUndefined();
    expect(await app.stop()).toMatchObject({ code: 0, degraded: false });
  });

  it('is nobody where nothing is kept: publishing does nothing', async () => {
    const app = await createTestApplication({ listeners: [Stateless] });
    await app.start();

    await expect(app.listeners.resolve<Stateless>('front').address.publish('http://x')).resolves.toBeUndefined();
    await app.stop();
  });
});
