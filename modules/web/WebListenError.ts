import { DaemonryError } from 'daemonry';

/** The HTTP server could not listen on its address. */
export class WebListenError extends DaemonryError<'WEB_ADDRESS_IN_USE' | 'WEB_ADDRESS_UNUSABLE'> {
  constructor(
    readonly host: string,
    readonly port: number,
    cause: Error,
  ) {
    const taken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    super(taken ? 'WEB_ADDRESS_IN_USE' : 'WEB_ADDRESS_UNUSABLE', {
      what: taken
        ? `Port ${port} on ${host} is taken: something listens there already.`
        : `The web server cannot listen on ${host}, port ${port}.`,
      facts: {
        address: `${host}:${port}`,
        settings: 'web.host, web.port',
        environment: 'DAEMONRY__WEB__HOST, DAEMONRY__WEB__PORT',
        cause: cause.message,
      },
      fix: taken
        ? 'stop what listens there, or choose another port: DAEMONRY__WEB__PORT=0 takes any free one.'
        : 'set an address of this machine, and a port that this user may open (above 1023).',
      cause,
    });
  }
}
