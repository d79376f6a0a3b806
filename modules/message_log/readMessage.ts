import { boolean, choice, type DetailsOf, optional, text } from '../shared/fields';
import { isObject } from '../shared/isObject';
import { readFields } from '../shared/readFields';
import { readStamp } from '../shared/readStamp';
import { ROUTES } from '../shared/routes';
import { CHANNELS, DIRECTIONS, type LoggedMessage, MAKERS, type Message, MESSAGE_STATUSES } from './LoggedMessage';

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

/** What is logged of a message. @throws TypeError that says what is wrong */
export function readContent(message: Message): DetailsOf<typeof FIELDS> {
  return readFields(FIELDS, { ...message, cut: message.text.length > TEXT_MAX });
}

/** A message as it stands in the log. @throws TypeError that says what is wrong */
export function readLoggedMessage(value: unknown): LoggedMessage {
  if (!isObject(value)) throw new TypeError('it must be an object');
  const { sequence, at, ...message } = value;
  return { ...readStamp({ sequence, at }), ...readFields(FIELDS, message) };
}
