import { type FieldTable, type Fields, isObject, readFields } from '../shared/fields';
import { readStamp } from '../shared/logs/readSegments';
import type { AuditDetails, AuditEvent, AuditEventType } from './auditEvents';
import type { AuditEventTypes } from './AuditEventTypes';
import { AuditEventTypeTakenError } from './errors';

const FIELDS = ['sequence', 'at', 'type', 'source', 'details'];
const SOURCE_MAX = 100;

/** An event before it has its place in the log. */
interface AuditContent {
  readonly type: AuditEventType;
  readonly source: string;
  readonly details: AuditDetails[AuditEventType];
}

/** The registered event types of an application: checks events when they are appended and when they are read. */
export class EventCatalog {
  readonly #fields = new Map<string, FieldTable>();

  /** @throws AuditEventTypeTakenError when two of them have a type of the same name. */
  constructor(registered: Iterable<AuditEventTypes>) {
    for (const { table } of new Set(registered)) {
      for (const [type, fields] of Object.entries(table)) {
        if (this.#fields.has(type)) throw new AuditEventTypeTakenError(type);
        this.#fields.set(type, fields);
      }
    }
  }

  /** The names of the types, in the order of their registration. */
  get types(): readonly AuditEventType[] {
    return [...this.#fields.keys()] as AuditEventType[];
  }

  has(type: unknown): type is AuditEventType {
    return this.#fields.has(type as string);
  }

  /** Type, source and details as they may be logged. @throws TypeError that says what is wrong */
  readContent({ type, source, details }: Fields): AuditContent {
    const fields = this.#fields.get(type as string);
    if (fields === undefined) throw new TypeError('its type is unknown');
    return { type, source: readSource(source), details: readFields(fields, details) } as AuditContent;
  }

  /**
   * An event as it stands in the log. The details of a type that is not registered, such as one of a module that is no
   * longer loaded, are not checked; such an event keeps its place in the log, and readers leave it out.
   *
   * @throws TypeError that says what is wrong
   */
  readEvent(value: unknown): AuditEvent {
    if (!isObject(value) || !Object.keys(value).every((key) => FIELDS.includes(key))) {
      throw new TypeError(`it must be an object of ${FIELDS.join(', ')}`);
    }
    const { type, source, details } = value;
    const stamp = readStamp(value);
    if (this.has(type) || typeof type !== 'string' || !isObject(details)) {
      return { ...stamp, ...this.readContent(value) } as AuditEvent;
    }
    return { ...stamp, type, source: readSource(source), details } as unknown as AuditEvent;
  }
}

function readSource(source: unknown): string {
  if (typeof source === 'string' && source !== '' && source.length <= SOURCE_MAX) return source;
  throw new TypeError(`"source" must be a text of 1 to ${SOURCE_MAX} characters`);
}
