import type { EdgeKind } from '../contracts/BootPlan';
import { listenerMetadata } from '../contracts/metadata';
import type { ListenerReference } from '../contracts/options';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import { describeClass } from '../container/classLocation';
import type { Edge } from './Edge';
import type { ListenerPlan } from './ListenerPlan';
import type { Reached } from './DependencyWalk';
import type { ReferenceIndex } from './ReferenceIndex';

const NO_EDGES: readonly Edge[] = [];

/** Why a listener goes after others: what it injects, `dependsOn`, `wants` and `@Available`; one edge for each. */
export function collectEdges(
  plan: ListenerPlan,
  reached: ReadonlyMap<number, Reached>,
  references: ReferenceIndex,
  problems: Problems,
): readonly Edge[] {
  const { dependsOn, wants } = plan.options;
  if (reached.size === 0 && dependsOn.length === 0 && wants.length === 0) return NO_EDGES;
  const edges = new Map<number, Edge>();
  const add = (to: number, kind: EdgeKind, soft: boolean, binding: boolean): void =>
    void edges.set(to, { to, kind, soft, binding });

  for (const { listener, kind } of reached.values()) {
    const available = kind === 'available';
    if (!available || listener !== plan.index) add(listener, kind, available, !available);
  }
  for (const reference of dependsOn) {
    const to = find(reference, references);
    if (to === undefined) reportUnknown(plan, 'dependsOn', reference, references, problems);
    else if (edges.get(to)?.binding !== true) add(to, 'dependsOn', false, true);
  }
  for (const reference of wants) {
    const to = find(reference, references);
    if (to === undefined) {
      // Absence does not block what only wants: a listener may be left out. A class that is none is a mistake.
      if (typeof reference === 'function' && listenerMetadata(reference) === undefined) {
        reportUnknown(plan, 'wants', reference, references, problems);
      }
      continue;
    }
    const known = edges.get(to);
    if (known === undefined) {
      if (to !== plan.index) add(to, 'wants', true, false);
    } else if (known.kind === 'constructor' || known.kind === 'property') {
      if (!dependsOn.some((other) => find(other, references) === to)) add(to, known.kind, true, true);
    }
  }
  return [...edges.values()];
}

const find = (reference: ListenerReference, references: ReferenceIndex): number | undefined =>
  typeof reference === 'string' ? references.ofName(reference) : references.ofClass(reference);

function reportUnknown(
  { name, target }: ListenerPlan,
  option: 'dependsOn' | 'wants',
  reference: ListenerReference,
  references: ReferenceIndex,
  problems: Problems,
): void {
  const facts = { listener: `${name}: ${describeClass(target)}` };
  if (typeof reference === 'string') {
    problems.add('UNKNOWN_DEPENDENCY', {
      what: `"${name}" ${option} "${reference}", and there is no such listener.${didYouMean(reference, references.names())}`,
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
