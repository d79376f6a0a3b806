import { BackgroundDaemon, type OnTick, type TickContext } from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import { Telemetry } from '../cost_telemetry/Telemetry';
import { Newest } from '../promotions/bounded';
import { type Observation, PromotionCycle } from '../promotions/PromotionCycle';
import type { Route } from '../shared/routes';
import { PromoteRouterTuningSettings } from './PromoteRouterTuningSettings';
import { proposeTuning, type RouteOverrides, type RouteUse } from './proposeTuning';

const MOST_REASONS = 3;

/** Proposes to review what decides between the models, by the calls and the overrides of the last 24 hours. */
@BackgroundDaemon({
  name: 'promote_router_tuning',
  interval: '24h',
  misfire: 'run-once',
  // It restores what was counted before the restart.
  wants: ['cost_telemetry'],
})
export class PromoteRouterTuning implements OnTick {
  constructor(
    private readonly settings: PromoteRouterTuningSettings,
    private readonly telemetry: Telemetry,
    private readonly audit: AuditLog,
    private readonly cycle: PromotionCycle,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('router_tuning', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const { since: sinceText, routes } = this.telemetry.window('rolling_24h');
    const since = Date.parse(sinceText);
    const uses = (Object.entries(routes) as [Route, RouteUse['counters']][]).map(([route, counters]): RouteUse => ({
      route,
      counters,
      since,
    }));
    const overrides = await this.#overrides(since, signal);
    const calls = uses.reduce((sum, { counters }) => sum + counters.calls, 0);
    return { observed: calls, proposals: proposeTuning(uses, overrides, this.settings) };
  }

  async #overrides(since: number, signal: AbortSignal): Promise<readonly RouteOverrides[]> {
    const byRoute = new Map<Route, { reasons: Newest<string>; count: number; lastAt: number }>();
    for await (const event of this.audit.scan({ since, types: ['model_override.applied'], signal })) {
      if (event.type !== 'model_override.applied') continue;
      const { route, reason } = event.details;
      const of = byRoute.get(route) ?? { reasons: new Newest(MOST_REASONS), count: 0, lastAt: 0 };
      of.reasons.add(reason);
      byRoute.set(route, { reasons: of.reasons, count: of.count + 1, lastAt: Date.parse(event.at) });
    }
    return [...byRoute].map(([route, { reasons, ...of }]) => ({ route, ...of, reasons: reasons.items }));
  }
}
