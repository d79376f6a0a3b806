import { INBOUND_STATUSES } from '../audit_log/auditEvents';
import { type Route, ROUTES } from '../audit_log/routes';
import { boolean, choice, type DetailsOf, optional, text, readFields } from '../shared/fields';

export const DIRECTIONS = ['in', 'out'] as const;
export const CHANNELS = ['slack', 'email'] as const;
const MESSAGE_STATUSES = [...INBOUND_STATUSES, 'sent', 'failed'] as const;
const MAKERS = ['engine', 'snapshot', 'fallback', 'notifier', 'person'] as const;

/** Incoming or outgoing. */
export type MessageDirection = (typeof DIRECTIONS)[number];
/** The channel of a message. */
export type MessageChannel = (typeof CHANNELS)[number];
/** How a message was handled. */
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];
/** The part of the application that wrote an outgoing message. */
export type MessageMaker = (typeof MAKERS)[number];

/** A message to log. */
export interface Message {
  /** Incoming or outgoing. */
  readonly direction: MessageDirection;
  /** The channel that carried it. */
  readonly channel: MessageChannel;
  /** The reason of the message. */
  readonly route: Route;
  /** The sender of an incoming message, or the receiver of an outgoing one. */
  readonly counterpart: string;
  /** How it was handled. */
  readonly status: MessageStatus;
  /** The subject of a mail. */
  readonly subject?: string | undefined;
  /** Cut at 2048 characters. */
  readonly text: string;
  /** The id that the channel gave it. */
  readonly messageId?: string | undefined;
  /** For an answer: the message that it answers. */
  readonly question?: string | undefined;
  /** For an outgoing message: the part of the application that wrote it. */
  readonly madeBy?: MessageMaker | undefined;
  /** Why it was not handled, or not sent. */
  readonly reason?: string | undefined;
}

/** A message as it stands in the log. */
export interface LoggedMessage extends Message {
  /** Larger than that of every message before it, also across restarts. */
  readonly sequence: number;
  /** ISO text. */
  readonly at: string;
  /** The text was longer than what is kept. */
  readonly cut: boolean;
}

/** More of a message's text is not kept. */
const TEXT_MAX = 2_048;

const FIELDS = {
  direction: choice(...DIRECTIONS),
  channel: choice(...CHANNELS),
  route: choice(...ROUTES),
  counterpart: text(256),
  status: choice(...MESSAGE_STATUSES),
  subject: optional(text(512)),
  text: text(TEXT_MAX),
  cut: boolean,
  messageId: optional(text(512)),
  question: optional(text(TEXT_MAX)),
  madeBy: optional(choice(...MAKERS)),
  reason: optional(text()),
};

/** The fields of a message that are logged. @throws TypeError that says what is wrong */
export function readContent(message: Message): DetailsOf<typeof FIELDS> {
  return readFields(FIELDS, { ...message, cut: message.text.length > TEXT_MAX });
}

/** A message as it stands in the log; `content` is JSON. @throws Error that says what is wrong */
export function readLoggedMessage(stamp: Pick<LoggedMessage, 'sequence' | 'at'>, content: string): LoggedMessage {
  return { ...stamp, ...readFields(FIELDS, JSON.parse(content)) };
}
