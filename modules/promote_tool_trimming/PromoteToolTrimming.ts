import { BackgroundDaemon, Clock, durationMs, type OnTick, type TickContext } from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import { LimitedMap } from '../promotions/bounded';
import { type Observation, PromotionCycle } from '../promotions/PromotionCycle';
import type { Route } from '../shared/routes';
import { PromoteToolTrimmingSettings } from './PromoteToolTrimmingSettings';
import { proposeTrims } from './proposeTrims';

const MOST_PAIRS = 2_000;

/** Proposes to take tools away from routes that never call them. */
@BackgroundDaemon({ name: 'promote_tool_trimming', interval: '24h', misfire: 'run-once' })
export class PromoteToolTrimming implements OnTick {
  constructor(
    private readonly settings: PromoteToolTrimmingSettings,
    private readonly audit: AuditLog,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('tool_trimming', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const newUse = (): { tools: Map<string, number>; lastAt: number } => ({ tools: new Map(), lastAt: 0 });
    const byRoute = new Map<Route, ReturnType<typeof newUse>>();
    const pairs = new LimitedMap(() => true, MOST_PAIRS);
    const since = this.clock.now() - durationMs(this.settings.window);
    let observed = 0;
    for await (const event of this.audit.scan({ since, types: ['reasoning.tool_called'], signal })) {
      if (event.type !== 'reasoning.tool_called') continue;
      observed += 1;
      const { route, tool } = event.details;
      if (pairs.obtain(`${route} ${tool}`) === undefined) continue;
      const use = byRoute.get(route) ?? newUse();
      byRoute.set(route, use);
      use.tools.set(tool, (use.tools.get(tool) ?? 0) + 1);
      use.lastAt = Date.parse(event.at);
    }
    const routes = [...byRoute].map(([route, use]) => ({ route, ...use }));
    return { observed, proposals: proposeTrims(routes, this.settings), figures: { ignored: pairs.overflow } };
  }
}
