import { CostLadder, costLadderModule } from '@daemonry/modules/cost_ladder';
import { costTelemetryModule, Telemetry } from '@daemonry/modules/cost_telemetry';
import { webModule } from '@daemonry/modules/web';
import { StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { auditRows } from './support/auditRows';
import { call } from './support/call';
import { type DataOptions, endData, givenApplication, givenFolder, urlOf } from './support/givenData';
import { post } from './support/givenOrders';
import { readDocument, tamperDocument } from './support/readAudit';

const ASKED = { monthlyBudgetUsd: 400, reason: 'a busy month' };
const RAISE = { ...ASKED, by: 'kim' };

async function givenLadder({ folder, ...options }: DataOptions & { folder?: string } = {}) {
  const directory = folder ?? (await givenFolder());
  const modules = [webModule(), costTelemetryModule(), costLadderModule()];
  const app = await givenApplication(directory, { modules, ...options });
  const telemetry = app.container.get(Telemetry);
  const spend = (costUsd: number): void =>
    telemetry.record({ route: 'slack_dm', model: 'small', inputTokens: 1, outputTokens: 1, costUsd });
  const ladder = app.container.get(CostLadder);
  return { app, folder: directory, ladder, spend, url: `${urlOf(app)}/api/cost-ladder` };
}

const tierChanges = async (app: Parameters<typeof auditRows>[0]): Promise<string[]> =>
  (await auditRows(app, 'cost_ladder.tier_changed')).map(({ details }) => `${details.from} to ${details.to}`);

afterEach(endData);

describe('the cost ladder', () => {
  it('is normal, with a budget of 200 USD, while nothing is spent', async () => {
    const { app, ladder } = await givenLadder();

    expect(await ladder.current()).toEqual({ tier: 'normal', spentUsd: 0, budgetUsd: 200, usedPercent: 0 });
    expect(await tierChanges(app)).toEqual([]);
  });

  it.each([
    [139.999, 'normal'],
    [140, 'warned'],
    [179.999, 'warned'],
    [180, 'downshifted'],
    [199.999, 'downshifted'],
    [200, 'halted'],
    [5_000, 'halted'],
  ])('of 200 USD is, with %d spent, %s', async (spent, tier) => {
    const { ladder, spend } = await givenLadder();

    spend(spent);

    expect(await ladder.current()).toMatchObject({ tier, spentUsd: spent, usedPercent: (spent * 100) / 200 });
  });

  it('adds up many small amounts exactly', async () => {
    const { ladder, spend } = await givenLadder();

    for (let call = 0; call < 1_400; call += 1) spend(0.1);

    expect(await ladder.current()).toMatchObject({ tier: 'warned', spentUsd: 140, usedPercent: 70 });
  });

  it('has budget and thresholds of its settings', async () => {
    const values = { cost_ladder: { monthlyBudgetUsd: 10, warnAt: 20, downshiftAt: 30, haltAt: 120 } };
    const { ladder, spend } = await givenLadder({ values });

    spend(11);

    expect(await ladder.current()).toEqual({ tier: 'downshifted', spentUsd: 11, budgetUsd: 10, usedPercent: 110 });
  });

  it.each([
    [{ monthlyBudgetUsd: 0 }, 'monthlyBudgetUsd'],
    [{ monthlyBudgetUsd: -1 }, 'monthlyBudgetUsd'],
    [{ warnAt: 0 }, 'warnAt'],
    [{ warnAt: 95 }, 'downshiftAt must be at least warnAt'],
    [{ downshiftAt: 101 }, 'haltAt must be at least downshiftAt'],
  ])('refuses the settings %j', async (settings, problem) => {
    const app = createTestApplication({ modules: [costLadderModule()], config: { values: { cost_ladder: settings } } });

    await expect(app).rejects.toThrow(problem);
  });

  it('puts each change of the tier into the audit log once, whoever asks and how often', async () => {
    const { app, ladder, spend } = await givenLadder();
    spend(150);
    await Promise.all(Array.from({ length: 20 }, () => ladder.current()));
    await ladder.current();
    spend(100);
    await Promise.all([ladder.current(), ladder.current()]);

    expect(await auditRows(app, 'cost_ladder.tier_changed')).toMatchObject([
      { source: 'cost_ladder', details: { from: 'normal', to: 'warned', spentUsd: 150, budgetUsd: 200 } },
      { source: 'cost_ladder', details: { from: 'warned', to: 'halted', spentUsd: 250, budgetUsd: 200 } },
    ]);
  });

  it('is normal again in a new month', async () => {
    const { app, ladder, spend } = await givenLadder({ now: '2030-01-31T23:59:00Z' });
    spend(250);
    expect(await ladder.current()).toMatchObject({ tier: 'halted' });

    await app.clock.advance('1m');

    expect(await ladder.current()).toMatchObject({ tier: 'normal', spentUsd: 0 });
    expect(await tierChanges(app)).toEqual(['normal to halted', 'halted to normal']);
  });

  it('still tells the tier when its change cannot be recorded, logs that once, and records it later', async () => {
    const { app, ladder, spend } = await givenLadder();
    await ladder.current();
    const state = app.container.get(StateDatabase);
    await state.run('PRAGMA query_only = ON');
    spend(250);

    expect(await ladder.current()).toMatchObject({ tier: 'halted' });
    expect(await ladder.current()).toMatchObject({ tier: 'halted' });
    expect(app.logs.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'A change of the cost tier could not be recorded' },
    ]);
    await state.run('PRAGMA query_only = OFF');
    expect(await tierChanges(app)).toEqual([]);

    await ladder.current();
    await ladder.current();
    expect(await tierChanges(app)).toEqual(['normal to halted']);
  });

  describe('its budget', () => {
    it('is set by a person, which moves the tier, and the audit log says both', async () => {
      const { app, ladder, spend } = await givenLadder();
      spend(150);
      await ladder.current();

      expect(await ladder.setBudget(RAISE)).toEqual({
        tier: 'normal',
        spentUsd: 150,
        budgetUsd: 400,
        usedPercent: 37.5,
      });

      expect(await auditRows(app, 'cost_ladder.budget_changed')).toMatchObject([
        { source: 'cost_ladder', details: { fromUsd: 200, toUsd: 400, reason: 'a busy month', by: 'kim' } },
      ]);
      expect(await tierChanges(app)).toEqual(['normal to warned', 'warned to normal']);
    });

    it('and what is spent are the same after a restart, which announces no tier again', async () => {
      const first = await givenLadder();
      first.spend(390);
      await first.ladder.setBudget(RAISE);
      await first.app.stop();

      const { app, ladder } = await givenLadder({ folder: first.folder, now: '2030-01-02T00:00:00Z' });

      expect(await ladder.current()).toEqual({ tier: 'downshifted', spentUsd: 390, budgetUsd: 400, usedPercent: 97.5 });
      expect(await tierChanges(app)).toEqual(['normal to downshifted']);
    });

    it('is compared with what is spent also while no daemon keeps the counters', async () => {
      const first = await givenLadder();
      first.spend(250);
      await first.app.stop();

      const app = await givenApplication(first.folder, { modules: [costLadderModule()] });

      expect(await app.container.get(CostLadder).current()).toMatchObject({ tier: 'halted', spentUsd: 250 });
    });

    it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e9])('is never %p', async (monthlyBudgetUsd) => {
      const { app, ladder } = await givenLadder();

      await expect(ladder.setBudget({ ...RAISE, monthlyBudgetUsd })).rejects.toThrow('monthlyBudgetUsd');

      expect(await ladder.current()).toMatchObject({ budgetUsd: 200 });
      expect(await auditRows(app, 'cost_ladder.budget_changed')).toEqual([]);
    });

    it('is unknown while what is stored is not valid, which is left alone', async () => {
      const { app, folder, ladder } = await givenLadder();
      await ladder.current();
      await tamperDocument(app, 'cost_ladder', '{"monthlyBudgetUsd":-5}');

      await expect(ladder.current()).rejects.toMatchObject({ code: 'STATE_DOCUMENT_INVALID', owner: 'cost_ladder' });
      await expect(ladder.setBudget(RAISE)).rejects.toMatchObject({ code: 'STATE_DOCUMENT_INVALID' });
      expect(await readDocument(folder, 'cost_ladder')).toBe('{"monthlyBudgetUsd":-5}');
    });
  });

  describe('under /api/cost-ladder', () => {
    it('is shown, and its budget set', async () => {
      const { spend, url } = await givenLadder();
      spend(100);
      const now = { tier: 'normal', spentUsd: 100, budgetUsd: 400, usedPercent: 25 };

      expect(await post(url, ASKED)).toMatchObject({ status: 200, body: now });
      expect(await call(url)).toMatchObject({ status: 200, body: now });
    });

    it.each([
      ['nothing', {}],
      ['a text as the budget', { ...ASKED, monthlyBudgetUsd: '400' }],
      ['no budget', { ...ASKED, monthlyBudgetUsd: null }],
      ['a reason with a NUL', { ...ASKED, reason: 'busy\0' }],
      ['a reason with half a character', { ...ASKED, reason: 'busy \ud83d' }],
      ['a reason of two lines', { ...ASKED, reason: 'busy\nmonth' }],
      ['too small a budget', { ...ASKED, monthlyBudgetUsd: 0 }],
      ['too large a budget', { ...ASKED, monthlyBudgetUsd: 1e12 }],
      ['a person', RAISE],
      ['more than it knows', { ...ASKED, tier: 'normal' }],
    ])('refuses %s', async (_case, body) => {
      const { ladder, url } = await givenLadder();

      expect(await post(url, body)).toMatchObject({ status: 400, body: { error: { code: 'BAD_BODY' } } });
      expect(await ladder.current()).toMatchObject({ budgetUsd: 200 });
    });
  });
});
