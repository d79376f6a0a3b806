import { DaemonryError } from 'daemonry';

/** A mail was refused before anything went to the server. */
export class MailRefusedError extends DaemonryError {
  constructor(
    /** Why, in one sentence. */
    readonly reason: string,
    /** Its recipients, as they were given. */
    readonly to: readonly string[],
  ) {
    super('MAIL_REFUSED', {
      what: `The mail was not sent: ${reason}.`,
      facts: { to: to.join(', ') },
      fix: 'correct the mail, or the setting under `purelymail` that forbids it.',
    });
  }
}
