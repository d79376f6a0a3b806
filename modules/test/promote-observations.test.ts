import { endPromotions } from './support/givenPromotions';
import {
  givenAnswers,
  givenCalls,
  givenInvestigations,
  givenLoop,
  givenModelCalls,
  OBSERVATIONS,
  summaryOf,
} from './support/givenPromotionLoops';

afterEach(endPromotions);

describe('promote_phrasebook', () => {
  it('reads answers on Slack that a model made, and no others', async () => {
    const given = await givenLoop('phrasebook');
    await givenAnswers(given, 4);
    for (const change of [
      { madeBy: 'snapshot' },
      { status: 'failed' },
      { route: 'mcp_tool' },
      { direction: 'in' },
      { channel: 'email' },
    ]) {
      await givenAnswers(given, 1, change);
    }

    await given.app.tick('promote_phrasebook');

    expect(summaryOf(given, 'phrasebook')).toMatchObject({ observed: 4, stored: 0 });
  });
});

describe('promote_router_tuning', () => {
  it('reads the last 24 hours, and not a part of a day', async () => {
    const given = await givenLoop('router_tuning', { now: '2030-01-10T20:00:00Z' });
    givenModelCalls(given, 10, 'long question');
    await given.app.clock.advance('8h');
    givenModelCalls(given, 10, 'long question');

    await given.app.tick('promote_router_tuning');
    expect(summaryOf(given, 'router_tuning')).toMatchObject({ observed: 20, stored: 1 });

    await given.app.clock.advance('17h');
    await given.app.tick('promote_router_tuning');
    expect(summaryOf(given, 'router_tuning')).toMatchObject({ observed: 10 });
  });

  it('counts who asked for another model', async () => {
    const given = await givenLoop('router_tuning');
    for (const by of ['ada', 'bob', 'eve']) {
      const details = { route: 'mcp_tool', model: 'strong', by, reason: `${by} wants it` } as const;
      await given.audit.append('model_override.applied', details, { source: 'reasoning_engine' });
    }

    await given.app.tick('promote_router_tuning');

    expect(await given.promotions.list()).toEqual([
      expect.objectContaining({
        body: { action: 'loosen_review', route: 'mcp_tool', overrides: 3 },
        samples: ['ada wants it', 'bob wants it', 'eve wants it'],
      }),
    ]);
  });
});

describe('promote_snapshot_expand', () => {
  it('leaves out failed calls, and tools whose answer the snapshot has', async () => {
    const given = await givenLoop('snapshot_expand', {
      values: { promote_snapshot_expand: { backedTools: ['ops__status'] } },
    });
    await givenCalls(given, 9, { outcome: 'error', error: 'no such tool' });
    await givenCalls(given, 9, { tool: 'ops__status' });

    await given.app.tick('promote_snapshot_expand');

    expect(summaryOf(given, 'snapshot_expand')).toMatchObject({ observed: 9, generated: 0 });
  });
});

describe('promote_tool_trimming', () => {
  it('does not propose again, with another tool, what was rejected', async () => {
    const given = await givenLoop('tool_trimming');
    await OBSERVATIONS.tool_trimming(given);
    await given.app.tick('promote_tool_trimming');
    const [first] = await given.promotions.list();
    await given.promotions.reject(first?.id ?? '', { by: 'ada', reason: 'it is needed' });
    await givenCalls(given, 1, { route: 'mcp_tool', tool: 'ops__write_file' });

    await given.app.tick('promote_tool_trimming');

    const pending = await given.promotions.list({ state: 'pending' });
    expect(pending.map(({ body }) => body['tool'])).toEqual(['ops__write_file']);
  });
});

describe('promote_probe_fix_envelopes', () => {
  const autoApprove = { values: { promote_probe_fix_envelopes: { autoApproveLowRisk: true } } };

  it('leaves out what was fixed already, and takes no recommendation from a fallback', async () => {
    const given = await givenLoop('probe_fix_envelopes');
    await givenInvestigations(given, 5, { autofixRan: true });
    await givenInvestigations(given, 3, { category: 'slow', engine: 'fallback', text: 'No engine.' });
    await givenInvestigations(given, 1, { category: 'slow', text: 'Add memory.' });

    await given.app.tick('promote_probe_fix_envelopes');

    expect(await given.promotions.list()).toEqual([
      expect.objectContaining({
        body: expect.objectContaining({
          category: 'slow',
          investigations: 4,
          recommendation: 'Add memory.',
          blastRadius: 'high',
        }) as unknown,
      }),
    ]);
  });

  it('approves nothing by itself', async () => {
    const given = await givenLoop('probe_fix_envelopes');
    await givenInvestigations(given, 3);
    await given.app.tick('promote_probe_fix_envelopes');
    await given.app.clock.advance('2h');
    await given.app.tick('promote_probe_fix_envelopes');

    expect(await given.promotions.list()).toEqual([expect.objectContaining({ state: 'pending' })]);
  });

  it('approves low risk an hour after it was proposed, where that is set, and executes nothing', async () => {
    const given = await givenLoop('probe_fix_envelopes', autoApprove);
    await givenInvestigations(given, 3);
    await givenInvestigations(given, 3, { category: 'slow' });
    await given.app.tick('promote_probe_fix_envelopes');
    await given.app.clock.advance('59m');
    await given.app.tick('promote_probe_fix_envelopes');
    expect(await given.promotions.list({ state: 'approved' })).toEqual([]);

    await given.app.clock.advance('1m');
    await given.app.tick('promote_probe_fix_envelopes');

    const [approved, ...others] = await given.promotions.list({ state: 'approved' });
    expect(others).toEqual([]);
    expect(approved).toMatchObject({ body: { category: 'machine_down' }, decidedBy: 'promote_probe_fix_envelopes' });
    expect(await given.events('promotion.approved')).toHaveLength(1);
    expect(await given.promotions.execute(approved?.id ?? '', { by: 'ada' })).toEqual({
      outcome: 'refused',
      reason: 'execution_disabled',
    });
  });
});
