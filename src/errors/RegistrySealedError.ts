import { DaemonryError } from './DaemonryError';

/** Thrown by `register` once the plan is made. */
export class RegistrySealedError extends DaemonryError {
  constructor(readonly listenerName: string) {
    super('REGISTRY_SEALED', {
      what: `"${listenerName}" came too late: the plan is made and the registry is sealed.`,
      fix: 'give every listener to createApplication, or bind it in a module that is given to it.',
    });
  }
}
