import { type Fields, isObject } from '../shared/fields';

/** A message of a person to the application. */
export interface SlackQuestion {
  readonly eventId: string;
  readonly user: string;
  readonly channel: string;
  readonly text: string;
  /** The thread to answer in. */
  readonly threadTs?: string;
}

/** For what comes from a file. */
export function isSlackQuestion(value: unknown): value is SlackQuestion {
  const { eventId, user, channel, text: said, threadTs } = fields(value);
  return [eventId, user, channel, said, threadTs ?? ''].every((each) => typeof each === 'string');
}

export type SlackEvent =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'question'; readonly question: SlackQuestion }
  /** Nothing to do: an event of another kind, or the application's own message. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed' };

const fields = (value: unknown): Fields => (isObject(value) ? value : {});
const text = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= max ? value : undefined;

/**
 * Reads the body of a call of Slack's Events API: direct messages and mentions are questions.
 * Source: https://api.slack.com/apis/events-api
 */
export function readSlackEvent(body: Buffer): SlackEvent {
  let parsed: Fields;
  try {
    parsed = fields(JSON.parse(body.toString('utf8')));
  } catch {
    return { kind: 'malformed' };
  }
  if (parsed['type'] === 'url_verification') {
    const challenge = text(parsed['challenge'], 1_000);
    return challenge === undefined ? { kind: 'malformed' } : { kind: 'challenge', challenge };
  }
  if (parsed['type'] !== 'event_callback') return { kind: 'other' };
  const event = fields(parsed['event']);
  const isAsked = event['type'] === 'app_mention' || (event['type'] === 'message' && event['channel_type'] === 'im');
  // Answering a message of a bot, which may be this application, could go on for ever.
  if (!isAsked || event['subtype'] !== undefined || event['bot_id'] !== undefined) return { kind: 'other' };
  return readQuestion(parsed, event);
}

function readQuestion(parsed: Fields, event: Fields): SlackEvent {
  const eventId = text(parsed['event_id'], 100);
  const user = text(event['user'], 100);
  const channel = text(event['channel'], 100);
  const said = text(event['text'], 40_000);
  if (eventId === undefined || user === undefined || channel === undefined || said === undefined) {
    return { kind: 'malformed' };
  }
  const threadTs = text(event['thread_ts'], 50);
  const mentionless = said.replace(/<@[A-Z0-9]{1,50}>/g, '').trim();
  const question = { eventId, user, channel, text: mentionless, ...(threadTs === undefined ? {} : { threadTs }) };
  return mentionless === '' ? { kind: 'other' } : { kind: 'question', question };
}
