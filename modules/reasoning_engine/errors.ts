import { DaemonryError } from 'daemonry';

/** The configured provider of the reasoning engine does not exist. */
export class ReasoningProviderUnknownError extends DaemonryError {
  constructor(
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

/** The configured provider of the reasoning engine lacks what it cannot do without. */
export class ReasoningProviderUnconfiguredError extends DaemonryError {
  constructor(
    readonly provider: string,
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
