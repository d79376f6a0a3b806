import type { Bound } from '../container/Bound';
import type { EdgeKind } from '../contracts/BootPlan';
import type { ListenerDefinition, ListenerEdge } from '../contracts/ListenerDefinition';
import { listenerMetadata } from '../contracts/metadata';
import type { ListenerReference } from '../contracts/options';
import { describeClass } from '../errors/describeClass';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import type { Reached } from './DependencyWalk';
import type { ListenerIndex } from './ListenerIndex';
import { isShared } from './planCluster';

/** One listener goes after another. Listeners are numbers in registration order. */
export interface Edge extends ListenerEdge {
  /** The listener that goes first. */
  readonly to: number;
  /** The ordinary service through which that listener is injected; undefined if it is injected directly or only named. */
  readonly through: Bound | undefined;
  /** True if the edge always holds. Others are dropped if they would close a cycle. */
  readonly binding: boolean;
}

const NO_EDGES: readonly Edge[] = [];

/**
 * Collects the edges of one listener: what it injects, `@Available`, `dependsOn`, `wants` and cluster scope; one edge per
 * listener.
 *
 * @param engine - the listener that is the cluster engine.
 */
export function collectEdges(
  own: number,
  definition: ListenerDefinition,
  reached: readonly Reached[],
  listeners: ListenerIndex,
  problems: Problems,
  engine?: number,
): readonly Edge[] {
  const { dependsOn, wants } = definition;
  const joins = engine !== undefined && engine !== own && isShared(definition);
  if (reached.length === 0 && dependsOn.length === 0 && wants.length === 0 && !joins) return NO_EDGES;
  const injected: Edge[] = [];
  for (const { listener, kind, through } of reached) {
    const available = kind === 'available';
    if (available && listener === own) continue;
    injected.push({
      to: listener,
      on: listeners.nameOf(listener),
      kind,
      soft: available,
      binding: !available,
      through,
    });
  }
  if (dependsOn.length === 0 && wants.length === 0 && !joins) return injected;

  const edges = new Map(injected.map((edge) => [edge.to, edge]));
  const add = (to: number, kind: EdgeKind, soft: boolean, binding: boolean): void => {
    const through = edges.get(to)?.through;
    edges.set(to, { to, on: listeners.nameOf(to), kind, soft, binding, through });
  };
  for (const reference of dependsOn) {
    const to = find(reference, listeners);
    if (to === undefined) reportUnknown(definition, 'dependsOn', reference, listeners, problems);
    else if (edges.get(to)?.binding !== true) add(to, 'dependsOn', false, true);
  }
  for (const reference of wants) {
    const to = find(reference, listeners);
    if (to === undefined) {
      // A wanted listener may be left out of the application. A class that is no listener is a mistake.
      if (typeof reference === 'function' && listenerMetadata(reference) === undefined) {
        reportUnknown(definition, 'wants', reference, listeners, problems);
      }
      continue;
    }
    const known = edges.get(to);
    if (known === undefined) {
      if (to !== own) add(to, 'wants', true, false);
    } else if (known.kind === 'constructor' || known.kind === 'property') {
      if (!dependsOn.some((other) => find(other, listeners) === to)) add(to, known.kind, true, true);
    }
  }
  if (joins && !edges.has(engine)) add(engine, 'cluster', true, false);
  return [...edges.values()];
}

const find = (reference: ListenerReference, listeners: ListenerIndex): number | undefined =>
  typeof reference === 'string' ? listeners.ofName(reference) : listeners.ofClass(reference);

function reportUnknown(
  { name, source }: ListenerDefinition,
  option: 'dependsOn' | 'wants',
  reference: ListenerReference,
  listeners: ListenerIndex,
  problems: Problems,
): void {
  const facts = { listener: `${name}: ${source}` };
  if (typeof reference === 'string') {
    problems.add('UNKNOWN_DEPENDENCY', {
      what: `"${name}" ${option} "${reference}", and there is no such listener.${didYouMean(reference, listeners.names())}`,
      facts,
      fix: 'correct the name, or give the listener; if it may be absent, name it in `wants`.',
    });
    return;
  }
  const isListener = listenerMetadata(reference) !== undefined;
  problems.add('UNKNOWN_DEPENDENCY', {
    what: `"${name}" ${option} ${reference.name}, which is ${isListener ? 'not part of this application' : 'no listener'}.`,
    facts: { ...facts, class: describeClass(reference) },
    fix: isListener
      ? 'give it in `listeners`, or load the module that binds it; if it may be absent, name it in `wants`.'
      : `name listeners only: an ordinary class is injected, and needs no ${option}.`,
  });
}
