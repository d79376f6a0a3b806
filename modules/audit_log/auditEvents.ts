import {
  type DetailsOf,
  boolean,
  choice,
  type FieldTable,
  headers,
  number,
  optional,
  text,
  texts,
  type Fields,
  isObject,
  readFields,
} from '../shared/fields';
import { ROUTES } from '../shared/routes';
import { readStamp } from '../shared/logs/LogItem';

export type AuditEventType = keyof typeof AUDIT_EVENTS;

/** What the events carry, by type. */
export type AuditDetails = { readonly [T in AuditEventType]: DetailsOf<(typeof AUDIT_EVENTS)[T]> };

/** One event of the log. Its `type` tells what `details` are. */
export type AuditEvent<T extends AuditEventType = AuditEventType> = {
  [K in T]: {
    /** Larger than that of every event before it, also across restarts. */
    readonly sequence: number;
    /** ISO text. */
    readonly at: string;
    readonly type: K;
    /** The listener or the service that appended it. */
    readonly source: string;
    readonly details: AuditDetails[K];
  };
}[T];

export type Severity = (typeof SEVERITIES)[number];
/** What became of a message that came in. */
export type InboundStatus = (typeof INBOUND_STATUSES)[number];

export const SEVERITIES = ['critical', 'warning', 'info'] as const;

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

/** Every event, and what it carries. The types are derived from this table, and what is appended and read is checked by it. */
export const AUDIT_EVENTS = {
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
  'email.send_refused': { to: texts(), reason: text() },
  'email.intent_logged': { messageId: optional(text(512)), subject: text(512), text: text(), intent: name },
  'model_override.applied': { route, model: name, by: name, reason: text() },
  'operational_state.changed': { from: name, to: name, reason: text(), by: name },
  'cost_ladder.tier_changed': { from: name, to: name, spentUsd: number, budgetUsd: number },
  'cost_ladder.budget_changed': { fromUsd: number, toUsd: number, reason: text(), by: name },
  'promotion.proposed': { loop: name, id: name, key: text(512), title: text(512), confidence: number },
  'promotion.approved': { loop: name, id: name, by: name, reason: optional(text()) },
  'promotion.rejected': { loop: name, id: name, by: name, reason: optional(text()) },
  'promotion.expired': { loop: name, id: name },
  'promotion.execution_refused': { loop: name, id: name, by: name, reason: text() },
  'audit.damaged': { segment: name, offset: number, bytes: number, reason: text() },
} as const satisfies Readonly<Record<string, FieldTable>>;

const FIELDS = ['sequence', 'at', 'type', 'source', 'details'];
const SOURCE_MAX = 100;

/** An event before it has its place in the log. */
export interface AuditContent {
  readonly type: AuditEventType;
  readonly source: string;
  readonly details: AuditDetails[AuditEventType];
}

export const isAuditEventType = (type: unknown): type is AuditEventType =>
  typeof type === 'string' && Object.hasOwn(AUDIT_EVENTS, type);

/** Type, source and details as they may be logged. @throws TypeError that says what is wrong */
export function readAuditContent({ type, source, details }: Fields): AuditContent {
  if (!isAuditEventType(type)) throw new TypeError('its type is unknown');
  if (typeof source !== 'string' || source === '' || source.length > SOURCE_MAX) {
    throw new TypeError(`"source" must be a text of 1 to ${SOURCE_MAX} characters`);
  }
  return { type, source, details: readFields(AUDIT_EVENTS[type], details) };
}

/** An event as it stands in the log. @throws TypeError that says what is wrong */
export function readAuditEvent(value: unknown): AuditEvent {
  if (!isObject(value) || !Object.keys(value).every((key) => FIELDS.includes(key))) {
    throw new TypeError(`it must be an object of ${FIELDS.join(', ')}`);
  }
  return { ...readStamp(value), ...readAuditContent(value) } as AuditEvent;
}
