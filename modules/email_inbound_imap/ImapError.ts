import { DaemonryError } from 'daemonry';

export type ImapStep = 'connect' | 'fetch' | 'mark_seen' | 'close';

/** A step of reading the mailbox failed. */
export class ImapError extends DaemonryError {
  constructor(
    readonly step: ImapStep,
    /** What the server or the connection said, without credentials. */
    readonly reason: string,
  ) {
    super('IMAP_FAILED', {
      what: `The mailbox could not be read: ${step} failed.`,
      facts: { reason },
      fix: 'check the network and the settings under `email_inbound_imap`.',
    });
  }
}
