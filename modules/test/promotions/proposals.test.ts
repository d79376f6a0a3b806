import { promotionId } from '@daemonry/modules/promotions';
import { StateDatabase } from 'daemonry';

import { endPromotions, givenPending, givenPromotions, proposal } from '../support/givenPromotions';

afterEach(endPromotions);

const ID = promotionId('phrasebook', 'deployment guide');

describe('A proposal', () => {
  it('is stored as pending, and has a row in the audit log', async () => {
    const { promotions, events, stored } = await givenPromotions();

    expect(await promotions.propose(proposal())).toEqual({
      outcome: 'stored',
      promotion: {
        id: ID,
        loop: 'phrasebook',
        key: 'deployment guide',
        title: 'Answer "Where is the deployment guide?"',
        confidence: 0.9,
        body: { reply: 'In the docs.' },
        samples: ['Where is the deployment guide?'],
        state: 'pending',
        revision: 1,
        proposedAt: '2030-01-10T09:00:00.000Z',
        changedAt: '2030-01-10T09:00:00.000Z',
      },
    });

    expect(await stored()).toEqual([`phrasebook/pending/${ID}`]);
    expect(await events('promotion.proposed')).toEqual([
      expect.objectContaining({
        source: 'promote_phrasebook',
        details: {
          loop: 'phrasebook',
          id: ID,
          key: 'deployment guide',
          title: 'Answer "Where is the deployment guide?"',
          confidence: 0.9,
        },
      }),
    ]);
  });

  it('is made once, and twice for two loops or two keys', async () => {
    const { promotions, events } = await givenPending();

    expect(await promotions.propose(proposal({ title: 'Another title' }))).toEqual({
      outcome: 'known',
      state: 'pending',
    });
    expect(await promotions.propose(proposal({ loop: 'email_intent' }))).toMatchObject({ outcome: 'stored' });
    expect(await promotions.propose(proposal({ key: 'billing' }))).toMatchObject({ outcome: 'stored' });

    expect(await events('promotion.proposed')).toHaveLength(3);
  });

  it('is made once by many at the same time', async () => {
    const { promotions, events } = await givenPromotions();

    const outcomes = await Promise.all(Array.from({ length: 10 }, () => promotions.propose(proposal())));

    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
    expect(await events('promotion.proposed')).toHaveLength(1);
  });

  it.each([
    ['pending', undefined],
    ['approved', 'approve'],
    ['rejected', 'reject'],
  ] as const)('that is %s is not made again, also after a restart', async (state, decision) => {
    const { promotions, folder, stop } = await givenPending();
    if (decision !== undefined) await promotions[decision](ID, { by: 'ada', reason: 'seen' });
    await stop();

    const again = await givenPromotions({ folder, now: '2030-02-10T09:00:00Z' });

    const observedAt = Date.parse('2030-02-10T08:00:00Z');
    expect(await again.promotions.propose(proposal({ observedAt }))).toEqual({ outcome: 'known', state });
  });

  it('that expired is made again only when something was observed after it expired', async () => {
    const { app, promotions, events, stored } = await givenPending();
    await app.clock.advance('15d');
    await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 });
    const expiredAt = app.clock.now();
    await app.clock.advance('1d');

    const before = await promotions.propose(proposal({ observedAt: expiredAt }));
    const unknown = await promotions.propose(proposal());
    const after = await promotions.propose(proposal({ observedAt: expiredAt + 1 }));

    expect([before, unknown]).toEqual([
      { outcome: 'known', state: 'expired' },
      { outcome: 'known', state: 'expired' },
    ]);
    expect(after).toMatchObject({ outcome: 'stored', promotion: { id: ID, state: 'pending', revision: 3 } });
    expect(await stored()).toEqual([`phrasebook/pending/${ID}`]);
    expect(await events('promotion.proposed')).toHaveLength(2);
  });

  it('is refused out of its limits, with everything that is wrong', async () => {
    const { promotions } = await givenPromotions();
    const wrong = proposal({
      key: '',
      title: 'two\nlines',
      confidence: Number.NaN,
      body: { text: 'x'.repeat(20_000) },
      samples: Array.from({ length: 6 }, () => 'x'),
    });

    await expect(promotions.propose(wrong)).rejects.toMatchObject({
      code: 'PROMOTION_INVALID',
      problems: [
        expect.stringContaining('"key"'),
        expect.stringContaining('"title"'),
        expect.stringContaining('"confidence"'),
        expect.stringContaining('"body"'),
        expect.stringContaining('"samples"'),
      ],
    });
    expect(await promotions.list()).toEqual([]);
  });

  it('has its samples cut', async () => {
    const { promotions } = await givenPromotions();

    await promotions.propose(proposal({ samples: ['x'.repeat(600)] }));

    expect((await promotions.get(ID))?.samples).toEqual([`${'x'.repeat(496)} […]`]);
  });

  it('is not stored when its row cannot be written, and made the next time', async () => {
    const { app, promotions } = await givenPromotions();
    const state = app.container.get(StateDatabase);
    await state.run('PRAGMA query_only = ON');
    await expect(promotions.propose(proposal())).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
    await state.run('PRAGMA query_only = OFF');
    expect(await promotions.list()).toEqual([]);

    expect(await promotions.propose(proposal())).toMatchObject({ outcome: 'stored' });
  });

  it('is not stored once its signal has aborted', async () => {
    const { promotions, events } = await givenPromotions();

    await expect(promotions.propose(proposal(), { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow(
      'late',
    );

    expect(await promotions.list()).toEqual([]);
    expect(await events('promotion.proposed')).toEqual([]);
  });
});
