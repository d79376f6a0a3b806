import type { PlannedEdge, PlanWarning } from '../contracts/BootPlan';
import type { Selection } from '../contracts/CommandLine';
import type { Problems } from '../errors/Problem';
import type { BindingGraph } from '../container/BindingGraph';
import type { Bound } from '../container/Bound';
import { collectEdges } from './collectEdges';
import { DependencyWalk } from './DependencyWalk';
import { disableListeners } from './disableListeners';
import type { Edge } from './Edge';
import type { ListenerPlan } from './ListenerPlan';
import { orderListeners } from './orderListeners';
import type { ReferenceIndex } from './ReferenceIndex';
import { type Selected, selectListeners } from './selectListeners';
import { reportCycle, WalkReport } from './WalkReport';

/** The order of an application's listeners, and why. */
export interface PlannedOrder {
  /** The listeners in start order. */
  readonly order: readonly number[];
  readonly edges: (listener: number) => readonly PlannedEdge[];
  /** Why a listener does not start. */
  readonly disabled: ReadonlyMap<number, string>;
  readonly warnings: readonly PlanWarning[];
}

/** Orders the listeners by what they inject, depend on and want. What keeps them from an order is reported. */
export function planOrder(
  plans: readonly ListenerPlan[],
  graph: BindingGraph,
  references: ReferenceIndex,
  selection: Selection | undefined,
  problems: Problems,
): PlannedOrder {
  const report = new WalkReport(graph, (bound) => references.ofBinding(bound) !== undefined, problems);
  const walk = new DependencyWalk(graph, references, report);
  const collected = plans.map((plan) => {
    if (plan.bound.kind === 'opaque') report.opaque(plan.bound, plan.target.name);
    return collectEdges(plan, walk.reach(plan.bound), references, problems);
  });
  for (const bound of graph.all) if (bound.origin.startsWith('services[')) walk.reach(bound);

  const { order, edges, yielded, cycles } = orderListeners(collected);
  const steps = (from: number, edge: Edge): readonly Bound[] => {
    const plan = plans[from];
    if (plan === undefined) return [];
    return isInjected(edge) ? walk.steps(plan.bound, edge.to) : [plan.bound];
  };
  const label = (index: number): string => plans[index]?.target.name ?? '';
  for (const cycle of cycles) {
    const around = cycle.slice(1).flatMap((to, at) => {
      const from = cycle[at] ?? to;
      const edge = collected[from]?.find((candidate) => candidate.to === to && candidate.binding);
      return edge === undefined ? [] : steps(from, edge);
    });
    reportCycle([...around.map((bound) => bound.label), label(cycle[0] ?? 0)], around, problems);
  }
  const selected = selection === undefined ? NOTHING_SELECTED : selectListeners(plans, edges, selection, problems);
  return {
    order,
    disabled: disableListeners(plans, order, edges, selected.leftOut, problems),
    edges: (index) => {
      const own = edges[index] ?? NO_EDGES;
      if (own.length === 0) return NO_EDGES;
      return own.map((edge) => ({
        on: plans[edge.to]?.name ?? '',
        kind: edge.kind,
        soft: edge.soft,
        get path() {
          return [...steps(index, edge).map((bound) => bound.label), label(edge.to)];
        },
      }));
    },
    warnings: [
      ...selected.warnings,
      ...report.warnings,
      ...yielded.flatMap(({ from, edge }) => yieldWarning(plans, from, edge)),
    ],
  };
}

const NOTHING_SELECTED: Selected = { leftOut: new Map(), warnings: [] };

const NO_EDGES: readonly never[] = [];

const isInjected = ({ kind }: Edge): boolean => kind === 'constructor' || kind === 'property' || kind === 'available';

// Two listeners that are available to each other are in order; a wish that cannot be granted is worth a word.
function yieldWarning(plans: readonly ListenerPlan[], from: number, edge: Edge): PlanWarning[] {
  if (edge.kind !== 'wants') return [];
  const [one, other] = [plans[from]?.name, plans[edge.to]?.name];
  const message = `"${one}" wants "${other}", which goes after it all the same: by what binds them, "${other}" needs "${one}".`;
  return [{ code: 'WANTS_YIELDED', message }];
}
