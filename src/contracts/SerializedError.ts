/** An error as plain JSON, as it appears in status, run records, events and reports. */
export interface SerializedError {
  /** The error's name, such as `TypeError`. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** Its code, such as `ECONNREFUSED`, if it has one. */
  readonly code?: string;
  /** The error that caused it, if there is one; at most eight levels deep. */
  readonly cause?: SerializedError;
  /** Its stack, for logs. Not enumerable, so it is not part of the JSON. */
  readonly stack?: string;
}
