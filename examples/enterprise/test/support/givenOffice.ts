import { join } from 'node:path';

import type { WebServer } from '@daemonry/modules/web';
import { createTestApplication } from 'daemonry/testing';

import { office } from '../../src/office';
import { givenFolder } from './givenShop';

/** The office, with its files in a folder of its own, its web server on a free port, and the partner out of reach. */
export async function givenOffice(values: Readonly<Record<string, unknown>> = {}) {
  const folder = givenFolder();
  const app = await createTestApplication({
    ...office(),
    config: {
      values: {
        books: { file: join(folder, 'books.jsonl') },
        state: { directory: join(folder, 'data') },
        orders: { url: 'http://127.0.0.1:9/' },
        listeners: { order_import: { enabled: false } },
        web: { port: 0 },
        ...values,
      },
    },
  });
  await app.start();
  const { url = '' } = app.listeners.resolve<WebServer>('web').address ?? {};

  const get = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  const refund = (body: object): Promise<Response> =>
    fetch(`${url}/api/refunds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return { app, get, refund };
}
