import { StateDatabase } from 'daemonry';
import { CostLadder } from '@daemonry/modules/cost_ladder';
import { Telemetry } from '@daemonry/modules/cost_telemetry';
import { OperationalState } from '@daemonry/modules/operational_state';
import type { ReasoningTool } from '@daemonry/modules/reasoning_engine';

import { endModels, givenRunningModel } from './support/givenModel';
import { ANTHROPIC, OPENAI } from './support/modelWires';
import { tamperDocument } from './support/readAudit';

afterEach(endModels);

const CHANGE = { reason: 'maintenance', by: 'Ada' };
const PING: ReasoningTool = {
  name: 'ping',
  description: 'Answers.',
  inputSchema: { type: 'object' },
  call: async () => 'pong',
};
const ping = { id: 'call_1', name: 'ping', input: {} };

type Given = Awaited<ReturnType<typeof givenRunningModel>>;

const stateOf = ({ app }: Given) => app.container.get(OperationalState);

/** Spends `costUsd` of a budget of 100 USD. */
async function spend({ app }: Given, costUsd: number): Promise<void> {
  await app.container.get(CostLadder).setBudget({ monthlyBudgetUsd: 100, ...CHANGE });
  app.container.get(Telemetry).record({ route: 'unknown', model: 'small-1', inputTokens: 1, outputTokens: 1, costUsd });
}

const refusals = async (given: Given) => (await given.audited()).filter(({ type }) => type === 'reasoning.refused');

