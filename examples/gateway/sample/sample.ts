import type { AuditDetails } from '@daemonry/modules/audit_log';
import type { TelemetryRecord } from '@daemonry/modules/cost_telemetry';
import type { Message } from '@daemonry/modules/message_log';

/** Sample messages and events for the gateway, so that each of the promotion loops finds something. */

const answer = (question: string, text: string): Message => ({
  direction: 'out',
  channel: 'slack',
  route: 'slack_dm',
  counterpart: 'U000SAMPLE',
  status: 'sent',
  question,
  text,
  madeBy: 'engine',
});

const GUIDE = 'The stocktaking guide is in the wiki, under "Warehouse, every quarter".';

/** The same question again and again, and one of its own. */
export const MESSAGES: readonly Message[] = [
  answer('Where is the stocktaking guide?', GUIDE),
  answer('where is the stocktaking guide', GUIDE),
  answer('Where is the stocktaking guide please?', GUIDE),
  answer('Where is the stocktaking guide?', GUIDE),
  answer('Where is the stocktaking guide?', GUIDE),
  answer('Which list was rejected this morning?', 'returns.csv, because of line 3.'),
];

const toolCall = (
  route: AuditDetails['reasoning.tool_called']['route'],
  tool: string,
): AuditDetails['reasoning.tool_called'] => ({ route, tool, outcome: 'ok', durationMs: 40 });

/** One tool is asked again and again, and one route never needs what another needs. */
export const TOOL_CALLS: readonly AuditDetails['reasoning.tool_called'][] = [
  ...Array.from({ length: 20 }, () => toolCall('slack_dm', 'stock__articles_below_minimum')),
  ...Array.from({ length: 3 }, () => toolCall('mcp_tool', 'stock__export_list')),
];

/** One machine goes down every few days, and the advice is the same each time. */
export const INVESTIGATIONS: readonly AuditDetails['probe.investigation_completed'][] = ['1', '2', '3'].map((day) => ({
  probe: 'fly',
  category: 'machine_down',
  severity: 'warning',
  correlationId: `sample-${day}`,
  engine: 'answered',
  text: 'One machine of two is stopped. Restart it; the other one serves meanwhile.',
  slack: 'sent',
  autofixRan: false,
}));

/** Mails of one intent, with subjects that are alike. */
export const INTENTS: readonly AuditDetails['email.intent_logged'][] = ['17', '18', '19'].map((week) => ({
  subject: `Delivery note of week ${week}`,
  text: 'Please find the delivery note attached.',
  intent: 'file_delivery_note',
}));

/** Half of the calls went to the strong model. */
export const MODEL_CALLS: readonly TelemetryRecord[] = Array.from({ length: 24 }, (_, call) => ({
  route: 'email_inbound',
  model: call % 2 === 0 ? 'sample-small' : 'sample-strong',
  inputTokens: 900,
  outputTokens: 150,
  costUsd: call % 2 === 0 ? 0.001 : 0.01,
  ...(call % 2 === 0 ? {} : { escalationReason: 'long mail' }),
}));
