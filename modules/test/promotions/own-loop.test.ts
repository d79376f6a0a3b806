import { IsInt, Min } from 'class-validator';
import { BackgroundDaemon, defineModule, type OnTick, Settings, type TickContext } from 'daemonry';
import {
  type Observation,
  PromotionCycle,
  PromotionLoopSettings,
  promotionsModule,
  titleOf,
} from '@daemonry/modules/promotions';
import { webModule, type WebServer } from '@daemonry/modules/web';
import { injectable } from 'inversify';

import { call } from '../support/call';
import { endPromotions, givenPromotions } from '../support/givenPromotions';

afterEach(endPromotions);

@injectable()
class RefundBook {
  refunds: readonly { readonly reason: string; readonly at: number }[] = [];
}

// region loop
@Settings('promote_refunds')
class PromoteRefundsSettings extends PromotionLoopSettings {
  /** Minimum number of refunds for the same reason. */
  @IsInt()
  @Min(1)
  readonly minRefunds: number = 3;
}

/** Proposes to refund without asking a person, for reasons that are always accepted. */
@BackgroundDaemon({ interval: '24h', misfire: 'run-once' })
class PromoteRefunds implements OnTick {
  constructor(
    private readonly settings: PromoteRefundsSettings,
    private readonly book: RefundBook,
    private readonly cycle: PromotionCycle,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('refunds', this.settings, context, async () => this.#observe());
  }

  #observe(): Observation {
    const { refunds } = this.book;
    const reasons = [...new Set(refunds.map(({ reason }) => reason))];
    const proposals = reasons.flatMap((reason) => {
      const same = refunds.filter((refund) => refund.reason === reason);
      if (same.length < this.settings.minRefunds) return [];
      return {
        key: reason,
        title: titleOf(`Refund "${reason}" without asking`),
        confidence: Math.min(1, same.length / 10),
        body: { reason, refunds: same.length },
        samples: [reason],
        observedAt: Math.max(...same.map(({ at }) => at)),
      };
    });
    return { observed: refunds.length, proposals };
  }
}
// endregion loop

// region module
const promoteRefunds = defineModule('promote_refunds', {
  needs: [promotionsModule()],
  bind: ({ bind }) => {
    bind(RefundBook).toSelf();
    bind(PromoteRefunds).toSelf();
  },
});
// endregion module

async function givenShop(values: Record<string, unknown> = {}) {
  const given = await givenPromotions({
    modules: [promoteRefunds, webModule()],
    values: { web: { port: 0 }, ...values },
  });
  given.app.container.get(RefundBook).refunds = ['late', 'broken', 'late', 'late'].map((reason) => ({
    reason,
    at: given.app.clock.now(),
  }));
  return given;
}

describe('A promotion loop of an application', () => {
  it('proposes what it observes, once, under its own name', async () => {
    const { app, promotions, events } = await givenShop();

    await app.tick('promote_refunds');
    await app.tick('promote_refunds');

    expect(await promotions.list({ loop: 'refunds' })).toEqual([
      expect.objectContaining({ loop: 'refunds', key: 'late', state: 'pending', body: { reason: 'late', refunds: 3 } }),
    ]);
    const rows = await events('promotion.proposed');
    expect(rows.map(({ source, details }) => [source, details.loop])).toEqual([['promote_refunds', 'refunds']]);
  });

  it('has settings of its own, beside those of every loop', async () => {
    const { app, promotions } = await givenShop({ promote_refunds: { minRefunds: 1, maxProposals: 1 } });

    await app.tick('promote_refunds');

    expect(await promotions.list()).toHaveLength(1);
    expect(app.logs).toContainEqual(expect.objectContaining({ step: 'done', generated: 2, stored: 1, deferred: 1 }));
  });

  it('lets its proposals expire', async () => {
    const { app, promotions, events } = await givenShop({ promote_refunds: { expiry: '2h' } });
    await app.tick('promote_refunds');
    await app.clock.advance('3h');

    await app.tick('promote_refunds');

    expect(await promotions.list()).toEqual([expect.objectContaining({ state: 'expired' })]);
    expect(await events('promotion.expired')).toEqual([expect.objectContaining({ source: 'promote_refunds' })]);
  });

  it('is listed and decided over HTTP as the others', async () => {
    const { app } = await givenShop();
    await app.tick('promote_refunds');
    const { url = '' } = app.listeners.resolve<WebServer>('web').address ?? {};

    const listed = await call(`${url}/api/promotions?loop=refunds`);
    expect(listed.body).toMatchObject({ promotions: [{ loop: 'refunds', state: 'pending' }], total: 1 });
    const [{ id = '' } = {}] = (listed.body as { promotions: { id?: string }[] }).promotions;
    const approved = await call(`${url}/api/promotions/${id}/approve`, {
      method: 'POST',
      body: JSON.stringify({}),
      headers: { 'content-type': 'application/json' },
    });

    expect(approved).toMatchObject({ status: 200, body: { state: 'approved', decidedBy: 'local' } });
  });

  it('that has stored nothing is listed as empty', async () => {
    const { promotions } = await givenPromotions();

    expect(await promotions.survey({ loop: 'unheard_of' })).toEqual({ promotions: [], damaged: [] });
    expect(await promotions.survey({ loop: '../../etc' })).toEqual({ promotions: [], damaged: [] });
  });

  it('cannot have a name that is no word', async () => {
    const { promotions } = await givenPromotions();
    const proposal = { key: 'k', title: 't', confidence: 1, body: {}, samples: [] };

    for (const loop of ['', 'Refunds', '../etc', 'a__b', 'x'.repeat(61)]) {
      await expect(promotions.propose({ loop, ...proposal })).rejects.toMatchObject({ code: 'PROMOTION_INVALID' });
    }
  });
});
