/** A sender named in a `From` header. */
export interface MailSender {
  /** Display name; empty without one. */
  readonly name: string;
  /** Address as it stands in the mail; empty when it cannot be read. */
  readonly address: string;
}

/** The parts of an incoming mail that are needed to decide about it. All of it was written by strangers. */
export interface ReceivedMail {
  /** Values of all `From` headers, as they stand in the mail. */
  readonly fromHeaders: readonly string[];
  /** All addresses of all `From` headers. */
  readonly from: readonly MailSender[];
  /** The addresses of `To` and `Cc`. */
  readonly recipients: readonly string[];
  /** The envelope's sender as recorded by the receiving server; empty for a bounce, absent without a record. */
  readonly returnPath?: string;
  /** The values of the `Authentication-Results` headers as they stand in the mail, the topmost (the newest) first. */
  readonly authenticationResults: readonly string[];
  /** With angle brackets; absent without one. */
  readonly messageId?: string;
  /** One line; empty without one. */
  readonly subject: string;
  /** Plain text; for a mail in HTML, the text of it. */
  readonly text: string;
  /** Reason to refuse this mail whoever sent it. */
  readonly defect?: MailDefect;
}

/** A defect that makes a mail unreadable. */
export interface MailDefect {
  /** Too large, or not a proper mail. */
  readonly status: 'filtered_oversized' | 'filtered_malformed';
  /** In words. */
  readonly reason: string;
}
