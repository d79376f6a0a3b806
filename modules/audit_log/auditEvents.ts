import { boolean, choice, headers, number, optional, text, texts } from '../shared/fields';
import { ROUTES } from './routes';
import { type AuditDetailsOf, AuditEventTypes } from './AuditEventTypes';

/**
 * The details of every event type that the program knows. A module adds its own types by merging:
 * `declare module '@daemonry/modules/audit_log' { interface AuditDetails extends AuditDetailsOf<typeof ORDER_EVENTS> {} }`.
 */
export interface AuditDetails extends AuditDetailsOf<typeof COMMON_EVENTS> {}

/** The names of the event types, such as `probe.wake_requested`. */
export type AuditEventType = keyof AuditDetails;

/** One event of the log. Its `type` tells the type of its `details`. */
export type AuditEvent<T extends AuditEventType = AuditEventType> = {
  [K in T]: {
    /** Larger than that of every event before it, also across restarts. */
    readonly sequence: number;
    /** When it was appended, as ISO text. */
    readonly at: string;
    /** The name of its type. */
    readonly type: K;
    /** The listener or the service that appended it. */
    readonly source: string;
    /** The fields that its type declares. */
    readonly details: AuditDetails[K];
  };
}[T];

/** How urgent an alert or a finding is. */
export type Severity = (typeof SEVERITIES)[number];
/** How a received message was handled. */
export type InboundStatus = (typeof INBOUND_STATUSES)[number];

/** Every severity, the most urgent first. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** Every {@link InboundStatus}. */
export const INBOUND_STATUSES = [
  'received',
  'filtered_paused',
  'filtered_stopped',
  'filtered_oversized',
  'filtered_malformed',
  'filtered_non_allowlist',
  'filtered_wrong_recipient',
  'filtered_spoofing',
  'filtered_identity',
  'handler_error',
] as const;

const name = text(256);
const severity = choice(...SEVERITIES);
const route = choice(...ROUTES);
const engine = choice('answered', 'fallback');
const posted = choice('sent', 'failed', 'unavailable');
const act = {
  action: name,
  by: name,
  kind: name,
  listener: optional(name),
  task: optional(name),
  reason: optional(text()),
  until: optional(name),
  key: optional(name),
  value: optional(name),
  tickId: optional(text()),
  unreached: optional(texts()),
};

/**
 * The event types that several modules append or read, without knowing each other. They are bound together with the audit log;
 * modules bind further ones.
 */
export const COMMON_EVENTS = new AuditEventTypes({
  'probe.wake_requested': {
    probe: name,
    category: name,
    severity,
    summary: text(),
    envelopeEnabled: boolean,
    envelopeFixName: optional(name),
  },
  'probe.investigation_completed': {
    probe: name,
    category: name,
    severity,
    correlationId: name,
    engine,
    fallbackReason: optional(text()),
    text: text(),
    slack: posted,
    error: optional(text()),
    autofixRan: boolean,
  },
  'notification.dispatched': {
    alertIds: texts(),
    category: name,
    severity,
    channel: choice('slack', 'email'),
    kind: choice('single', 'burst', 'digest'),
    status: choice('ok', 'failed'),
    title: text(512),
    detail: text(),
    error: optional(text()),
  },
  'alert.investigation_completed': {
    alertId: name,
    category: name,
    severity,
    correlationId: name,
    engine,
    fallbackReason: optional(text()),
    text: text(),
    slack: posted,
    error: optional(text()),
  },
  'webhook.dead_letter': { webhook: choice('slack', 'email'), reason: text(), status: number, headers },
  'capability.denied': {
    surface: choice('mcp', 'mcp_consumption', 'reasoning_engine', 'promotions', 'webhooks'),
    caller: name,
    capability: name,
    reason: text(),
  },
  'reasoning.tool_called': {
    route,
    tool: name,
    outcome: choice('ok', 'error'),
    durationMs: number,
    error: optional(text()),
  },
  'reasoning.refused': { route, code: name },
  'slack.reply_failed': { channel: name, error: text() },
  'email.received': {
    from: name,
    messageId: optional(text(512)),
    status: choice(...INBOUND_STATUSES),
    reason: optional(text()),
  },
  'email.intent_logged': { messageId: optional(text(512)), subject: text(512), text: text(), intent: name },
  'operator.acted': act,
  'operator.refused': { ...act, code: name, error: text() },
  'model_override.applied': { route, model: name, by: name, reason: text() },
});
