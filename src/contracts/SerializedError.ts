/** An error as plain JSON: in status, records, events and reports. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly cause?: SerializedError;
  /** For logs only: not enumerable, and so no part of the JSON. */
  readonly stack?: string;
}
