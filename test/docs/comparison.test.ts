import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

// region comparison
import { BackgroundDaemon, type OnTick } from 'daemonry';
import { createTestApplication, override } from 'daemonry/testing';

class OrderApi {
  async pull(): Promise<void> {}
}

@BackgroundDaemon({ interval: '5m' })
class OrderSync implements OnTick {
  constructor(private readonly api: OrderApi) {}

  tick(): Promise<void> {
    return this.api.pull();
  }
}

describe('OrderSync', () => {
  it('syncs every five minutes, also after one sync has failed', async () => {
    const pull = jest.fn().mockRejectedValueOnce(new Error('503')).mockResolvedValue(undefined);
    const app = await createTestApplication({
      listeners: [OrderSync],
      services: [OrderApi],
      overrides: [override(OrderApi, { pull })],
    });
    await app.start();

    await app.clock.advance('1h');

    expect(pull).toHaveBeenCalledTimes(12);
    expect(app.runs('order_sync')[0]).toMatchObject({ outcome: 'failed', error: { message: '503' } });
  });
});
// endregion comparison

describe('The figures of the comparison', () => {
  it('are printed by benchmarks that are there', () => {
    const root = resolve(__dirname, '../..');
    const list = execFileSync(process.execPath, [join(root, 'bench/run.mjs'), '--list'], { encoding: 'utf8' });
    const known = list.split('\n').map((line) => line.split(' ', 1).join());
    const [, table = ''] =
      /## Figures\n([\s\S]*?)\n## /.exec(readFileSync(join(root, 'docs/comparison.md'), 'utf8')) ?? [];
    const named = [...table.matchAll(/`((?:load|cold|boot|tick|burst|idle|lateness|heap)[\w-]*)…?`/g)].map(
      ([, name = '']) => name,
    );

    expect(named.length).toBeGreaterThan(7);
    expect(named.filter((name) => !known.some((one) => one.startsWith(name)))).toEqual([]);
  });
});
