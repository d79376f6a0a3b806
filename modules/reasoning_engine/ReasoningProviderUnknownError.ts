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
