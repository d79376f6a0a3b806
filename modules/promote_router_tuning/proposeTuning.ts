import type { RouteCounters } from '../cost_telemetry/TelemetryWindow';
import type { Observation } from '../promotions/PromotionCycle';
import { cutText } from '../shared/cutText';
import type { Route } from '../shared/routes';

const SAMPLES = 3;
const MOST_REASONS = 10;
const LONGEST_REASON = 200;

export interface TuningOptions {
  readonly minCalls: number;
  readonly tightenThreshold: number;
  readonly loosenOverrideThreshold: number;
}

/** The calls of a route in the window. */
export interface RouteUse {
  readonly route: Route;
  readonly counters: Pick<RouteCounters, 'calls' | 'escalations' | 'escalationReasons'>;
  /** When the window began, which every call of it is newer than; epoch ms. */
  readonly since: number;
}

/** The times a person chose the model for a route. */
export interface RouteOverrides {
  readonly route: Route;
  readonly count: number;
  /** Why, the newest last. */
  readonly reasons: readonly string[];
  /** The newest one; epoch ms. */
  readonly lastAt: number;
}

/**
 * Proposes a review of a route's trigger: `tighten_review` where too many calls went to the strong model, `loosen_review` where
 * people had to ask for it.
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
