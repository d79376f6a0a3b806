import type { Bound } from '../container/Bound';
import type { PlannedEdge, PlanWarning } from '../contracts/BootPlan';
import type { Selection } from '../contracts/CommandLine';
import type { ListenerDefinition, ListenerEdge } from '../contracts/ListenerDefinition';
import type { Problems } from '../errors/Problem';
import { collectEdges, type Edge } from './collectEdges';
import { DependencyWalk } from './DependencyWalk';
import { disableListeners, type Selected, selectListeners } from './excludeListeners';
import type { ListenerIndex } from './ListenerIndex';
import { orderListeners } from './orderListeners';
import { reportCycle, WalkReport } from './WalkReport';

/** The start order of an application's listeners and the reasons for it. Listeners are numbers in registration order. */
export interface PlannedOrder {
  /** The listeners in start order. */
  readonly order: readonly number[];
  /** The edges of each listener. */
  readonly after: readonly (readonly ListenerEdge[])[];
  /** Describes the edges of one listener. */
  readonly edges: (listener: number) => readonly PlannedEdge[];
  /** The listeners that do not start, and why. */
  readonly disabled: ReadonlyMap<number, string>;
  readonly warnings: readonly PlanWarning[];
}

/**
 * Orders the listeners by what they inject, depend on and want, and reports what makes an order impossible.
 *
 * @param definitions - in registration order.
 * @param engine - the listener that is the cluster engine, if there is one.
 */
export function planOrder(
  listeners: ListenerIndex,
  definitions: readonly ListenerDefinition[],
  selection: Selection | undefined,
  problems: Problems,
  engine?: number,
): PlannedOrder {
  const report = new WalkReport(listeners, problems);
  const walk = new DependencyWalk(listeners, report);
  const collected = definitions.map((definition, index) => {
    const bound = listeners.boundOf(index);
    report.asynchronous(bound);
    if (bound.kind === 'opaque') report.opaque(bound, listeners.labelOf(index));
    return collectEdges(index, definition, walk.reach(bound), listeners, problems, engine);
  });
  for (const bound of listeners.graph.all) if (bound.origin.kind === 'services') walk.reachThrough(bound);

  const { order, edges, yielded, cycles } = orderListeners(collected);
  const steps = (from: number, edge: Edge): readonly Bound[] => {
    const bound = listeners.boundOf(from);
    return isInjected(edge) ? [bound, ...walk.services(edge.through, edge.to)] : [bound];
  };
  for (const cycle of cycles) {
    const around = cycle.slice(1).flatMap((to, at) => {
      const from = cycle[at] ?? to;
      const edge = collected[from]?.find((candidate) => candidate.to === to && candidate.binding);
      return edge === undefined ? [] : steps(from, edge);
    });
    reportCycle([...around.map((bound) => bound.label), listeners.labelOf(cycle[0] ?? 0)], around, problems);
  }
  const selected =
    selection === undefined ? NOTHING_LEFT_OUT : selectListeners(definitions, edges, selection, problems);
  return {
    order,
    disabled: disableListeners(definitions, order, edges, selected.leftOut, problems),
    after: edges,
    edges: (index) =>
      (edges[index] ?? NO_EDGES).map((edge) => ({
        on: edge.on,
        kind: edge.kind,
        soft: edge.soft,
        path: [...steps(index, edge).map((bound) => bound.label), listeners.labelOf(edge.to)],
      })),
    warnings: [
      ...selected.warnings,
      ...report.warnings,
      ...yielded.flatMap(({ from, edge }) => yieldWarning(listeners, from, edge)),
    ],
  };
}

const NOTHING_LEFT_OUT: Selected = { leftOut: new Map(), warnings: [] };

const NO_EDGES: readonly Edge[] = [];

const isInjected = ({ kind }: Edge): boolean => kind === 'constructor' || kind === 'property' || kind === 'available';

// Two listeners that are available to each other are in order all the same; a `wants` without effect is worth a warning.
function yieldWarning(listeners: ListenerIndex, from: number, edge: Edge): PlanWarning[] {
  if (edge.kind !== 'wants') return [];
  const [one, other] = [listeners.nameOf(from), listeners.nameOf(edge.to)];
  const message = `"${one}" wants "${other}", which goes after it all the same: by what binds them, "${other}" needs "${one}".`;
  return [{ code: 'WANTS_YIELDED', message }];
}
