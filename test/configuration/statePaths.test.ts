import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { IsString } from 'class-validator';

import { BackgroundDaemon, createApplication, Nested, Settings, StatePath } from '../../src';
import { pathWarnings } from '../../src/cli/pathWarnings';

class Cache {
  @StatePath()
  @IsString()
  readonly folder: string = 'cache/pages';
}

@Settings('shop')
class ShopSettings {
  @StatePath()
  @IsString()
  readonly file: string = 'orders.json';

  @StatePath()
  readonly unset?: string;

  @Nested(() => Cache)
  readonly cache: Cache = new Cache();

  @Nested(() => Cache)
  readonly caches: Cache[] = [];

  @IsString()
  readonly other: string = 'plain/text';
}

@BackgroundDaemon({ interval: '1h', misfire: 'run-once' })
class Remembering {
  constructor(readonly settings: ShopSettings) {}

  tick(): void {}
}

@BackgroundDaemon()
class Writing {
  constructor(readonly settings: ShopSettings) {}
}

describe('A field with @StatePath', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'state-paths-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  async function given(shop: object, state = directory): Promise<{ settings: ShopSettings; warnings: string[] }> {
    const app = await createApplication({
      name: 'shop',
      listeners: [Remembering],
      config: { directory: false, env: false, values: { shop, state: { directory: state } } },
      logger: { log: () => undefined },
    });
    const warnings = pathWarnings(app.plan);
    return {
      settings: app.container.get(ShopSettings),
      warnings: warnings.map(({ code, message }) => `${code} ${message}`),
    };
  }

  it('is relative to state.directory, wherever it is and whatever gives it', async () => {
    const { settings, warnings } = await given({ caches: [{ folder: 'a' }, {}] });
    expect(settings).toMatchObject({
      file: join(directory, 'orders.json'),
      cache: { folder: join(directory, 'cache/pages') },
      caches: [{ folder: join(directory, 'a') }, { folder: join(directory, 'cache/pages') }],
      other: 'plain/text',
    });
    expect(settings.unset).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('may be absolute, and is doubted when it lies outside', async () => {
    const { settings, warnings } = await given({ file: '/tmp/orders.json', cache: { folder: '../elsewhere' } });
    expect(settings.file).toBe('/tmp/orders.json');
    expect(warnings).toEqual([
      expect.stringMatching(
        /^STATE_PATH_OUTSIDE "shop.file" \(values\) is \/tmp\/orders.json, outside of state.directory/,
      ),
      expect.stringMatching(/^STATE_PATH_OUTSIDE "shop.cache.folder" \(values\) is .*elsewhere/),
    ]);
  });

  it('is named when it cannot be written: a file stands where a folder is needed', async () => {
    writeFileSync(join(directory, 'taken'), '');
    const { warnings } = await given({ file: 'taken/orders.json' }, join(directory, 'state'));
    expect(warnings).toEqual([]);
    const blocked = await given({}, join(directory, 'taken'));
    expect(blocked.warnings).toEqual([
      expect.stringMatching(/^STATE_PATH_NOT_WRITABLE "state.directory" \(values\) is .*taken, .*taken is no folder/),
      expect.stringMatching(
        /^STATE_PATH_NOT_WRITABLE "shop.file" \(default\) is .*taken\/orders.json, .* is no folder/,
      ),
      expect.stringMatching(/^STATE_PATH_NOT_WRITABLE "shop.cache.folder"/),
    ]);
  });

  it('is named when it lies on a file system that is read-only', async () => {
    const { warnings } = await given({ file: '/proc/orders.json' });
    expect(warnings[0]).toMatch(/^STATE_PATH_(NOT_WRITABLE|OUTSIDE) "shop.file" \(values\) is \/proc\/orders.json/);
  });

  it('belongs to one process: a second application of that name does not start', async () => {
    const create = () =>
      createApplication({
        name: 'shop',
        listeners: [Writing],
        config: { directory: false, env: false, values: { state: { directory } } },
        logger: { log: () => undefined },
      });
    const first = await create();
    await first.start();
    const second = await create();
    await expect(second.start()).rejects.toMatchObject({ code: 'STATE_IN_USE', facts: { pid: process.pid } });
    await first.stop('over');
    const third = await create();
    await third.start();
    await third.stop('over');
    expect(readdirSync(directory)).toContain('shop.lock.db');
  });

  it('says nothing of folders that will be made', async () => {
    mkdirSync(join(directory, 'state'));
    expect((await given({ file: 'new/deep/orders.json' }, join(directory, 'state'))).warnings).toEqual([]);
  });
});
