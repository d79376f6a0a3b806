import { DaemonryError } from 'daemonry';

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
