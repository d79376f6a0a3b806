import type { Storm } from './Journal';
import { judge } from './judge';
import { figuresOf } from './measures';
import type { Played, Scenario } from './scenarios/Scenario';
import { StormCluster } from './StormCluster';

/** Plays a storm, and judges it. The folder with its journals is kept when a promise is broken. */
export async function playScenario(scenario: Scenario): Promise<Played> {
  const cluster = await StormCluster.create(scenario.options);
  try {
    await scenario.play(cluster);
    const storm = await cluster.finish();
    const own = scenario.check?.(storm) ?? [];
    const violations = [...judge(storm), ...own.map((text) => ({ rule: 'this storm' as const, text }))];
    if (violations.length === 0) cluster.remove();
    return { storm, violations, folder: cluster.folder };
  } catch (error) {
    await cluster.abort();
    throw new Error(`${scenario.name} could not be played; its journals are in ${cluster.folder}`, { cause: error });
  }
}

/** A row of the table: the storm in words, and its figures. */
export function rowOf({ title }: Scenario, { storm, violations }: Played): Record<string, string> {
  const { started, records, gapMs, lateMedianMs, lateMaxMs, takeOverMs, handOverMs, delayMs } = figuresOf(storm);
  const seconds = (ms: number | undefined): string => (ms === undefined ? '' : `${(ms / 1_000).toFixed(1)} s`);
  return {
    storm: title,
    started: String(started),
    records: wordsOf(records),
    'longest gap': seconds(gapMs),
    'late, median / max': `${lateMedianMs.toFixed(0)} / ${lateMaxMs.toFixed(0)} ms`,
    'take-over': seconds(takeOverMs),
    'hand-over': seconds(handOverMs),
    'loop delay': `${delayMs.toFixed(0)} ms`,
    broken: String(violations.length),
  };
}

const wordsOf = (records: Readonly<Record<string, number>>): string =>
  Object.entries(records)
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ');

/** The table in Markdown. */
export function tableOf(rows: readonly Readonly<Record<string, string>>[], storms: readonly Storm[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const heads = Object.keys(first);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const leases = [...new Set(storms.map(({ leaseMs }) => `${leaseMs / 1_000} s`))].join(', ');
  return [
    `Lease ${leases}.`,
    '',
    line(heads),
    line(heads.map(() => '---')),
    ...rows.map((row) => line(heads.map((head) => row[head] ?? ''))),
  ].join('\n');
}
