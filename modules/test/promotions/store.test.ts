import { type Promotion, promotionId } from '@daemonry/modules/promotions';
import { StateDatabase } from 'daemonry';

import { endPromotions, givenPromotions, proposal } from '../support/givenPromotions';
import { readRows } from '../support/readAudit';

afterEach(endPromotions);

const ID = promotionId('phrasebook', 'deployment guide');
const OTHER = promotionId('phrasebook', 'billing');

async function givenTwo() {
  const given = await givenPromotions();
  await given.promotions.propose(proposal());
  await given.promotions.propose(proposal({ key: 'billing' }));
  const state = given.app.container.get(StateDatabase);
  return { ...given, tamper: (sql: string, ...values: readonly string[]) => state.run(sql, values) };
}

describe('A decision and its event', () => {
  it.each([
    ['the event', "CREATE TRIGGER refuse BEFORE INSERT ON audit_log_events BEGIN SELECT RAISE(ABORT, 'no'); END"],
    ['the promotion', "CREATE TRIGGER refuse BEFORE INSERT ON promotions_stored BEGIN SELECT RAISE(ABORT, 'no'); END"],
  ])('are stored together: when %s cannot be stored, neither is', async (_what, trigger) => {
    const { promotions, events, stored, tamper, app } = await givenTwo();
    await app.clock.advance('15d');
    await tamper(trigger);

    await expect(promotions.approve(ID, { by: 'ada' })).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await expect(promotions.reject(ID, { by: 'ada', reason: 'no' })).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await expect(promotions.propose(proposal({ key: 'third' }))).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await expect(promotions.expire({ loop: 'phrasebook', olderThanMs: 1 })).rejects.toMatchObject({
      code: 'STATE_STATEMENT',
    });
    await tamper('DROP TRIGGER refuse');

    expect(await stored()).toEqual([`phrasebook/pending/${OTHER}`, `phrasebook/pending/${ID}`].sort());
    expect(await events('promotion.approved', 'promotion.rejected', 'promotion.expired')).toEqual([]);
    expect(await promotions.approve(ID, { by: 'ada' })).toMatchObject({ state: 'approved' });
    expect(await events('promotion.approved')).toMatchObject([{ details: { id: ID, by: 'ada' } }]);
  });

  it('are refused with the error of the database while it cannot be written', async () => {
    const { promotions, stored, tamper } = await givenTwo();
    await tamper('PRAGMA query_only = ON');

    await expect(promotions.approve(ID, { by: 'ada' })).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });

    expect(await stored()).toHaveLength(2);
    expect(await promotions.list({ state: 'pending' })).toHaveLength(2);
  });

  it('are made once, however many decide at the same time', async () => {
    const { promotions, events } = await givenTwo();

    const decided = await Promise.allSettled(['ada', 'bob', 'eve'].map((by) => promotions.approve(ID, { by })));

    expect(decided.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await events('promotion.approved')).toHaveLength(1);
  });
});

describe('The rows of the promotions', () => {
  describe.each<[string, (promotion: Promotion) => string, RegExp]>([
    ['is cut off', (promotion) => JSON.stringify(promotion).slice(0, 40), /JSON/],
    ['is empty', () => '', /JSON/],
    ['is no object', () => '[]', /must be an object/],
    ['has another id', (promotion) => JSON.stringify({ ...promotion, key: 'x' }), /"id" does not belong/],
    [
      'is of another loop',
      (promotion) => JSON.stringify({ ...promotion, loop: 'email_intent' }),
      /"id" does not belong/,
    ],
    ['is of another state', (promotion) => JSON.stringify({ ...promotion, state: 'approved' }), /"state" is not that/],
    ['has no known state', (promotion) => JSON.stringify({ ...promotion, state: 'applied' }), /"state"/],
    ['has no body', (promotion) => JSON.stringify({ ...promotion, body: null }), /"body"/],
    ['has no revision', (promotion) => JSON.stringify({ ...promotion, revision: 0.5 }), /"revision"/],
    ['has no instant', (promotion) => JSON.stringify({ ...promotion, proposedAt: 'soon' }), /"proposedAt"/],
  ])('of which one %s', (_what, poison, why) => {
    it('name it, keep it, and hide no other', async () => {
      const { folder, promotions, app, events, tamper } = await givenTwo();
      const poisoned = poison((await promotions.get(ID))!);
      await tamper('UPDATE promotions_stored SET content = ? WHERE id = ?', poisoned, ID);

      expect((await promotions.list()).map(({ id }) => id)).toEqual([OTHER]);
      expect((await promotions.survey()).damaged).toEqual([{ id: ID, why: expect.stringMatching(why) as string }]);
      await expect(promotions.get(ID)).rejects.toMatchObject({ code: 'PROMOTION_DAMAGED' });
      await expect(promotions.propose(proposal())).rejects.toMatchObject({ code: 'PROMOTION_DAMAGED' });
      await expect(promotions.approve(ID, { by: 'ada' })).rejects.toMatchObject({ code: 'PROMOTION_DAMAGED' });
      await app.clock.advance('15d');
      expect(await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 })).toBe(1);

      const rows = await readRows(folder, 'promotions_stored');
      expect(rows.find(({ id }) => id === ID)).toMatchObject({ content: poisoned });
      expect(app.logs).toContainEqual(
        expect.objectContaining({ level: 'warn', message: expect.stringContaining(ID) as string }),
      );
      expect(await events('promotion.approved')).toEqual([]);
    });
  });
});
