import type { ExploredRun } from '../../src/testing/explore/ExploredRun';
import * as schedule from './scheduleProperties';
import * as start from './startProperties';
import * as stop from './stopProperties';

/** Everything that has to hold of a coordinator and a scheduler, whatever happens. */
const ENGINE_PROPERTIES: Readonly<Record<string, (run: ExploredRun) => void>> = {
  ...start,
  ...stop,
  ...schedule,
};

export function everythingHolds(run: ExploredRun): void {
  for (const property of Object.values(ENGINE_PROPERTIES)) property(run);
}
