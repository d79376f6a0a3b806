import type { Storm, StormFact, StormLife, StormRun, StormTask } from './Journal';

/** A run as its own process saw it, in the time of the deeds. */
export interface Execution {
  readonly life: StormLife;
  readonly run: StormRun;
  readonly began: number;
  /** When its handler settled, or its process ended. */
  readonly ended: number;
  /** True when its handler settled. */
  readonly settled: boolean;
  /** When `commit` let its effects through; of a body, which has none, without those right after its process was frozen. */
  readonly effects: readonly number[];
}

/** How long a body may act after its process was frozen, until its signal aborts: the token fences that. */
export const AWAKE_MS = 100;

export const nameOf = ({ listener, task }: StormTask): string => `${listener}.${task}`;

/** The executions of a task in all processes, in the order in which they began. */
export function executionsOf({ deeds, lives }: Storm, task: string): Execution[] {
  const isFenced = (life: StormLife, at: number): boolean =>
    task.endsWith('.run') &&
    deeds.some((deed) => deed.what === 'thaw' && deed.to === life.name && at >= deed.at && at < deed.at + AWAKE_MS);
  return lives
    .flatMap((life) =>
      life.facts.flatMap((fact) => {
        if (fact.fact !== 'began' || fact.run.task !== task) return [];
        const own = life.facts.filter((other) => 'run' in other && other.run.runId === fact.run.runId);
        const settled = own.find((other) => other.fact === 'ended')?.at;
        return [
          {
            life,
            run: fact.run,
            began: fact.at,
            ended: settled ?? life.ended,
            settled: settled !== undefined,
            effects: own.flatMap(({ fact: other, at }) => (other === 'effect' && !isFenced(life, at) ? [at] : [])),
          },
        ];
      }),
    )
    .sort((a, b) => a.began - b.began);
}

/** A span of the time of the deeds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The span in which a process kept due moments; undefined when it never did. */
export function openSpan({ facts, ended }: StormLife): Span | undefined {
  const at = (name: StormFact['fact']): number | undefined => facts.find(({ fact }) => fact === name)?.at;
  const from = at('opened');
  return from === undefined ? undefined : { from, to: at('stopping') ?? ended };
}

/** The spans from a deed to the one that ends it, for a process. */
export function spansOf({ deeds }: Storm, begins: string, ends: string, name: string): Span[] {
  const own = deeds.filter(({ to }) => to === undefined || to === name);
  return own.flatMap(({ what, at }, index) => {
    if (what !== begins) return [];
    const end = own.slice(index).find((later) => later.what === ends);
    return [{ from: at, to: end?.at ?? Infinity }];
  });
}

export const overlaps = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/** For how long the event loop of one process stood still in a span, by its own account: the process with most of it. */
export function delayIn({ lives }: Storm, { from, to }: Span): number {
  const sums = lives.map(({ facts }) =>
    facts.reduce(
      (sum, fact) => (fact.fact === 'delay' && fact.at - fact.ms < to && fact.at > from ? sum + fact.ms : sum),
      0,
    ),
  );
  return Math.max(0, ...sums);
}
