import type { AuditDetails } from '@daemonry/modules/audit_log';
import { Telemetry } from '@daemonry/modules/cost_telemetry';
import { MessageLog } from '@daemonry/modules/message_log';
import {
  promoteEmailIntentModule,
  promotePhrasebookModule,
  promoteProbeFixEnvelopesModule,
  promoteRouterTuningModule,
  promoteSnapshotExpandModule,
  promoteToolTrimmingModule,
} from '@daemonry/modules/promotions';

import { givenPromotions } from './givenPromotions';

export const LOOPS = {
  phrasebook: promotePhrasebookModule,
  snapshot_expand: promoteSnapshotExpandModule,
  router_tuning: promoteRouterTuningModule,
  tool_trimming: promoteToolTrimmingModule,
  probe_fix_envelopes: promoteProbeFixEnvelopesModule,
  email_intent: promoteEmailIntentModule,
};
export type Loop = keyof typeof LOOPS;
export const NAMES = Object.keys(LOOPS) as Loop[];

type Given = Awaited<ReturnType<typeof givenPromotions>>;

export const givenLoop = (loop: Loop, options: Parameters<typeof givenPromotions>[0] = {}) =>
  givenPromotions({ modules: [LOOPS[loop]()], ...options });

export const summaryOf = ({ app }: Given, loop: Loop) =>
  app.logs.filter((entry) => entry.listener === `promote_${loop}` && 'step' in entry).at(-1);

export async function givenAnswers(
  { app }: Given,
  count: number,
  change: Parameters<MessageLog['append']>[0] | object = {},
) {
  for (let sent = 0; sent < count; sent += 1) {
    await app.container.get(MessageLog).append({
      direction: 'out',
      channel: 'slack',
      route: 'slack_dm',
      counterpart: 'U1',
      status: 'sent',
      text: 'The guide is in the docs.',
      question: 'Where is the deployment guide?',
      madeBy: 'engine',
      ...change,
    });
  }
}

export async function givenCalls(
  { audit }: Given,
  count: number,
  change: Partial<AuditDetails['reasoning.tool_called']> = {},
) {
  for (let made = 0; made < count; made += 1) {
    const details = { route: 'slack_dm', tool: 'ops__open_tickets', outcome: 'ok', durationMs: 5, ...change } as const;
    await audit.append('reasoning.tool_called', details, { source: 'reasoning_engine' });
  }
}

export async function givenInvestigations(
  { audit }: Given,
  count: number,
  change: Partial<AuditDetails['probe.investigation_completed']> = {},
) {
  for (let done = 0; done < count; done += 1) {
    const details = {
      probe: 'fly',
      category: 'machine_down',
      severity: 'warning',
      correlationId: `probe:fly:${done}`,
      engine: 'answered',
      text: 'Restart the machine.',
      slack: 'sent',
      autofixRan: false,
      ...change,
    } as const;
    await audit.append('probe.investigation_completed', details, { source: 'probe_wake' });
  }
}

async function givenIntents({ audit }: Given, ...subjects: readonly string[]) {
  for (const subject of subjects) {
    await audit.append(
      'email.intent_logged',
      { subject, text: 'hello', intent: 'invoice' },
      { source: 'email_inbound_imap' },
    );
  }
}

export function givenModelCalls({ app }: Given, count: number, escalationReason?: string) {
  for (let made = 0; made < count; made += 1) {
    app.container.get(Telemetry).record({
      route: 'slack_dm',
      model: 'm',
      inputTokens: 1,
      outputTokens: 1,
      costUsd: 0,
      ...(escalationReason !== undefined && { escalationReason }),
    });
  }
}

/** For each loop, what makes exactly one proposal. */
export const OBSERVATIONS: Readonly<Record<Loop, (given: Given) => Promise<void>>> = {
  phrasebook: (given) => givenAnswers(given, 5),
  snapshot_expand: (given) => givenCalls(given, 5),
  router_tuning: async (given) => {
    givenModelCalls(given, 12);
    givenModelCalls(given, 8, 'long question');
  },
  tool_trimming: async (given) => {
    await givenCalls(given, 20);
    await givenCalls(given, 1, { route: 'mcp_tool', tool: 'ops__read_file' });
  },
  probe_fix_envelopes: (given) => givenInvestigations(given, 3),
  email_intent: (given) => givenIntents(given, 'Invoice 1 attached', 'Invoice 2 attached', 'Invoice 3 attached'),
};
