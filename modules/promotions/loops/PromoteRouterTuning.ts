import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { BackgroundDaemon, type OnTick, Settings, type TickContext } from 'daemonry';

import { AuditLog } from '../../audit_log/AuditLog';
import { Telemetry } from '../../cost_telemetry/Telemetry';
import type { RouteCounters } from '../../cost_telemetry/TelemetryWindow';
import { cutText } from '../../shared/text';
import type { Route } from '../../audit_log/routes';
import { Newest } from '../bounded';
import { type Observation, PromotionCycle, PromotionLoopSettings } from '../PromotionCycle';

/** Settings of the router loop, under `promote_router_tuning`. It looks at the last 24 hours. */
@Settings('promote_router_tuning')
export class PromoteRouterTuningSettings extends PromotionLoopSettings {
  /** Minimum number of calls of a route; routes with fewer are not looked at. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly minCalls: number = 20;

  /** Share of calls sent to the strong model, from 0 to 1, from which a review of the reasons is proposed. */
  @IsNumber()
  @Min(0.01)
  @Max(1)
  readonly tightenThreshold: number = 0.4;

  /** Number of overrides by people from which a review is proposed of why a route does not use the strong model. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly loosenOverrideThreshold: number = 3;
}

/** Largest number of reasons that are shown with a proposal. */
const SAMPLES = 3;

/** Proposes to review the choice between the models, by the calls and the overrides of the last 24 hours. */
@BackgroundDaemon({
  name: 'promote_router_tuning',
  interval: '24h',
  misfire: 'run-once',
  // It restores the counts from before the restart.
  wants: ['cost_telemetry'],
})
export class PromoteRouterTuning implements OnTick {
  constructor(
    private readonly settings: PromoteRouterTuningSettings,
    private readonly telemetry: Telemetry,
    private readonly audit: AuditLog,
    private readonly cycle: PromotionCycle,
  ) {}

  /** Runs one promotion cycle. */
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
      const of = byRoute.get(route) ?? { reasons: new Newest(SAMPLES), count: 0, lastAt: 0 };
      of.reasons.add(reason);
      byRoute.set(route, { reasons: of.reasons, count: of.count + 1, lastAt: Date.parse(event.at) });
    }
    return [...byRoute].map(([route, { reasons, ...of }]) => ({ route, ...of, reasons: reasons.items }));
  }
}

const MOST_REASONS = 10;
const LONGEST_REASON = 200;

/** Options of {@link proposeTuning}: see the settings of the same names. */
export interface TuningOptions {
  readonly minCalls: number;
  readonly tightenThreshold: number;
  readonly loosenOverrideThreshold: number;
}

/** Calls of a route within the window. */
export interface RouteUse {
  readonly route: Route;
  readonly counters: Pick<RouteCounters, 'calls' | 'escalations' | 'escalationReasons'>;
  /** Start of the window, before all of its calls; epoch ms. */
  readonly since: number;
}

/** Overrides of a route: a person chose the model. */
export interface RouteOverrides {
  readonly route: Route;
  readonly count: number;
  /** Reasons that people gave, the newest last. */
  readonly reasons: readonly string[];
  /** When the newest one was made; epoch ms. */
  readonly lastAt: number;
}

/**
 * Proposes reviews of routes: `tighten_review` when too many calls went to the strong model, `loosen_review` when people had
 * to ask for it too often.
 */
export function proposeTuning(
  uses: readonly RouteUse[],
  overrides: readonly RouteOverrides[],
  options: TuningOptions,
): Observation['proposals'] {
  return [...tighten(uses, options), ...loosen(overrides, options)];
}

function tighten(uses: readonly RouteUse[], { minCalls, tightenThreshold }: TuningOptions): Observation['proposals'] {
  return uses
    .filter(({ counters: { calls, escalations } }) => calls >= minCalls && escalations / calls >= tightenThreshold)
    .map(({ route, counters: { calls, escalations, escalationReasons }, since }) => {
      const reasons = Object.entries(escalationReasons)
        .sort(([, a], [, b]) => b - a)
        .slice(0, MOST_REASONS)
        .map(([reason, count]) => [cutText(reason, LONGEST_REASON), count] as const);
      const rate = escalations / calls;
      return {
        key: `tighten ${route}`,
        title: `Review what sends ${route} to the strong model: ${Math.round(rate * 100)} % of its calls`,
        confidence: Math.min(1, calls / (2 * minCalls)),
        body: {
          action: 'tighten_review',
          route,
          calls,
          escalations,
          escalationRate: rate,
          reasons: Object.fromEntries(reasons),
        },
        samples: reasons.slice(0, SAMPLES).map(([reason]) => reason),
        observedAt: since,
      };
    });
}

function loosen(
  overrides: readonly RouteOverrides[],
  { loosenOverrideThreshold: threshold }: TuningOptions,
): Observation['proposals'] {
  return overrides
    .filter(({ count }) => count >= threshold)
    .map(({ route, count, reasons, lastAt }) => ({
      key: `loosen ${route}`,
      title: `Review what keeps ${route} from the strong model: people asked for it ${count} times`,
      confidence: Math.min(1, count / (3 * threshold)),
      body: { action: 'loosen_review', route, overrides: count },
      samples: reasons.slice(-SAMPLES),
      observedAt: lastAt,
    }));
}
