export type ModelCallErrorCode = 'provider_failed' | 'provider_rate_limited' | 'provider_timeout';

/** A call of a model that came to nothing. It never leaves the engine: it becomes an answer. */
export class ModelCallError extends Error {
  constructor(
    readonly code: ModelCallErrorCode,
    /** One sentence without a full stop; may quote the provider. */
    reason: string,
    cause?: unknown,
  ) {
    super(reason, { cause });
    this.name = 'ModelCallError';
  }
}
