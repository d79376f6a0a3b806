import type { PlannedValue } from '../../contracts/BootPlan';
import { table } from '../../planning/table';

/** The effective values with their origins, sorted by path; the default ones are told apart by their origin. */
export function configText(values: readonly PlannedValue[]): string {
  const sorted = [...values].sort((a, b) => (a.path < b.path ? -1 : 1));
  return table(sorted.map(({ path, value, origin }) => [path, valueText(value), `(${origin})`])).join('\n');
}

const valueText = (value: unknown): string =>
  typeof value === 'string' && value !== '' ? value : (JSON.stringify(value) ?? 'none');
