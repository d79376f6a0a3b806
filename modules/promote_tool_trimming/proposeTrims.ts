import { titleOf } from '../promotions/checkProposal';
import type { Observation } from '../promotions/PromotionCycle';
import type { Route } from '../shared/routes';

/** The tools that a route called. */
export interface RouteTools {
  readonly route: Route;
  /** Calls by tool. */
  readonly tools: ReadonlyMap<string, number>;
  /** The newest call; epoch ms. */
  readonly lastAt: number;
}

/**
 * Proposes, for each route that called tools at least `minCalls` times, to leave out every tool that other routes called and it
 * did not. A tool that no route called is not known here. Each tool of each route is a proposal of its own, so that what was
 * decided about one holds when another comes.
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
