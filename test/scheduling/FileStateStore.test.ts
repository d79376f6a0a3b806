import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { StateUnreadableError } from '../../src/errors/processErrors';
import { FileStateStore } from '../../src/scheduling/FileStateStore';

const MOMENT = { schedule: 'fixed-rate 1000', nextDue: Date.parse('2026-01-01T00:00:01Z') };

describe('FileStateStore', () => {
  let directory: string;
  let logged: [string, string][];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'daemonry-state-'));
    logged = [];
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const given = (application = 'shop', where = directory): FileStateStore =>
    new FileStateStore(() => where, application, {
      warn: (message) => void logged.push(['warn', message]),
      error: (message) => void logged.push(['error', message]),
    });

  const loaded = async (application?: string): Promise<FileStateStore> => {
    const store = given(application);
    await store.load();
    return store;
  };

  it('gives another process what it was given', async () => {
    const store = await loaded();
    store.set('sync.tick', MOMENT);
    await store.flush();
    expect((await loaded()).get('sync.tick')).toEqual(MOMENT);
  });

  it('remembers nothing at first, and touches no file', async () => {
    const store = await loaded();
    expect(store.get('sync.tick')).toBeUndefined();
    await store.flush();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('makes the directory when it is first needed', async () => {
    const where = join(directory, 'a', 'b');
    const store = given('shop', where);
    await store.load();
    expect(existsSync(where)).toBe(false);
    store.set('sync.tick', MOMENT);
    await store.flush();
    expect(readdirSync(where)).toEqual(['shop.schedule.json']);
  });

  it('writes a versioned file that people can read, and leaves no draft', async () => {
    const store = await loaded();
    store.set('sync.tick', MOMENT);
    await store.flush();
    expect(readdirSync(directory)).toEqual(['shop.schedule.json']);
    expect(JSON.parse(readFileSync(store.path, 'utf8'))).toEqual({
      version: 1,
      application: 'shop',
      tasks: { 'sync.tick': { schedule: 'fixed-rate 1000', nextDue: '2026-01-01T00:00:01.000Z' } },
    });
  });

  it('writes the last of many changes', async () => {
    const store = await loaded();
    for (let i = 0; i < 500; i++) store.set('sync.tick', { ...MOMENT, nextDue: MOMENT.nextDue + i });
    await store.flush();
    expect((await loaded()).get('sync.tick')?.nextDue).toBe(MOMENT.nextDue + 499);
  });

  it('keeps what it remembers of tasks that are not there this time', async () => {
    const first = await loaded();
    first.set('gone.tick', MOMENT);
    await first.flush();
    const second = await loaded();
    second.set('sync.tick', MOMENT);
    await second.flush();
    expect((await loaded()).get('gone.tick')).toEqual(MOMENT);
  });

  it('keeps applications apart, whatever they are named', async () => {
    for (const name of ['shop', 'a/b', '../x', '__proto__']) {
      const store = await loaded(name);
      store.set(`${name}.tick`, MOMENT);
      await store.flush();
      expect((await loaded(name)).get(`${name}.tick`)).toEqual(MOMENT);
    }
    expect(readdirSync(directory)).toHaveLength(4);
  });

  it.each([
    ['is torn', '{"version":1,"applica'],
    ['is empty', ''],
    ['is of another version', '{"version":2,"application":"shop","tasks":{}}'],
    ['is of another application', '{"version":1,"application":"else","tasks":{}}'],
    ['is no state at all', '[1,2]'],
    ['has no tasks', '{"version":1,"application":"shop"}'],
    ['has a task that is none', '{"version":1,"application":"shop","tasks":{"a":null}}'],
    [
      'has an instant that is none',
      '{"version":1,"application":"shop","tasks":{"a":{"schedule":"x","nextDue":"soon"}}}',
    ],
  ])('puts a file aside that %s, with a warning, and begins anew', async (_title, content) => {
    writeFileSync(join(directory, 'shop.schedule.json'), content);
    const store = await loaded();
    expect(store.get('a')).toBeUndefined();
    expect(logged).toEqual([['warn', expect.stringContaining('put aside')]]);
    const [aside] = readdirSync(directory);
    expect(aside).toMatch(/^shop\.schedule\.json\.aside-/);
    expect(readFileSync(join(directory, aside as string), 'utf8')).toBe(content);
    store.set('sync.tick', MOMENT);
    await store.flush();
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('refuses to go on when there is something that it cannot read', async () => {
    mkdirSync(join(directory, 'shop.schedule.json'));
    await expect(given().load()).rejects.toThrow(StateUnreadableError);
  });

  it('logs a failing write once for as long as it fails in the same way, and flush rejects', async () => {
    const blocked = join(directory, 'file');
    writeFileSync(blocked, '');
    const store = given('shop', join(blocked, 'state'));
    for (let i = 0; i < 3; i++) {
      store.set('sync.tick', MOMENT);
      await expect(store.flush()).rejects.toThrow(/ENOTDIR|EEXIST/);
    }
    expect(logged).toEqual([['error', expect.stringContaining('cannot be written')]]);
  });

  it('writes what it could not write before as soon as it can', async () => {
    const blocked = join(directory, 'state');
    writeFileSync(blocked, '');
    const store = given('shop', blocked);
    store.set('sync.tick', MOMENT);
    await expect(store.flush()).rejects.toThrow();
    rmSync(blocked);
    await store.flush();
    const again = given('shop', blocked);
    await again.load();
    expect(again.get('sync.tick')).toEqual(MOMENT);
  });

  it('refuses a directory that it cannot read', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    await expect(given('shop', join(file, 'state')).load()).rejects.toThrow(StateUnreadableError);
  });
});
