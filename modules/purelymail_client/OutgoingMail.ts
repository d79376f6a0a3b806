/** A file to send with a mail. */
export interface MailAttachment {
  /** A name, not a path. */
  readonly filename: string;
  /** The text, sent as UTF-8, or the bytes. */
  readonly content: string | Uint8Array;
  /** MIME type. Default: guessed from the name. */
  readonly contentType?: string;
}

/** A mail to send. */
export interface OutgoingMail {
  /** Sender, a bare address. Default: `operator.agentEmail`, else `purelymail.user`. */
  readonly from?: string;
  /** Recipients: bare addresses, without display names. */
  readonly to: string | readonly string[];
  /** Further recipients, in the same form. */
  readonly cc?: string | readonly string[];
  /** One line, at most 900 characters. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** At most 50. @defaultValue none */
  readonly attachments?: readonly MailAttachment[];
  /** Message-ID of the mail that this one answers, with its angle brackets. */
  readonly inReplyTo?: string;
  /** Gives up sending. */
  readonly signal?: AbortSignal;
}

/** The result of sending a mail. A mail that could not be sent is a result, not an exception. */
export type MailResult =
  | {
      /** The server took it for at least one recipient. */
      readonly status: 'sent';
      /** Message-ID that the mail was sent with. */
      readonly messageId: string;
      /** Recipients that the server refused while it accepted others. */
      readonly rejected: readonly string[];
    }
  | {
      /** Every attempt failed. */
      readonly status: 'failed';
      /** Reply code of the server (`550`), or code of the failure on the way there (`ESOCKET`, `ETIMEDOUT`, `EAUTH` …). */
      readonly code: string;
      /** In words, without credentials. */
      readonly reason: string;
    };

/** A mail that obeys the rules and may be sent. */
export interface CheckedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly content: Buffer;
    readonly contentType?: string;
  }[];
  readonly inReplyTo?: string;
}
