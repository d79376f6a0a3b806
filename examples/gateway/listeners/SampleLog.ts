import { BackgroundDaemon, type OnStartup, type StartupContext } from 'daemonry';
import { AuditLog } from '@daemonry/modules/audit_log';
import { Telemetry } from '@daemonry/modules/cost_telemetry';
import { MessageLog } from '@daemonry/modules/message_log';

import { INTENTS, INVESTIGATIONS, MESSAGES, MODEL_CALLS, TOOL_CALLS } from '../sample/sample';

/**
 * Fills the logs of a gateway that has seen nothing yet with a sample, once: what it appends is of this moment, and so within
 * the windows of the promotion loops. A real application has no such listener.
 */
@BackgroundDaemon({
  name: 'sample_log',
  // It reads back what was counted, and would count the sample's calls away.
  wants: ['cost_telemetry'],
})
export class SampleLog implements OnStartup {
  constructor(
    private readonly audit: AuditLog,
    private readonly messages: MessageLog,
    private readonly telemetry: Telemetry,
  ) {}

  async startup({ log, signal, disable }: StartupContext): Promise<void> {
    if (await this.#isFilled(signal)) {
      disable('the message log is not empty');
      return;
    }
    const source = 'sample_log';
    for (const details of TOOL_CALLS) await this.audit.append('reasoning.tool_called', details, { source });
    for (const details of INVESTIGATIONS) {
      await this.audit.append('probe.investigation_completed', details, { source });
    }
    for (const details of INTENTS) await this.audit.append('email.intent_logged', details, { source });
    for (const call of MODEL_CALLS) this.telemetry.record(call);
    // Last: they say that the sample is there.
    for (const message of MESSAGES) await this.messages.append(message);
    log.debug('Filled the logs with a sample');
  }

  async #isFilled(signal: AbortSignal): Promise<boolean> {
    return (await this.messages.latest(1, { signal })).length > 0;
  }
}
