import type { PlanWarning } from '../contracts/BootPlan';
import type { Selection } from '../contracts/CommandLine';
import type { Problems } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import type { Edge } from './Edge';
import type { ListenerPlan } from './ListenerPlan';

/** What a selection leaves out, and why, by number. */
export interface Selected {
  readonly leftOut: ReadonlyMap<number, string>;
  /** One for each listener that was not named and starts all the same. */
  readonly warnings: readonly PlanWarning[];
}

const TAG = 'tag:';

/** Chooses listeners by name and tag. `only` takes along what the chosen need; a soft edge is no need. */
export function selectListeners(
  plans: readonly ListenerPlan[],
  edges: readonly (readonly Edge[])[],
  { only, without }: Selection,
  problems: Problems,
): Selected {
  const leftOut = new Map<number, string>();
  const warnings: PlanWarning[] = [];
  const chosen = only.length === 0 ? undefined : choose(plans, only, '--only', problems);
  if (chosen !== undefined) {
    const neededBy = new Map<number, number>();
    for (const index of chosen) {
      for (const { to, soft } of edges[index] ?? []) {
        if (soft || chosen.has(to)) continue;
        // A set that grows while it is walked is walked to its end.
        chosen.add(to);
        neededBy.set(to, index);
      }
    }
    for (const [index, by] of neededBy) {
      warnings.push({
        code: 'SELECTED_AS_NEEDED',
        message: `"${plans[index]?.name}" starts as well: "${plans[by]?.name}" needs it.`,
      });
    }
    for (const { index } of plans) {
      if (!chosen.has(index)) leftOut.set(index, `not selected by --only ${only.join(',')}`);
    }
  }
  for (const index of choose(plans, without, '--without', problems)) {
    leftOut.set(index, `left out by --without ${without.join(',')}`);
  }
  const left = plans.filter(({ index, options }) => options.enabled && !leftOut.has(index));
  if (only.length + without.length > 0 && plans.length > 0 && left.length === 0 && problems.list.length === 0) {
    problems.add('INVALID_SELECTION', {
      what: 'The selection leaves no listener to start.',
      facts: { only: only.join(', ') || undefined, without: without.join(', ') || undefined },
      fix: 'select at least one listener that the configuration does not switch off.',
    });
  }
  return { leftOut, warnings };
}

function choose(
  plans: readonly ListenerPlan[],
  terms: readonly string[],
  option: string,
  problems: Problems,
): Set<number> {
  const chosen = new Set<number>();
  for (const term of terms) {
    const tag = term.startsWith(TAG) ? term.slice(TAG.length) : undefined;
    const matching = plans.filter(({ name, options }) =>
      tag === undefined ? name === term : options.tags.includes(tag),
    );
    if (matching.length === 0) reportUnknown(plans, term, option, problems);
    for (const { index } of matching) chosen.add(index);
  }
  return chosen;
}

function reportUnknown(plans: readonly ListenerPlan[], term: string, option: string, problems: Problems): void {
  const tags = [...new Set(plans.flatMap(({ options }) => options.tags))].sort().map((tag) => TAG + tag);
  const names = plans.map(({ name }) => name);
  const isTag = term.startsWith(TAG);
  problems.add('INVALID_SELECTION', {
    what: `${option} ${term}: no listener ${isTag ? 'has that tag' : 'has that name'}.${didYouMean(term, [...names, ...tags])}`,
    facts: { listeners: names.join(', ') || 'none', tags: tags.join(', ') || 'none' },
    fix: 'name listeners of this application, or tags as tag:<tag>.',
  });
}
