import { endPromotions } from './support/givenPromotions';
import { givenAnswers, givenCalls, givenLoop, summaryOf } from './support/givenPromotionLoops';

afterEach(endPromotions);

describe('A promotion loop', () => {
  it('goes on after a proposal that cannot be stored, counts it, and makes it the next time', async () => {
    const given = await givenLoop('snapshot_expand');
    for (const tool of ['a', 'b', 'c']) await givenCalls(given, 5, { tool });
    const propose = given.promotions.propose.bind(given.promotions);
    const failing = jest
      .spyOn(given.promotions, 'propose')
      .mockImplementation((proposal, options) =>
        proposal.key === 'b' ? Promise.reject(new Error('no room')) : propose(proposal, options),
      );

    expect(await given.app.tick('promote_snapshot_expand')).toMatchObject({ outcome: 'succeeded' });
    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ generated: 3, stored: 2, failed: 1, step: 'done' });
    expect(given.app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('what b answers') as string }),
    );

    failing.mockRestore();
    await given.app.tick('promote_snapshot_expand');
    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ stored: 1, known: 2, failed: 0 });
  });

  it('that cannot read its log is a failed run, with a summary of how far it came', async () => {
    const given = await givenLoop('snapshot_expand');
    jest.spyOn(given.audit, 'scan').mockImplementation(() => {
      throw new Error('unreadable');
    });

    expect(await given.app.tick('promote_snapshot_expand')).toMatchObject({ outcome: 'failed' });

    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ step: 'observe', observed: 0 });
  });

  it('proposes at most so many at a time, the most confident first, and the others later', async () => {
    const given = await givenLoop('snapshot_expand', { values: { promote_snapshot_expand: { maxProposals: 2 } } });
    for (const [tool, calls] of [
      ['a', 5],
      ['b', 9],
      ['c', 7],
    ] as const)
      await givenCalls(given, calls, { tool });

    await given.app.tick('promote_snapshot_expand');
    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ stored: 2, deferred: 1 });
    expect((await given.promotions.list()).map(({ key }) => key).sort()).toEqual(['b', 'c']);

    await given.app.tick('promote_snapshot_expand');
    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ stored: 1, known: 2, deferred: 0 });
  });

  it('looks at its window only', async () => {
    const given = await givenLoop('snapshot_expand');
    await givenCalls(given, 4);
    await given.app.clock.advance('8d');
    await givenCalls(given, 4);

    await given.app.tick('promote_snapshot_expand');

    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ observed: 4, generated: 0 });
  });

  it('keeps the newest of what it observes, and no more than it is told', async () => {
    const given = await givenLoop('phrasebook', { values: { promote_phrasebook: { maxObservations: 10 } } });
    await givenAnswers(given, 10, { text: 'It has moved.' });
    await givenAnswers(given, 10);

    await given.app.tick('promote_phrasebook');

    expect(summaryOf(given, 'phrasebook')).toMatchObject({ observed: 10, stored: 1 });
    expect(await given.promotions.list()).toEqual([
      expect.objectContaining({ body: expect.objectContaining({ reply: 'The guide is in the docs.' }) as unknown }),
    ]);
  });

  it('ends when it is aborted, and stores nothing more', async () => {
    const given = await givenLoop('snapshot_expand');
    for (const tool of ['a', 'b', 'c']) await givenCalls(given, 5, { tool });
    const propose = given.promotions.propose.bind(given.promotions);
    jest.spyOn(given.promotions, 'propose').mockImplementation(async (proposal, options) => {
      const outcome = await propose(proposal, options);
      await given.app.clock.advance('6m');
      return outcome;
    });

    expect(await given.app.tick('promote_snapshot_expand')).toMatchObject({ outcome: 'timed_out' });
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await given.promotions.list()).toHaveLength(1);
  });
});
