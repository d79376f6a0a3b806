export interface MailSender {
  readonly name: string;
  /** As it is written in the mail; empty when it cannot be read. */
  readonly address: string;
}

/** A mail as it came in, as far as deciding about it needs. Everything in it was written by somebody else. */
export interface ReceivedMail {
  /** The value of every `From` header, as it is written. */
  readonly fromHeaders: readonly string[];
  /** Every address of every one of them. */
  readonly from: readonly MailSender[];
  /** The addresses of `To` and `Cc`. */
  readonly recipients: readonly string[];
  /** The envelope's sender, as the receiving server noted it: empty for a bounce. Absent when it noted none. */
  readonly returnPath?: string;
  /** The values of the `Authentication-Results` headers, the topmost (the newest) first. */
  readonly authenticationResults: readonly string[];
  readonly messageId?: string;
  readonly subject: string;
  /** Plain text; of a mail in HTML, its text. */
  readonly text: string;
  /** Why this mail is refused whoever sent it. */
  readonly defect?: MailDefect;
}

export interface MailDefect {
  readonly status: 'filtered_oversized' | 'filtered_malformed';
  readonly reason: string;
}
