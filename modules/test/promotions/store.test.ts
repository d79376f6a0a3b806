import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Promotion, promotionId } from '@daemonry/modules/promotions';

import { endPromotions, givenPromotions, proposal } from '../support/givenPromotions';

afterEach(endPromotions);

const ID = promotionId('phrasebook', 'deployment guide');
const OTHER = promotionId('phrasebook', 'billing');

const fileOf = (folder: string, state: string, id = ID): string =>
  join(folder, 'promotions', 'phrasebook', state, `${id}.json`);

async function givenTwo() {
  const given = await givenPromotions();
  await given.promotions.propose(proposal());
  await given.promotions.propose(proposal({ key: 'billing' }));
  return given;
}

describe('The files of the promotions', () => {
  it('are readable by their owner only', async () => {
    const { folder } = await givenTwo();

    expect((await stat(fileOf(folder, 'pending'))).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(fileOf(folder, 'pending')))).mode & 0o777).toBe(0o700);
  });

  it.each(['approved', 'rejected', 'expired'] as const)(
    'of a pending and an %s promotion, left by a crash between writing and removing: the later state counts',
    async (state) => {
      const { folder, promotions, stop, app } = await givenTwo();
      const kept = join(folder, 'kept.json');
      await copyFile(fileOf(folder, 'pending'), kept);
      await app.clock.advance('15d');
      if (state === 'approved') await promotions.approve(ID, { by: 'ada' });
      if (state === 'rejected') await promotions.reject(ID, { by: 'ada', reason: 'no' });
      if (state === 'expired') await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 });
      await stop();
      await copyFile(kept, fileOf(folder, 'pending'));

      const again = await givenPromotions({ folder });

      expect(await again.promotions.get(ID)).toMatchObject({ state });
      expect((await again.promotions.list()).filter(({ id }) => id === ID)).toHaveLength(1);
      expect(await again.files()).toContain(`phrasebook/${state}/${ID}.json`);
      expect(await again.files()).not.toContain(`phrasebook/pending/${ID}.json`);
      expect(await again.promotions.propose(proposal())).toEqual({ outcome: 'known', state });
    },
  );

  it.each(['approved', 'rejected', 'expired'] as const)(
    'of a pending promotion that is %s on record, left by a crash between the two: the record counts, and that is told',
    async (state) => {
      const { folder, promotions, stop, app } = await givenTwo();
      const kept = join(folder, 'kept.json');
      await copyFile(fileOf(folder, 'pending'), kept);
      await app.clock.advance('15d');
      if (state === 'approved') await promotions.approve(ID, { by: 'ada' });
      if (state === 'rejected') await promotions.reject(ID, { by: 'ada', reason: 'no' });
      if (state === 'expired') await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 });
      await stop();
      await rename(kept, fileOf(folder, 'pending'));
      await rm(fileOf(folder, state));

      const again = await givenPromotions({ folder });

      expect(await again.promotions.get(ID)).toMatchObject({
        state,
        revision: 2,
        ...(state === 'expired' ? {} : { decidedBy: 'ada' }),
        ...(state === 'rejected' ? { reason: 'no' } : {}),
      });
      expect(again.app.logs.map(({ message }) => message)).toContain(
        `The promotion ${ID} was ${state} on record and pending in the store: it is ${state}`,
      );
      await expect(again.promotions.approve(ID, { by: 'bob' })).rejects.toMatchObject({ code: 'PROMOTION_DECIDED' });
    },
  );

  it('of a renewed promotion, left by a crash: the renewed one counts', async () => {
    const { folder, promotions, stop, app } = await givenTwo();
    await app.clock.advance('15d');
    await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 });
    const kept = join(folder, 'kept.json');
    await copyFile(fileOf(folder, 'expired'), kept);
    await promotions.propose(proposal({ observedAt: app.clock.now() + 1 }));
    await stop();
    await copyFile(kept, fileOf(folder, 'expired'));

    const again = await givenPromotions({ folder });

    expect(await again.promotions.get(ID)).toMatchObject({ state: 'pending', revision: 3 });
    expect(await again.files()).not.toContain(`phrasebook/expired/${ID}.json`);
  });

  it('that were half written when the process died are removed', async () => {
    const { folder, stop } = await givenTwo();
    await stop();
    await writeFile(`${fileOf(folder, 'pending')}.0b1c.tmp`, '{ "id": "phra');

    const again = await givenPromotions({ folder });

    expect(await again.promotions.list()).toHaveLength(2);
    expect(await again.files()).toHaveLength(2);
  });

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
    ['is of another state', (promotion) => JSON.stringify({ ...promotion, state: 'approved' }), /belongs to/],
    ['has no known state', (promotion) => JSON.stringify({ ...promotion, state: 'applied' }), /"state"/],
    ['has no body', (promotion) => JSON.stringify({ ...promotion, body: null }), /"body"/],
    ['has no revision', (promotion) => JSON.stringify({ ...promotion, revision: 0.5 }), /"revision"/],
    ['has no instant', (promotion) => JSON.stringify({ ...promotion, proposedAt: 'soon' }), /"proposedAt"/],
    ['is endless', (promotion) => JSON.stringify({ ...promotion, title: 'x'.repeat(300_000) }), /bytes/],
  ])('of which one %s', (_what, poison, why) => {
    it('name it, keep it, and hide no other', async () => {
      const { folder, promotions, app, events } = await givenTwo();
      const path = fileOf(folder, 'pending');
      const poisoned = poison(JSON.parse(await readFile(path, 'utf8')) as Promotion);
      await writeFile(path, poisoned);

      expect((await promotions.list()).map(({ id }) => id)).toEqual([OTHER]);
      expect((await promotions.survey()).damaged).toEqual([{ path, why: expect.stringMatching(why) as string }]);
      await expect(promotions.get(ID)).rejects.toMatchObject({ code: 'PROMOTION_FILE_DAMAGED' });
      await expect(promotions.propose(proposal())).rejects.toMatchObject({ code: 'PROMOTION_FILE_DAMAGED' });
      await expect(promotions.approve(ID, { by: 'ada' })).rejects.toMatchObject({ code: 'PROMOTION_FILE_DAMAGED' });
      await app.clock.advance('15d');
      expect(await promotions.expire({ loop: 'phrasebook', olderThanMs: 14 * 86_400_000 })).toBe(1);

      expect(await readFile(path, 'utf8')).toBe(poisoned);
      expect(app.logs).toContainEqual(
        expect.objectContaining({ level: 'warn', message: expect.stringContaining(path) as string }),
      );
      expect(await events('promotion.approved')).toEqual([]);
    });
  });

  it('that do not belong there are named as well', async () => {
    const { folder, promotions } = await givenTwo();
    const path = fileOf(folder, 'approved', 'notes');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '{}');

    expect((await promotions.survey({ loop: 'phrasebook' })).damaged).toEqual([
      { path, why: expect.any(String) as string },
    ]);
    expect(await promotions.list()).toHaveLength(2);
  });

  it('of which two have one id, and one is damaged, are both kept', async () => {
    const { folder, promotions, stop } = await givenTwo();
    await promotions.approve(ID, { by: 'ada' });
    await stop();
    await writeFile(fileOf(folder, 'pending'), '{');

    const again = await givenPromotions({ folder });

    expect((await again.promotions.list()).find(({ id }) => id === ID)).toMatchObject({ state: 'approved' });
    await expect(again.promotions.execute(ID, { by: 'ada' })).rejects.toMatchObject({ code: 'PROMOTION_FILE_DAMAGED' });
    expect(await again.files()).toHaveLength(3);
  });
});
