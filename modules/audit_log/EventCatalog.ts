import { type FieldTable, type Fields, readFields } from '../shared/fields';
import { parseJson } from '../shared/text';
import type { AuditDetails, AuditEvent, AuditEventType } from './auditEvents';
import type { AuditEventTypes } from './AuditEventTypes';
import type { AuditRow } from './chain';
import { AuditEventTypeTakenError } from './errors';

const SOURCE_MAX = 100;
/** Neither NUL, which a text of the database cannot hold, nor half a surrogate pair, which it would change. */
const NO_TEXT = /[\0\p{Surrogate}]/u;
const DETAILS_MAX = 262_144;

/** An event before it has its place in the log. */
export interface AuditContent {
  readonly type: AuditEventType;
  readonly source: string;
  readonly details: AuditDetails[AuditEventType];
  /** The details as JSON. */
  readonly json: string;
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

  /** Type, source and details as they may be logged: without what `redact` removes. @throws TypeError that says what is wrong */
  readContent({ type, source, details }: Fields, redact: (text: string) => string): AuditContent {
    const fields = this.#fields.get(type as string);
    if (fields === undefined) throw new TypeError('its type is unknown');
    const checked = readFields(fields, details, redact);
    const json = JSON.stringify(checked);
    if (json.length > DETAILS_MAX) throw new TypeError(`its details take more than ${DETAILS_MAX} characters`);
    return { type, source: readSource(source), details: checked, json } as AuditContent;
  }

  /**
   * The event of a row; undefined if its type is not registered, such as one of a module that is no longer loaded.
   *
   * @throws Error that says why the row is no event.
   */
  readEvent({ sequence, at, type, source, details }: AuditRow): AuditEvent | undefined {
    const fields = this.#fields.get(type);
    if (fields === undefined) return undefined;
    const read = readFields(fields, parseJson(details, 'its details are not JSON'));
    return { sequence, at: new Date(at).toISOString(), type, source, details: read } as unknown as AuditEvent;
  }
}

function readSource(source: unknown): string {
  if (typeof source === 'string' && source !== '' && source.length <= SOURCE_MAX && !NO_TEXT.test(source))
    return source;
  throw new TypeError(`"source" must be a text of 1 to ${SOURCE_MAX} characters`);
}
