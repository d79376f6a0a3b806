import { cutText } from '../shared/text';
import { type Route, ROUTES } from '../audit_log/routes';
import type { RouteCounters, TelemetryRecord, TelemetryWindow } from './TelemetryWindow';

/** The figures of {@link RouteCounters} that are added up. */
export const SUMS = [
  'calls',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheCreationTokens',
  'costUsd',
  'escalations',
] as const satisfies readonly (keyof RouteCounters)[];

const LABEL_MAX = 100;
const MOST_LABELS = 50;
/** Stands for the labels beyond the most that are kept apart. */
const OTHERS = 'other';

type Counters = Record<(typeof SUMS)[number], number> & {
  readonly models: Map<string, number>;
  readonly escalationReasons: Map<string, number>;
};

/** Adds up what calls took, by route. Free texts are cut, and so many of them are told apart. */
export class Tally {
  readonly #routes = new Map<Route, Counters>();

  count(call: TelemetryRecord): void {
    const { cacheReadTokens = 0, cacheCreationTokens = 0, escalationReason, model } = call;
    this.add(call.route, {
      calls: 1,
      inputTokens: call.inputTokens,
      outputTokens: call.outputTokens,
      cacheReadTokens,
      cacheCreationTokens,
      costUsd: call.costUsd,
      escalations: escalationReason === undefined ? 0 : 1,
      models: { [cutText(model, LABEL_MAX)]: 1 },
      escalationReasons: escalationReason === undefined ? {} : { [cutText(escalationReason, LABEL_MAX)]: 1 },
    });
  }

  add(route: Route, counters: RouteCounters): void {
    const sum = this.#routes.get(route) ?? nothing();
    this.#routes.set(route, sum);
    addUp(sum, counters);
  }

  addAll(routes: TelemetryWindow['routes']): void {
    for (const [route, counters] of Object.entries(routes)) this.add(route as Route, counters);
  }

  /** Routes without a call are absent; the others come in the order of `ROUTES`. */
  get routes(): TelemetryWindow['routes'] {
    const entries = ROUTES.flatMap((route): [Route, RouteCounters][] => {
      const counters = this.#routes.get(route);
      return counters === undefined ? [] : [[route, frozen(counters)]];
    });
    return Object.fromEntries(entries);
  }

  /** @param since - epoch milliseconds. */
  window(since: number): TelemetryWindow {
    const total = nothing();
    const { routes } = this;
    for (const counters of Object.values(routes)) addUp(total, counters);
    return { since: new Date(since).toISOString(), routes, total: frozen(total) };
  }
}

const nothing = (): Counters => ({
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  costUsd: 0,
  escalations: 0,
  models: new Map(),
  escalationReasons: new Map(),
});

function addUp(sum: Counters, counters: RouteCounters): void {
  for (const name of SUMS) sum[name] += counters[name];
  addLabels(sum.models, counters.models);
  addLabels(sum.escalationReasons, counters.escalationReasons);
}

function addLabels(sum: Map<string, number>, labels: Readonly<Record<string, number>>): void {
  for (const [label, count] of Object.entries(labels)) {
    const kept = sum.has(label) || sum.size < MOST_LABELS ? label : OTHERS;
    sum.set(kept, (sum.get(kept) ?? 0) + count);
  }
}

const frozen = (counters: Counters): RouteCounters => ({
  ...counters,
  costUsd: roundUsd(counters.costUsd),
  models: Object.fromEntries(counters.models),
  escalationReasons: Object.fromEntries(counters.escalationReasons),
});

/** Without what adding binary fractions leaves behind: 0.1 + 0.2 is 0.3. */
const roundUsd = (usd: number): number => Number(usd.toFixed(9));
