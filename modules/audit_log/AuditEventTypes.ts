import {
  boolean,
  choice,
  type DetailsOf,
  type FieldTable,
  headers,
  number,
  optional,
  text,
  texts,
} from '../shared/fields';

/** The types of events that a module appends: the name of each, and the fields of its details. */
export type AuditEventTable = Readonly<Record<string, FieldTable>>;

/**
 * Event types of a module. Make one instance and bind this class to it in the `bind` of the module:
 * `bind(AuditEventTypes).toConstantValue(ORDER_EVENTS)`. The audit log checks by it what is appended and read; merging
 * {@link AuditDetailsOf} it into `AuditDetails` makes the compiler check the same.
 */
export class AuditEventTypes<const T extends AuditEventTable = AuditEventTable> {
  /** @param table - the fields of each type, made with {@link field}. A name is registered by one module only. */
  constructor(
    /** The fields of each type, by its name. */
    readonly table: T,
  ) {}
}

/** The details of each type of `E`, to merge into `AuditDetails`. */
export type AuditDetailsOf<E extends AuditEventTypes> = {
  readonly [T in keyof E['table']]: DetailsOf<E['table'][T]>;
};

/** The kinds of fields that details can have. Values of another type are refused; texts and lists that are too long are cut. */
export const field = {
  /** `text(max = 2048)`: a text of at most `max` characters. */
  text,
  /** `texts(most = 100, max = 256)`: at most `most` texts of at most `max` characters. */
  texts,
  /** A finite number. */
  number,
  /** True or false. */
  boolean,
  /** `choice('a', 'b')`: one of these texts. */
  choice,
  /** The headers of a request. Those that carry credentials lose their value. */
  headers,
  /** `optional(field)`: a field that may be missing. */
  optional,
} as const;
