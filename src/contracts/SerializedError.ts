/** An error as plain JSON, as it appears in status, run records, events and reports. Its texts have at most 8,192 characters. */
export interface SerializedError {
  /** The error's name, such as `TypeError`. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** Its code, such as `ECONNREFUSED`, if it has one. */
  readonly code?: string;
  /** The error that caused it, if there is one; at most eight levels deep. Another value than an error is described in `message`. */
  readonly cause?: SerializedError;
  /**
   * The errors that it keeps beside its `cause`, at most ten: those of an `AggregateError` or a `SuppressedError`, and those that
   * libraries keep as a list, another collection or an object of errors by name, or under names such as `originalError`.
   */
  readonly errors?: readonly SerializedError[];
  /** The number of such errors that are not in `errors`, if there are more. */
  readonly errorsLeftOut?: number;
  /** Its stack, for logs. Not enumerable, so it is not part of the JSON. */
  readonly stack?: string;
}
