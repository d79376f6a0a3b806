import { parseArgs } from 'node:util';

import { playScenario, rowOf, tableOf } from './playScenario';
import { PROCESS_STORMS } from './scenarios/processes';
import type { Played, Scenario } from './scenarios/Scenario';
import { SCHEDULE_STORMS } from './scenarios/schedules';
import { STORE_STORMS } from './scenarios/stores';
import { buildMember } from './StormCluster';

// npm run storm [-- <scenario>… --short --at-once 2]: real processes and a real redis-server; prints a row for each storm.

const SCENARIOS: readonly Scenario[] = [...PROCESS_STORMS, ...STORE_STORMS, ...SCHEDULE_STORMS];

async function main(): Promise<void> {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean' }, 'at-once': { type: 'string', default: '2' } },
  });
  const unknown = names.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new Error(`there is no ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  }
  const chosen = SCENARIOS.filter((scenario) =>
    names.length > 0 ? names.includes(scenario.name) : values.short !== true || scenario.short === true,
  );
  await buildMember();

  const waiting = [...chosen];
  const rows: Record<string, string>[] = [];
  const played: Played[] = [];
  let failed = false;
  const playNext = async (): Promise<void> => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      try {
        const result = await playScenario(scenario);
        const row = rowOf(scenario, result);
        played.push(result);
        rows.push(row);
        console.log(
          Object.entries(row)
            .flatMap(([head, cell]) => (cell === '' ? [] : [`${head}: ${cell}`]))
            .join(' · '),
        );
        failed ||= result.violations.length > 0;
        tell(scenario, result);
      } catch (error) {
        failed = true;
        console.log(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values['at-once'])) }, playNext));
  console.log(
    `\n${tableOf(
      rows,
      played.map(({ storm }) => storm),
    )}`,
  );
  process.exitCode = failed ? 1 : 0;
}

function tell({ name }: Scenario, { violations, folder }: Played): void {
  if (violations.length === 0) return;
  for (const { rule, text } of violations.slice(0, 30)) console.log(`  ${rule}: ${text}`);
  if (violations.length > 30) console.log(`  … and ${violations.length - 30} more`);
  console.log(`  journals: ${folder}; again: npm run storm -- ${name}`);
}

void main();
