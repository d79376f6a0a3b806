// region test
import { createTestCluster } from 'daemonry/testing';

import { InvoiceRun } from '../../examples/migration/cluster/after/InvoiceRun';
import { Invoices } from '../../examples/migration/cluster/Invoices';

it('sends the invoices of a day once, although three processes are there and one of them dies', async () => {
  const cluster = await createTestCluster(3, {
    listeners: [InvoiceRun],
    services: [Invoices],
    now: '2026-03-01T00:00:00Z',
  });
  await cluster.start();
  const sent = (): string[] => cluster.apps.flatMap((app) => app.container.get(Invoices).sent);

  await cluster.clock.advance('1d');
  cluster.kill(0);
  await cluster.clock.advance('1d');

  expect(sent().filter((what) => what === 'reminders')).toHaveLength(2 * 24 * 4);
  expect(cluster.runs('invoice_run', 'nightly').map(({ scheduledAt, outcome }) => [scheduledAt, outcome])).toEqual([
    ['2026-03-01T02:00:00.000Z', 'succeeded'],
    ['2026-03-02T02:00:00.000Z', 'succeeded'],
  ]);
  await cluster.stop();
});
// endregion test

it('gives each night a greater fencing token', async () => {
  const cluster = await createTestCluster(2, {
    listeners: [InvoiceRun],
    services: [Invoices],
    now: '2026-03-01T00:00:00Z',
  });
  await cluster.start();
  await cluster.clock.advance('3d');

  const nights = cluster.apps.flatMap((app) => app.container.get(Invoices).sent).filter((what) => what.includes('#'));
  const inOrder = nights.toSorted();
  const tokens = inOrder.map((night) => BigInt(night.split('#')[1] ?? '0'));
  expect(inOrder.map((night) => night.split(' ')[0])).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
  expect(tokens).toEqual(tokens.toSorted((a, b) => Number(a - b)));
  await cluster.stop();
});
