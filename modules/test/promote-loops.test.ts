import { createTestApplication } from 'daemonry/testing';

import { endPromotions, givenFolder } from './support/givenPromotions';
import { givenLoop, LOOPS, NAMES, OBSERVATIONS, summaryOf } from './support/givenPromotionLoops';

afterEach(endPromotions);

describe.each(NAMES)('promote_%s', (loop) => {
  const name = `promote_${loop}`;

  it('loads alone, as a daily daemon that makes up for missed runs and may fail', async () => {
    const app = await createTestApplication({
      modules: [LOOPS[loop]()],
      settleMs: 10_000,
      config: { values: { state: { directory: await givenFolder() } } },
    });

    const [daemon] = app.daemons.list();
    expect(app.daemons.list()).toHaveLength(1);
    expect(daemon).toMatchObject({ name, fatalOnStartupFailure: false, shutdownTimeout: 10_000 });
    expect(daemon?.tasks).toEqual([expect.objectContaining({ name: 'tick', misfire: 'run-once' })]);
    expect(app.plan.listeners.find((planned) => planned.name === name)?.tasks[0]).toMatchObject({ name: 'tick' });
    await app.start();
    await app.clock.advance('24h');
    expect(app.runs(name)).toEqual([expect.objectContaining({ outcome: 'succeeded' })]);
    await app.stop();
  });

  it('proposes once what it observes, also after a restart, after a rejection, and never applies it', async () => {
    const first = await givenLoop(loop);
    await OBSERVATIONS[loop](first);

    await first.app.tick(name);
    expect(summaryOf(first, loop)).toMatchObject({ enabled: true, step: 'done', generated: 1, stored: 1, known: 0 });
    await first.app.tick(name);
    expect(summaryOf(first, loop)).toMatchObject({ generated: 1, stored: 0, known: 1 });

    const [promotion] = await first.promotions.list();
    expect(promotion).toMatchObject({ loop, state: 'pending' });
    await first.promotions.reject(promotion?.id ?? '', { by: 'ada', reason: 'no' });
    await first.stop();
    const second = await givenLoop(loop, { folder: first.folder, now: '2030-01-10T10:00:00Z' });
    if (loop === 'router_tuning') await OBSERVATIONS[loop](second);
    await second.app.tick(name);

    expect(summaryOf(second, loop)).toMatchObject({ generated: 1, stored: 0, known: 1 });
    expect(await second.promotions.list()).toEqual([expect.objectContaining({ state: 'rejected', revision: 2 })]);
    expect(await second.events('promotion.proposed')).toHaveLength(1);
  });

  it('lets what nobody decided expire, and proposes it again only when it is observed again', async () => {
    const given = await givenLoop(loop, { values: { [name]: { expiry: '2h' } } });
    await OBSERVATIONS[loop](given);
    await given.app.tick(name);
    await given.app.clock.advance('3h');

    await given.app.tick(name);
    expect(summaryOf(given, loop)).toMatchObject({ known: 1, expired: 1 });
    await given.app.clock.advance('1h');
    await given.app.tick(name);
    expect(summaryOf(given, loop)).toMatchObject({ stored: 0 });

    // Longer than the window of the last 24 hours, which holds nothing older than the expiry then.
    await given.app.clock.advance('26h');
    await OBSERVATIONS[loop](given);
    await given.app.tick(name);
    expect(summaryOf(given, loop)).toMatchObject({ stored: 1 });
    expect(await given.promotions.list({ state: 'pending' })).toHaveLength(1);
  });

  it('does nothing while it is switched off', async () => {
    const given = await givenLoop(loop, { values: { [name]: { enabled: false } } });
    await OBSERVATIONS[loop](given);

    expect(await given.app.tick(name)).toMatchObject({ outcome: 'succeeded' });

    expect(summaryOf(given, loop)).toMatchObject({ enabled: false, observed: 0, stored: 0 });
    expect(await given.promotions.list()).toEqual([]);
  });
});
