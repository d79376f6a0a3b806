import { type Availability, Available } from 'daemonry';
import { injectable } from 'inversify';

import { Alerts } from '../alerts/Alerts';
import { Snapshot } from '../snapshot/Snapshot';
import { currentSnapshot } from './LocalProvider';
import { NO_INPUT, type ReasoningTool, ReasoningTools } from './ReasoningTools';

/** Lets the model read the snapshot. */
@injectable()
export class SnapshotTools extends ReasoningTools {
  constructor(@Available(Snapshot) private readonly snapshot: Availability<Snapshot>) {
    super();
  }

  async list(): Promise<readonly ReasoningTool[]> {
    return [
      {
        name: 'read_snapshot',
        description:
          'The latest snapshot of the application, as JSON: its state, its listeners and their tasks, its process, what was ' +
          'probed, and what is wrong. `computedAt` says of when it is.',
        inputSchema: NO_INPUT,
        call: async () => {
          const snapshot = await currentSnapshot(this.snapshot);
          return snapshot.ok ? JSON.stringify(snapshot.document) : snapshot.text;
        },
      },
    ];
  }
}

/** Lets the model read the alerts. */
@injectable()
export class AlertTools extends ReasoningTools {
  constructor(private readonly alerts: Alerts) {
    super();
  }

  async list(): Promise<readonly ReasoningTool[]> {
    return [
      {
        name: 'list_alerts',
        description:
          'What is wrong at present, as a JSON list of alerts, the most severe first. Empty when all is well.',
        inputSchema: NO_INPUT,
        call: async () => JSON.stringify(await this.alerts.active()),
      },
    ];
  }
}
