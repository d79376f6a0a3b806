import { type Fields, isObject } from '../shared/isObject';
import { readFields } from '../shared/readFields';
import { readStamp } from '../shared/readStamp';
import type { AuditDetails, AuditEvent, AuditEventType } from './AuditEvent';
import { AUDIT_EVENTS } from './auditEvents';

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
