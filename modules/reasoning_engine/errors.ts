import { DaemonryError } from 'daemonry';

/** The reasoning engine is configured with a provider that does not exist. */
export class ReasoningProviderUnknownError extends DaemonryError<'REASONING_PROVIDER_UNKNOWN'> {
  constructor(
    /** The name that is configured. */
    readonly provider: string,
    known: readonly string[],
  ) {
    super('REASONING_PROVIDER_UNKNOWN', {
      what: `There is no reasoning provider named "${provider}".`,
      facts: {
        known: known.join(', '),
        setting: 'reasoning_engine.provider',
        environment: 'DAEMONRY__REASONING_ENGINE__PROVIDER',
      },
      fix: `set reasoning_engine.provider, or the environment variable DAEMONRY__REASONING_ENGINE__PROVIDER, to one of the known ones.`,
    });
  }
}

const VARIABLES = { apiKey: 'API_KEY', model: 'MODEL' } as const;

/** The configured provider of the reasoning engine lacks its key or its model. */
export class ReasoningProviderUnconfiguredError extends DaemonryError<'REASONING_PROVIDER_UNCONFIGURED'> {
  constructor(
    /** The name of the provider. */
    readonly provider: string,
    /** The setting that is missing. */
    readonly missing: keyof typeof VARIABLES,
  ) {
    const variable = `DAEMONRY__REASONING_ENGINE__${provider.toUpperCase()}__${VARIABLES[missing]}`;
    super('REASONING_PROVIDER_UNCONFIGURED', {
      what: `The reasoning provider "${provider}" cannot be used: its ${missing} is not configured.`,
      facts: { setting: `reasoning_engine.${provider}.${missing}`, environment: variable },
      fix: `set ${variable}, or set reasoning_engine.provider to local.`,
    });
  }
}

export type ModelCallErrorCode = 'provider_failed' | 'provider_rate_limited' | 'provider_timeout';

/** A call of a model failed. It never leaves the engine: it becomes a refusal. */
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
