import { DaemonryError } from './DaemonryError';

/** Thrown when no plugin gives an identity, and the file that stands in does not either. */
export class IdentityMissingError extends DaemonryError {
  constructor(
    readonly file: string,
    why: string,
    cause?: unknown,
  ) {
    super('IDENTITY_MISSING', {
      what: `The application has no identity: no plugin gives one, and the file ${why}.`,
      facts: { file },
      fix: 'write that file, name another one with plugins.identityFile, or enable a plugin that provides an identity.',
      ...(cause === undefined ? {} : { cause }),
    });
  }
}
