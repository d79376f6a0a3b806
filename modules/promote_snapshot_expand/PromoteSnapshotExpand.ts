import { BackgroundDaemon, Clock, durationMs, type OnTick, type TickContext } from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import { LimitedMap } from '../promotions/bounded';
import { type Observation, PromotionCycle } from '../promotions/PromotionCycle';
import { PromoteSnapshotExpandSettings } from './PromoteSnapshotExpandSettings';
import { proposeFields } from './proposeFields';

const MOST_TOOLS = 1_000;

/** Proposes to put into the snapshot what models ask tools for again and again. */
@BackgroundDaemon({ name: 'promote_snapshot_expand', interval: '24h', misfire: 'run-once' })
export class PromoteSnapshotExpand implements OnTick {
  constructor(
    private readonly settings: PromoteSnapshotExpandSettings,
    private readonly audit: AuditLog,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  tick(context: TickContext): Promise<void> {
    return this.cycle.run('snapshot_expand', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const tools = new LimitedMap((_tool: string) => ({ calls: 0, routes: new Set<string>(), lastAt: 0 }), MOST_TOOLS);
    const since = this.clock.now() - durationMs(this.settings.window);
    let observed = 0;
    for await (const event of this.audit.scan({ since, types: ['reasoning.tool_called'], signal })) {
      // What a failed call would have answered is not known.
      if (event.type !== 'reasoning.tool_called' || event.details.outcome !== 'ok') continue;
      observed += 1;
      const use = tools.obtain(event.details.tool);
      if (use === undefined) continue;
      use.calls += 1;
      use.routes.add(event.details.route);
      use.lastAt = Date.parse(event.at);
    }
    const uses = [...tools.entries()].map(([tool, { routes, ...use }]) => ({
      tool,
      ...use,
      routes: [...routes].sort(),
    }));
    return { observed, proposals: proposeFields(uses, this.settings), figures: { ignored: tools.overflow } };
  }
}
