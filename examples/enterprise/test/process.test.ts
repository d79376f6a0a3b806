// region process
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type ApplicationProcess, type ProcessOptions, startProcess } from 'daemonry/testing';

import { answering, givenPartner, type Partner } from './support/givenPartner';
import { givenFolder } from './support/givenShop';

jest.setTimeout(60_000);

describe('The process', () => {
  let partner: Partner;
  let folder: string;
  beforeEach(async () => {
    partner = await givenPartner(answering([{ id: 'a', cents: 1_000 }]));
    folder = givenFolder();
  });
  afterEach(() => partner.close());

  const start = (options: ProcessOptions = {}): ApplicationProcess =>
    startProcess('src/main.ts', {
      ...options,
      env: {
        DAEMONRY__ORDERS__URL: partner.url,
        DAEMONRY__BOOKS__FILE: join(folder, 'books.jsonl'),
        DAEMONRY__STATE__DIRECTORY: folder,
        DAEMONRY__LISTENERS__ORDER_IMPORT__INTERVAL: '100ms',
      },
    });

  it('stops in reverse order on SIGTERM, with code 0', async () => {
    const app = start();
    await app.untilReady();
    await app.untilLog('orders imported');

    const { code, startOrder, stopOrder, report, stderr } = await app.stop('SIGTERM');

    expect({ code, stderr, report }).toEqual({ code: 0, stderr: '', report: { code: 0, reason: 'received SIGTERM' } });
    expect(startOrder).toEqual(['order_import', 'books', 'invoice_run']);
    expect(stopOrder).toEqual([...startOrder].reverse());
  });

  it('comes back after a kill -9', async () => {
    const app = start();
    await app.untilReady();
    await app.kill();

    const again = start();
    await again.untilReady();

    expect((await again.stop()).code).toBe(0);
    expect(readFileSync(join(folder, 'books.jsonl'), 'utf8')).toBe('');
  });

  it('ends with code 1 when its books cannot be opened, and tells why', async () => {
    const { code, stderr } = await start({
      faults: [{ listener: 'books', fault: 'failStartup', message: 'disk full' }],
    }).exit;

    expect(code).toBe(1);
    expect(stderr).toContain('disk full');
  });
});
// endregion process
