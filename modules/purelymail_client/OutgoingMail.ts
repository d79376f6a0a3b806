export interface MailAttachment {
  /** A name, not a path. */
  readonly filename: string;
  readonly content: string | Uint8Array;
  /** Default: guessed from the name. */
  readonly contentType?: string;
}

export interface OutgoingMail {
  /** A bare address. Default: `operator.agentEmail`, else `purelymail.user`. */
  readonly from?: string;
  /** Bare addresses, without display names. */
  readonly to: string | readonly string[];
  readonly cc?: string | readonly string[];
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  readonly attachments?: readonly MailAttachment[];
  /** The Message-ID of the mail that this one answers, with its angle brackets. */
  readonly inReplyTo?: string;
  readonly signal?: AbortSignal;
}

/** What became of a mail. A mail that could not be sent is a result, not an exception. */
export type MailResult =
  | {
      readonly status: 'sent';
      readonly messageId: string;
      /** Recipients that the server refused while it took the others. */
      readonly rejected: readonly string[];
    }
  | {
      readonly status: 'failed';
      /** The server's three digits (`550`), or what broke on the way there (`ESOCKET`, `ETIMEDOUT`, `EAUTH` …). */
      readonly code: string;
      readonly reason: string;
    };

/** A mail that may go out as it is. */
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
