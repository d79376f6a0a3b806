import { codeOf, DaemonryError, messageOf } from 'daemonry';

/** The own port of the metrics could not be opened. */
export class MetricsListenError extends DaemonryError<'METRICS_ADDRESS_UNUSABLE'> {
  constructor(
    /** The host that was configured. */
    readonly host: string,
    /** The port that was configured. */
    readonly port: number,
    cause: unknown,
  ) {
    const taken = codeOf(cause) === 'EADDRINUSE';
    super('METRICS_ADDRESS_UNUSABLE', {
      what: `The metrics cannot be served on ${host}, port ${port}${taken ? ': something listens there already' : ''}.`,
      facts: { settings: 'metrics.host, metrics.port', cause: messageOf(cause) },
      fix: 'choose another port (DAEMONRY__METRICS__PORT), or leave it out: then web serves the metrics.',
      cause,
    });
  }
}

/** The metrics could not be added to the registry that was given. */
export class MetricsRegistryError extends DaemonryError<'METRICS_REGISTRY_UNUSABLE'> {
  constructor(cause: unknown) {
    super('METRICS_REGISTRY_UNUSABLE', {
      what: 'The metrics cannot be added to the registry that was given to metricsModule.',
      facts: { cause: messageOf(cause) },
      fix: 'give a Registry of prom-client that has no metrics named daemonry_… of its own, or none.',
      cause,
    });
  }
}
