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
  /** The errors of an `AggregateError`, at most ten, without the one that is the `cause`. */
  readonly errors?: readonly SerializedError[];
  /** The number of errors of an `AggregateError` that are not in `errors`, if there are more. */
  readonly errorsLeftOut?: number;
  /** Its stack, for logs. Not enumerable, so it is not part of the JSON. */
  readonly stack?: string;
}
