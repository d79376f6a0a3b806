import { promotionId } from '@daemonry/modules/promotions';
import { StateDatabase } from 'daemonry';

import { endPromotions, givenPending, givenPromotions, proposal } from '../support/givenPromotions';

afterEach(endPromotions);

const ID = promotionId('phrasebook', 'deployment guide');

describe('The first gate', () => {
  it('is passed by a person, by name', async () => {
    const { promotions, events, stored, app } = await givenPending();
    await app.clock.advance('1h');

    expect(await promotions.approve(ID, { by: 'ada' })).toMatchObject({
      state: 'approved',
      decidedBy: 'ada',
      revision: 2,
      proposedAt: '2030-01-10T09:00:00.000Z',
      changedAt: '2030-01-10T10:00:00.000Z',
    });

    expect(await stored()).toEqual([`phrasebook/approved/${ID}`]);
    expect(await events('promotion.approved')).toMatchObject([{ details: { loop: 'phrasebook', id: ID, by: 'ada' } }]);
  });

  it('is closed by a person, by name and reason', async () => {
    const { promotions, events, stored } = await givenPending();

    expect(await promotions.reject(ID, { by: 'ada', reason: 'too broad' })).toMatchObject({
      state: 'rejected',
      decidedBy: 'ada',
      reason: 'too broad',
    });

    expect(await stored()).toEqual([`phrasebook/rejected/${ID}`]);
    expect(await events('promotion.rejected')).toMatchObject([{ details: { id: ID, by: 'ada', reason: 'too broad' } }]);
  });

  it.each([
    ['approve', 'approve'],
    ['approve', 'reject'],
    ['reject', 'approve'],
    ['reject', 'reject'],
    ['expire', 'approve'],
    ['expire', 'reject'],
  ] as const)('is decided once: after %s there is no %s', async (first, second) => {
    const { app, promotions, events } = await givenPending();
    await app.clock.advance('15d');
    if (first === 'expire') await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 });
    else await promotions[first](ID, { by: 'ada', reason: 'seen' });
    const { state } = (await promotions.get(ID)) ?? {};
    const rows = await events('promotion.approved', 'promotion.rejected', 'promotion.expired');

    await expect(promotions[second](ID, { by: 'bob', reason: 'no' })).rejects.toMatchObject({
      code: 'PROMOTION_DECIDED',
      promotion: { state },
    });

    expect(await events('promotion.approved', 'promotion.rejected', 'promotion.expired')).toEqual(rows);
  });

  it('lets one of many through', async () => {
    const { promotions } = await givenPending();

    const outcomes = await Promise.allSettled([
      promotions.approve(ID, { by: 'ada' }),
      promotions.reject(ID, { by: 'bob', reason: 'no' }),
      promotions.approve(ID, { by: 'eve' }),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await promotions.get(ID)).toMatchObject({ state: 'approved', decidedBy: 'ada' });
  });

  it('stays closed when the decision cannot be audited', async () => {
    const { app, promotions } = await givenPending();
    await app.container.get(StateDatabase).run('ALTER TABLE audit_log_events RENAME TO aside');

    await expect(promotions.approve(ID, { by: 'ada' })).rejects.toMatchObject({ code: 'STATE_STATEMENT' });

    expect(await promotions.get(ID)).toMatchObject({ state: 'pending' });
  });

  it.each([
    ['nobody', { by: '' }],
    ['blank', { by: '  ' }],
    ['two lines', { by: 'ada\nbob' }],
    ['too long a name', { by: 'x'.repeat(101) }],
    ['a blank reason', { by: 'ada', reason: ' ' }],
    ['too long a reason', { by: 'ada', reason: 'x'.repeat(501) }],
  ])('takes no decision of %s', async (_what, decision) => {
    const { promotions } = await givenPending();

    await expect(promotions.reject(ID, { reason: 'no', ...decision })).rejects.toMatchObject({
      code: 'PROMOTION_INVALID',
    });

    expect(await promotions.get(ID)).toMatchObject({ state: 'pending' });
  });
});

describe('The second gate', () => {
  it.each([
    ['pending', 'off', 'not_approved'],
    ['pending', 'on', 'not_approved'],
    ['rejected', 'on', 'not_approved'],
    ['approved', 'off', 'execution_disabled'],
    ['approved', 'on', 'no_executor'],
  ] as const)('refuses what is %s while execution is %s: %s', async (state, execution, reason) => {
    const { promotions, events, stored } = await givenPending({ values: { promotions: { execution } } });
    if (state === 'approved') await promotions.approve(ID, { by: 'ada' });
    if (state === 'rejected') await promotions.reject(ID, { by: 'ada', reason: 'no' });
    const before = await stored();

    expect(await promotions.execute(ID, { by: 'bob' })).toEqual({ outcome: 'refused', reason });

    expect(await events('promotion.execution_refused')).toMatchObject([
      { details: { loop: 'phrasebook', id: ID, by: 'bob', reason } },
    ]);
    expect(await stored()).toEqual(before);
  });

  it('is off unless it is set, and refuses other words', async () => {
    const { promotions } = await givenPending();
    await promotions.approve(ID, { by: 'ada' });

    expect(await promotions.execute(ID, { by: 'bob' })).toEqual({ outcome: 'refused', reason: 'execution_disabled' });
    await expect(givenPromotions({ values: { promotions: { execution: 'auto' } } })).rejects.toThrow(
      /promotions\.execution/,
    );
  });
});

describe('An id', () => {
  it.each(['phrasebook-0000000000000000', '../../etc/passwd', 'phrasebook-../../../x', '', 'x'.repeat(5_000)])(
    'that names no promotion is refused: %.30s',
    async (id) => {
      const { promotions } = await givenPending();

      expect(await promotions.get(id)).toBeUndefined();
      await expect(promotions.approve(id, { by: 'ada' })).rejects.toMatchObject({ code: 'PROMOTION_UNKNOWN' });
      await expect(promotions.reject(id, { by: 'ada', reason: 'no' })).rejects.toMatchObject({
        code: 'PROMOTION_UNKNOWN',
      });
      await expect(promotions.execute(id, { by: 'ada' })).rejects.toMatchObject({ code: 'PROMOTION_UNKNOWN' });
    },
  );
});

describe('Expiring', () => {
  it('takes what is pending and older, of its loop only', async () => {
    const { app, promotions, events } = await givenPending();
    await promotions.propose(proposal({ loop: 'email_intent' }));
    await app.clock.advance('10d');
    await promotions.propose(proposal({ key: 'young' }));
    await app.clock.advance('4d');

    expect(await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 })).toBe(0);
    await app.clock.advance(1);
    expect(await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 })).toBe(1);

    expect((await promotions.list({ state: 'expired' })).map(({ id }) => id)).toEqual([ID]);
    expect(await promotions.list({ state: 'pending' })).toHaveLength(2);
    expect(await events('promotion.expired')).toMatchObject([
      { source: 'promote_phrasebook', details: { loop: 'phrasebook', id: ID } },
    ]);
  });
});
