import type { ExploredRun } from '../../src/testing/explore/ExploredRun';
import * as schedule from './scheduleProperties';
import * as start from './startProperties';
import * as stop from './stopProperties';

/** The properties of coordinator and scheduler that hold in every run. */
const ENGINE_PROPERTIES: Readonly<Record<string, (run: ExploredRun) => void>> = {
  ...start,
  ...stop,
  ...schedule,
};

export function everythingHolds(run: ExploredRun): void {
  for (const property of Object.values(ENGINE_PROPERTIES)) property(run);
}