describe('the reasoning engine', () => {
  describe('refuses to answer', () => {
    it.each(['paused', 'stopped'] as const)('while the application is %s', async (state) => {
      const given = await givenRunningModel(ANTHROPIC);
      await stateOf(given).change({ state, ...CHANGE });

      expect(await given.ask('hello?', { route: 'email_inbound' })).toEqual({
        ok: false,
        code: `operational_state_${state}`,
        text: `Nothing is answered: the application is ${state} (maintenance).`,
      });
      expect(given.calls).toHaveLength(0);
      expect(await refusals(given)).toEqual([
        { type: 'reasoning.refused', details: { route: 'email_inbound', code: `operational_state_${state}` } },
      ]);
    });

    it('also from the snapshot, without a model', async () => {
      const given = await givenRunningModel(ANTHROPIC, { settings: { provider: 'local' } });
      await stateOf(given).change({ state: 'paused', ...CHANGE });

      expect(await given.ask('help')).toMatchObject({ ok: false, code: 'operational_state_paused' });
    });

    it('once the budget of the month is spent, until there is more', async () => {
      const given = await givenRunningModel(ANTHROPIC, { replies: [ANTHROPIC.says('Yes.')] });
      await spend(given, 100);

      expect(await given.ask('hello?')).toMatchObject({
        ok: false,
        code: 'cost_ladder_halted',
        text: expect.stringContaining('100.00 of 100.00 USD') as string,
      });
      expect(given.calls).toHaveLength(0);
      expect(await refusals(given)).toMatchObject([{ details: { code: 'cost_ladder_halted' } }]);

      await given.app.container.get(CostLadder).setBudget({ monthlyBudgetUsd: 1_000, ...CHANGE });
      expect(await given.ask('hello?')).toMatchObject({ ok: true });
    });

    it('between two rounds as well', async () => {
      const given: Given = await givenRunningModel(OPENAI, {
        tools: [
          {
            ...PING,
            call: async () => {
              await stateOf(given).change({ state: 'stopped', ...CHANGE });
              return 'pong';
            },
          },
        ],
        replies: [OPENAI.wants([ping]), OPENAI.says('pong')],
      });

      expect(await given.ask('ping?')).toMatchObject({ ok: false, code: 'operational_state_stopped' });
      expect(given.calls).toHaveLength(1);
    });

    it('when nobody can say whether it may', async () => {
      const given = await givenRunningModel(ANTHROPIC);
      await given.app.container.get(CostLadder).current();
      await tamperDocument(given.app, 'cost_ladder', 'damaged');

      expect(await given.ask('hello?')).toMatchObject({ ok: false, code: 'state_unreadable' });
      expect(given.calls).toHaveLength(0);
    });
  });

  describe('keeps to the budget', () => {
    it('by asking the cheap model only, when most of it is spent', async () => {
      const given = await givenRunningModel(ANTHROPIC, { replies: [ANTHROPIC.says('Yes.')] });
      await spend(given, 95);

      expect(await given.ask('why?', { escalate: 'it is hard' })).toMatchObject({ ok: true, model: 'small-1' });
    });

    it('but from the snapshot it answers for nothing', async () => {
      const given = await givenRunningModel(ANTHROPIC, { settings: { provider: 'local' } });
      await spend(given, 100);

      expect(await given.ask('help')).toMatchObject({ ok: true, source: 'help' });
    });
  });

  describe('records what each round cost', () => {
    it.each([ANTHROPIC, OPENAI])(
      'the first under its route, the others as rounds of tools: $provider',
      async (wire) => {
        const given = await givenRunningModel(wire, {
          tools: [PING],
          replies: [
            wire.wants([ping], { input: 1_000, output: 500, cached: 10_000 }),
            wire.wants([ping], { input: 2_000, output: 0 }),
            wire.says('pong', { input: 3_000, output: 100 }),
          ],
        });

        await given.ask('ping?', { route: 'slack_dm' });

        const { routes, total } = given.app.container.get(Telemetry).window('process_lifetime');
        expect(routes.slack_dm).toMatchObject({
          calls: 1,
          inputTokens: 1_000,
          outputTokens: 500,
          cacheReadTokens: 10_000,
          costUsd: expect.closeTo(0.001 + 0.002 + 0.001, 9) as number,
          models: { 'small-1': 1 },
        });
        expect(routes.tool_loop_iteration).toMatchObject({ calls: 2, inputTokens: 5_000, outputTokens: 100 });
        expect(total.costUsd).toBeCloseTo(0.004 + 0.002 + 0.003 + 0.0004, 9);
      },
    );

    it('with why the strong model was asked', async () => {
      const given = await givenRunningModel(ANTHROPIC, {
        replies: [ANTHROPIC.says('No.', { input: 1_000, output: 0 })],
      });

      await given.ask('why?', { route: 'slack_dm', escalate: 'it is hard' });

      expect(given.app.container.get(Telemetry).window('process_lifetime').routes.slack_dm).toMatchObject({
        escalations: 1,
        costUsd: expect.closeTo(0.01, 9) as number,
        models: { 'large-1': 1 },
      });
    });

    it.each([-5, 1.5, '1000', null])('taking %j for no number of tokens', async (count) => {
      const tokens = { input: count as number, output: count as number };
      const given = await givenRunningModel(ANTHROPIC, { replies: [ANTHROPIC.says('No.', tokens)] });

      await given.ask('why?');

      expect(given.app.container.get(Telemetry).window('process_lifetime').total).toMatchObject({
        calls: 1,
        inputTokens: 0,
        outputTokens: 0,
        costUsd: 0,
      });
    });

    it('and warns at the start of a model without a price', async () => {
      const given = await givenRunningModel(OPENAI, {
        models: { prices: [{ model: 'large-1', input: 1, output: 1 }] },
        replies: [OPENAI.says('Yes.')],
      });

      await given.ask('are you free?');

      expect(given.app.container.get(Telemetry).window('process_lifetime').total.costUsd).toBe(0);
      expect(given.app.logs.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
        'The calls of "small-1" are recorded as free, and no budget stops them: it is not in reasoning_engine.openai.prices',
      ]);
    });
  });

  it('answers even when the audit log cannot be written, and says so', async () => {
    const given = await givenRunningModel(ANTHROPIC, {
      tools: [PING],
      replies: [ANTHROPIC.wants([ping]), ANTHROPIC.says('pong')],
    });
    await given.app.container.get(CostLadder).current();
    await given.app.container.get(StateDatabase).run('PRAGMA query_only = ON');

    expect(await given.ask('ping?')).toMatchObject({ ok: true, text: 'pong' });
    expect(given.app.logs).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: expect.stringContaining('The audit log cannot be written') as string,
      }),
    );
  });
});
