import { isDaemon } from '../contracts/ListenerDefinition';
import type { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import { HistoryOnDemand } from '../history/HistoryOnDemand';
import { ApplicationState, type ApplicationStateParts } from '../state/ApplicationState';
import { stateFiles } from '../state/stateFiles';
import type { PlannedFrom } from './planFrom';
import { Timeline } from './Timeline';

/** The surroundings of {@link PersistentParts}. */
interface Surroundings extends Pick<ApplicationStateParts, 'changed' | 'lost' | 'tables'> {
  readonly sessionId: string;
  readonly coordinator: () => DaemonCoordinator;
}

/** The parts of an application that outlive its process: its state, and everything of the framework that is kept in it. */
export class PersistentParts {
  readonly state: ApplicationState;
  /** Undefined for a database in memory. */
  readonly timeline: Timeline | undefined;
  /** The history, if one is to be kept. */
  readonly kept: HistoryOnDemand | undefined;

  /** Opens nothing. */
  constructor(from: PlannedFrom, { sessionId, coordinator, ...hooks }: Surroundings) {
    const { name, clock, log, events, planned } = from;
    const files = from.keepsStateInMemory ? undefined : stateFiles(planned.configuration.framework.state, name);
    this.state = new ApplicationState({ clock, log, files, isSynced: from.syncsState, ...hooks });
    const state = this.state.database;
    if (files !== undefined) {
      this.timeline = new Timeline({ application: name, sessionId, clock, events, state, log, coordinator });
    }
    this.kept = historyOf(from, this.state, sessionId);
  }
}

function historyOf({ planned, clock, events }: PlannedFrom, state: ApplicationState, sessionId: string) {
  const { history } = planned.configuration.framework;
  if (history === false) return undefined;
  const tasks = (): ReadonlyMap<string, readonly string[]> =>
    new Map(planned.definitions.map((each) => [each.name, isDaemon(each) ? each.tasks.map(({ name }) => name) : []]));
  return new HistoryOnDemand({ state, clock, sessionId, events, config: history, tasks });
}
