import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { StateFile } from '../shared/files';
import { endData, givenFolder } from './support/givenData';

interface Count {
  readonly count: number;
}

const parse = (value: unknown): Count => {
  if (typeof (value as Partial<Count> | undefined)?.count !== 'number') throw new TypeError('"count" is no number');
  return value as Count;
};

async function givenFile(text?: string) {
  const path = join(await givenFolder(), 'count.json');
  if (text !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const open = () => new StateFile<Count>({ path, parse, initial: () => ({ count: 0 }), writer: 'test' });
  return { path, file: open(), open };
}

const refuse = (): never => {
  throw new Error('not yours');
};
const unreadable = new Proxy({}, { get: refuse });

const addOne = ({ count }: Count): Count => ({ count: count + 1 });

afterEach(endData);

describe('a state file', () => {
  it('begins with the initial state, and writes nothing until it is changed', async () => {
    const { path, file } = await givenFile();

    expect(await file.read()).toEqual({ count: 0 });
    await expect(stat(dirname(path))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['null', null],
    ['an object that cannot be read', unreadable],
    ['an error whose message cannot be read', Object.defineProperty(new Error(), 'message', { get: refuse })],
  ])('says which file it is when its content is refused with %s', async (_name, thrown) => {
    const { path } = await givenFile('{}');
    const refusing = (): never => {
      throw thrown;
    };
    const file = new StateFile<Count>({ path, parse: refusing, initial: () => ({ count: 0 }), writer: 'test' });

    await expect(file.read()).rejects.toMatchObject({ code: 'STATE_FILE_UNREADABLE', path });
  });

  it('keeps what it is changed to, for the next one on the same path too', async () => {
    const { path, file, open } = await givenFile();

    expect(await file.update(addOne)).toEqual({ count: 1 });

    expect(await open().read()).toEqual({ count: 1 });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ count: 1 });
  });

  it('may be read by its owner only, and so may its folder; no temporary file is left', async () => {
    const { path, file } = await givenFile();
    await file.update(addOne);

    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await readdir(dirname(path))).toEqual(['count.json']);
  });

  it('removes, when it is first changed, what a process that died has left half written, and nothing else', async () => {
    const { path, file, open } = await givenFile();
    await file.update(addOne);
    await writeFile(`${path}.count.8f14e45f.tmp`, '{"count"');
    await writeFile(join(dirname(path), 'other.json.count.8f14e45f.tmp'), '{');

    await open().update(addOne);

    expect(await readdir(dirname(path))).toEqual(['count.json', 'other.json.count.8f14e45f.tmp']);
  });

  it('makes concurrent changes one after the other, in the order of the calls, each on what the one before left', async () => {
    const { file } = await givenFile();
    const order: number[] = [];
    const slowly = async ({ count }: Count): Promise<Count> => {
      await new Promise((resolve) => setTimeout(resolve, 5 - count));
      order.push(count);
      return { count: count + 1 };
    };

    const changes = await Promise.all([1, 2, 3, 4].map(() => file.update(slowly)));

    expect(changes.map(({ count }) => count)).toEqual([1, 2, 3, 4]);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(await file.read()).toEqual({ count: 4 });
  });

  it('stays as it is when a change rejects, and takes the next change', async () => {
    const { file } = await givenFile();
    await file.update(addOne);

    const failed = file.update(() => Promise.reject(new Error('no')));
    const next = file.update(addOne);

    await expect(failed).rejects.toThrow('no');
    expect(await next).toEqual({ count: 2 });
  });

  it('refuses a state that it could not read again', async () => {
    const { file } = await givenFile();
    await file.update(addOne);

    await expect(file.update(() => ({ count: Number.NaN }))).rejects.toThrow('"count" is no number');
    expect(await file.read()).toEqual({ count: 1 });
  });

  it('is not written when a change returns the very state it was given', async () => {
    const { path, file } = await givenFile('{"count":7}');
    const before = await stat(path, { bigint: true });

    expect(await file.update((current) => current)).toEqual({ count: 7 });

    const after = await stat(path, { bigint: true });
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  });

  it.each([
    ['no JSON', '{"count":', 'JSON'],
    ['empty', '', 'JSON'],
    ['another document', '{"sum":1}', '"count" is no number'],
  ])('that is %s is an error, and is never overwritten', async (_case, text, why) => {
    const { path, file } = await givenFile(text);
    const failure = {
      code: 'STATE_FILE_UNREADABLE',
      path,
      facts: { file: path, why: expect.stringContaining(why) as string },
    };

    await expect(file.read()).rejects.toMatchObject(failure);
    await expect(file.update(addOne)).rejects.toMatchObject(failure);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('that is a folder is an error', async () => {
    const { path, file } = await givenFile();
    await mkdir(path, { recursive: true });

    await expect(file.read()).rejects.toMatchObject({ code: 'STATE_FILE_UNREADABLE' });
  });
});
