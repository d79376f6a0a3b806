import { injectable } from 'inversify';

import { Alerts } from '../alerts/Alerts';
import { NO_INPUT, type ReasoningTool, ReasoningTools } from './ReasoningTools';

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
