import { AuditLog } from '@daemonry/modules/audit_log';
import { Promotions } from '@daemonry/modules/promotions';

import { Books } from '../modules/books';
import { givenOffice } from './support/givenOffice';

jest.setTimeout(60_000);

const LATE = { order: 'a', cents: 1_000, reason: 'late', by: 'ada' };

describe('Refunds', () => {
  it('come as a module that brings along what it needs, each once', async () => {
    const { app } = await givenOffice();

    const names = app.plan.modules.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['books', 'audit_log', 'promotions', 'web', 'refunds']));
    expect(new Set(names).size).toBe(names.length);
    expect(names.indexOf('books')).toBeLessThan(names.indexOf('refunds'));
  });

  it('are granted over HTTP, written to the books, and listed', async () => {
    const { app, get, refund } = await givenOffice();

    expect((await refund(LATE)).status).toBe(201);

    expect(app.container.get(Books).invoices).toMatchObject([{ orders: ['a'], cents: -1_000 }]);
    expect(await get('/api/refunds')).toMatchObject({ refunds: [LATE] });
  });

  it('are on record in the audit log, as an event of the application', async () => {
    const { app, get, refund } = await givenOffice();
    await refund(LATE);

    expect(await app.container.get(AuditLog).latest(10, { types: ['refund.granted'] })).toMatchObject([
      { source: 'refunds', details: LATE },
    ]);
    expect(await get('/api/audit?types=refund.granted')).toMatchObject({ events: [{ details: LATE }] });
  });

  it('are refused when the body is not what the route expects', async () => {
    const { refund } = await givenOffice();

    const answer = await refund({ ...LATE, cents: '1000' });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'BAD_BODY' } });
  });

  it('are refused above the amount that the settings allow, with a code of the application', async () => {
    const { refund } = await givenOffice({ refunds: { maxCents: 500 } });

    const answer = await refund(LATE);

    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { code: 'REFUND_TOO_LARGE' } });
  });

  it('lead to a proposal when one reason comes repeatedly', async () => {
    const { app, refund } = await givenOffice({ promote_refunds: { minRefunds: 2 } });
    await refund(LATE);
    await refund({ ...LATE, order: 'b' });

    const run = await app.tick('promote_refunds');

    expect(run.outcome).toBe('succeeded');
    expect(await app.container.get(Promotions).list({ loop: 'refunds' })).toMatchObject([
      { key: 'late', state: 'pending', body: { reason: 'late', refunds: 2 }, samples: ['a', 'b'] },
    ]);
  });
});
