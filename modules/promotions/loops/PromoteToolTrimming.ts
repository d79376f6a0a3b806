import { IsInt, Max, Min } from 'class-validator';
import {
  BackgroundDaemon,
  Clock,
  type Duration,
  durationMs,
  IsDuration,
  type OnTick,
  Settings,
  type TickContext,
} from 'daemonry';

import { AuditLog } from '../../audit_log/AuditLog';
import type { Route } from '../../audit_log/routes';
import { LimitedMap } from '../bounded';
import { titleOf } from '../checkProposal';
import { type Observation, PromotionCycle, PromotionLoopSettings } from '../PromotionCycle';

/** Settings of the tool loop, under `promote_tool_trimming`. */
@Settings('promote_tool_trimming')
export class PromoteToolTrimmingSettings extends PromotionLoopSettings {
  /** Age of the oldest calls of tools that are read. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '30d';

  /** Minimum number of tool calls of a route; routes with fewer are not looked at. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly minCalls: number = 20;
}

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

  /** Runs one promotion cycle. */
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

/** The tools that a route called within the window. */
export interface RouteTools {
  readonly route: Route;
  /** Number of calls by tool. */
  readonly tools: ReadonlyMap<string, number>;
  /** When the newest call was made; epoch ms. */
  readonly lastAt: number;
}

/**
 * Proposes, for each route that called tools at least `minCalls` times, to leave out every tool that other routes called and it
 * did not. Tools that no route called are not known here. Each pair of a tool and a route is a proposal of its own, so that
 * decisions about the others stay valid when one is added.
 */
export function proposeTrims(
  routes: readonly RouteTools[],
  { minCalls }: { readonly minCalls: number },
): Observation['proposals'] {
  const everywhere = new Map<string, number>();
  for (const { tools } of routes) {
    for (const [tool, calls] of tools) everywhere.set(tool, (everywhere.get(tool) ?? 0) + calls);
  }
  return routes.flatMap(({ route, tools, lastAt }) => {
    const calls = [...tools.values()].reduce((sum, count) => sum + count, 0);
    if (calls < minCalls) return [];
    return [...everywhere]
      .filter(([tool]) => !tools.has(tool))
      .map(([tool, elsewhere]) => ({
        key: `${route} ${tool}`,
        title: titleOf(`Leave ${tool} out of the tools of ${route}`),
        confidence: Math.min(1, calls / (2 * minCalls)),
        body: { route, tool, callsOfRoute: calls, callsElsewhere: elsewhere },
        samples: [],
        observedAt: lastAt,
      }));
  });
}
