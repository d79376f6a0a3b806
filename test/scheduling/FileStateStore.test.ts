import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  promises,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { StateInUseError, StateUnreadableError } from '../../src/errors/processErrors';
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
    new FileStateStore({
      directory: () => where,
      application,
      clock: { now: () => MOMENT.nextDue },
      log: {
        warn: (message) => void logged.push(['warn', message]),
        error: (message) => void logged.push(['error', message]),
      },
    });

  const loaded = async (application?: string): Promise<FileStateStore> => {
    const store = given(application);
    await store.load();
    return store;
  };

  const asideOf = (where: string): string =>
    readdirSync(where).find((name) => name.startsWith('shop.schedule.json.aside-')) as string;

  it('gives another process what it was given', async () => {
    const store = await loaded();
    store.set('sync.tick', MOMENT);
    await store.close();
    expect((await loaded()).get('sync.tick')).toEqual(MOMENT);
  });

  it('remembers nothing at first, and touches no file', async () => {
    const store = await loaded();
    expect(store.get('sync.tick')).toBeUndefined();
    await store.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('makes the directory when it is first needed', async () => {
    const where = join(directory, 'a', 'b');
    const store = given('shop', where);
    expect(existsSync(where)).toBe(false);
    await store.load();
    store.set('sync.tick', MOMENT);
    await store.close();
    expect(readdirSync(where)).toEqual(['shop.schedule.json']);
  });

  it('writes a versioned file that people can read, and leaves no draft', async () => {
    const store = await loaded();
    store.set('sync.tick', MOMENT);
    await store.close();
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
    await store.close();
    expect((await loaded()).get('sync.tick')?.nextDue).toBe(MOMENT.nextDue + 499);
  });

  it('keeps what it remembers of tasks that are not there this time', async () => {
    const first = await loaded();
    first.set('gone.tick', MOMENT);
    await first.close();
    const second = await loaded();
    second.set('sync.tick', MOMENT);
    await second.close();
    expect((await loaded()).get('gone.tick')).toEqual(MOMENT);
  });

  it('keeps applications apart, whatever they are named', async () => {
    for (const name of ['shop', 'a/b', '../x', '__proto__']) {
      const store = await loaded(name);
      store.set(`${name}.tick`, MOMENT);
      await store.close();
      const again = await loaded(name);
      expect(again.get(`${name}.tick`)).toEqual(MOMENT);
      await again.close();
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
    ['is larger than any that was written', `{"version":1,${' '.repeat(10_000_001)}}`],
  ])('puts a file aside that %s, with a warning, and begins anew', async (_title, content) => {
    writeFileSync(join(directory, 'shop.schedule.json'), content);
    const store = await loaded();
    expect(store.get('a')).toBeUndefined();
    expect(logged).toEqual([['warn', expect.stringContaining('put aside')]]);
    const aside = asideOf(directory);
    expect(readFileSync(join(directory, aside), 'utf8')).toBe(content);
    store.set('sync.tick', MOMENT);
    await store.close();
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['no text', { schedule: 'x', nextDue: 5 }],
    ['no instant', { schedule: 'x', nextDue: 'soon' }],
    ['NaN', { schedule: 'x', nextDue: 'NaN' }],
    ['the beginning of time', { schedule: 'x', nextDue: '-271821-04-20T00:00:00.000Z' }],
    ['after its end', { schedule: 'x', nextDue: '+275760-09-13T00:00:00.001Z' }],
    ['before the epoch', { schedule: 'x', nextDue: '1969-12-31T23:59:59Z' }],
    ['a schedule of a megabyte', { schedule: 'x'.repeat(1_000_000), nextDue: '2026-01-01T00:00:00Z' }],
    ['a list', [1, 2]],
  ])('leaves out a task whose moment is %s, keeps the others, and keeps a copy', async (_title, moment) => {
    const good = { schedule: MOMENT.schedule, nextDue: '2026-01-01T00:00:01.000Z' };
    const content = JSON.stringify({
      version: 1,
      application: 'shop',
      tasks: { 'odd.tick': moment, 'sync.tick': good },
    });
    writeFileSync(join(directory, 'shop.schedule.json'), content);
    const store = await loaded();
    expect(store.get('odd.tick')).toBeUndefined();
    expect(store.get('sync.tick')).toEqual(MOMENT);
    expect(logged).toEqual([['warn', expect.stringContaining('put aside')]]);
    expect(readFileSync(join(directory, asideOf(directory)), 'utf8')).toBe(content);
  });

  it('leaves out a task with a name of a megabyte, and takes the last of two equal names', async () => {
    const moment = '{"schedule":"fixed-rate 1000","nextDue":"2026-01-01T00:00:01.000Z"}';
    const older = moment.replace('2026', '2025');
    writeFileSync(
      join(directory, 'shop.schedule.json'),
      `{"version":1,"application":"shop","tasks":{"${'n'.repeat(1_000_000)}":${moment},"a":${older},"a":${moment}}}`,
    );
    const store = await loaded();
    expect(store.get('a')).toEqual(MOMENT);
    store.set('a', MOMENT);
    await store.close();
    expect(readFileSync(store.path, 'utf8').length).toBeLessThan(1_000);
  });

  it('refuses what is no file, such as a pipe, instead of waiting for its end', async () => {
    execFileSync('mkfifo', [join(directory, 'shop.schedule.json')]);
    await expect(given().load()).rejects.toThrow(/cannot be read/);
  });

  it('removes the drafts of processes that were killed, and nothing else', async () => {
    const drafts = ['shop.schedule.json.1-5.tmp', 'shop.schedule.json.77.tmp', 'shop.schedule.lock.77.tmp'];
    const others = ['shop2.schedule.json.1.tmp', 'notes.tmp'];
    for (const name of [...drafts, ...others]) writeFileSync(join(directory, name), '');
    const store = await loaded();
    await store.close();
    expect(readdirSync(directory).sort()).toEqual(others.sort());
  });

  describe('locks its file', () => {
    const lock = (): string => join(directory, 'shop.schedule.lock');

    it('against another application of that name, which is told who has it', async () => {
      const first = await loaded();
      const error = await given()
        .load()
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      expect(error).toBeInstanceOf(StateInUseError);
      expect(error).toMatchObject({
        code: 'STATE_IN_USE',
        facts: { lock: lock(), pid: process.pid, host: hostname(), since: '2026-01-01T00:00:01.000Z' },
      });
      await first.close();
      await (await loaded()).close();
      expect(readdirSync(directory)).toEqual([]);
    });

    it.each([
      ['a process that is gone', { pid: 2 ** 22 + 1, host: hostname(), since: 'x' }],
      ['a process whose id another one has now', { pid: process.pid, host: hostname(), began: 'boot 1', since: 'x' }],
      ['nobody, in part', undefined],
    ])('and takes it over from %s', async (_title, holder) => {
      writeFileSync(lock(), holder === undefined ? '{"pid":' : JSON.stringify(holder));
      await (await loaded()).close();
      expect(readdirSync(directory)).toEqual([]);
      expect(logged).toEqual([]);
    });

    it('and takes it over from another machine with a warning, since nobody can tell whether it runs', async () => {
      writeFileSync(lock(), JSON.stringify({ pid: process.pid, host: 'elsewhere', since: '2025-12-31T00:00:00Z' }));
      await (await loaded()).close();
      expect(logged).toEqual([['warn', expect.stringContaining('another machine')]]);
    });
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
      await expect(store.close()).rejects.toThrow(/ENOTDIR|EEXIST/);
    }
    expect(logged).toEqual([['error', expect.stringContaining('cannot be saved')]]);
  });

  it('writes what it could not write before as soon as it can', async () => {
    const blocked = join(directory, 'state');
    writeFileSync(blocked, '');
    const store = given('shop', blocked);
    store.set('sync.tick', MOMENT);
    await expect(store.close()).rejects.toThrow();
    rmSync(blocked);
    await store.close();
    const again = given('shop', blocked);
    await again.load();
    expect(again.get('sync.tick')).toEqual(MOMENT);
  });

  it('leaves no draft of a file that it could not replace', async () => {
    const store = given();
    mkdirSync(store.path);
    store.set('sync.tick', MOMENT);
    await expect(store.close()).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM/);
    expect(readdirSync(directory)).toEqual(['shop.schedule.json']);
  });

  // A loss of power cannot be had here: the calls to the file system have to show it.
  it('has the draft on the disk before it replaces the file, so that a loss of power leaves one of both whole', async () => {
    const calls: string[] = [];
    const probe = await promises.open(join(directory, 'probe'), 'w');
    await probe.close();
    const { rename } = promises;
    const handles = Object.getPrototypeOf(probe) as FileHandle;
    const { sync } = handles;
    jest.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
      await sync.call(this);
      calls.push('written to the disk');
    });
    jest.spyOn(promises, 'rename').mockImplementation(async (from, to) => {
      calls.push(`replaced ${basename(String(to))}`);
      await rename(from, to);
    });
    try {
      const store = given();
      store.set('sync.tick', MOMENT);
      await store.close();
    } finally {
      jest.restoreAllMocks();
    }
    expect(calls).toEqual(['written to the disk', 'replaced shop.schedule.json']);
    expect((await loaded()).get('sync.tick')).toEqual(MOMENT);
  });

  it('refuses a directory that it cannot read', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    await expect(given('shop', join(file, 'state')).load()).rejects.toThrow(StateUnreadableError);
  });
});
