import { DaemonryError } from 'daemonry';

/** The web module is loaded, and fastify, which it serves with, is not installed. */
export class WebServerMissingError extends DaemonryError {
  constructor(cause: unknown) {
    super('WEB_SERVER_MISSING', {
      what: 'The web module needs the package "fastify", which is not installed.',
      fix: 'install it (npm install fastify@5), or leave webModule() out.',
      cause,
    });
  }
}
