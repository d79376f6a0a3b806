import { type Fields, isObject } from '../shared/fields';

/** A message of a person to the application. */
export interface SlackQuestion {
  readonly eventId: string;
  readonly user: string;
  readonly channel: string;
  /** Slack's id of the message within its channel. */
  readonly ts?: string;
  /** The words of the person, without the mention of the application. */
  readonly text: string;
  /** The thread to answer in. */
  readonly threadTs?: string;
}

/** The sender of an event. */
export interface SlackCaller {
  readonly user: string;
  /** The workspace in which the event happened. */
  readonly team: string | undefined;
  /** Every workspace that the event names, that of the user included. */
  readonly teams: readonly string[];
  /** True if strangers are in the channel, and the event does not say of which workspace the user is. */
  readonly mayBeForeign: boolean;
}

/** The question in a row of the state database; `undefined` where the row was made none from outside. */
export function readStoredQuestion(content: string): SlackQuestion | undefined {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return undefined;
  }
  const { eventId, user, channel, ts, text: said, threadTs } = fields(value);
  const isQuestion = [eventId, user, channel, said, ts ?? '', threadTs ?? ''].every((each) => typeof each === 'string');
  return isQuestion ? (value as SlackQuestion) : undefined;
}

export type SlackEvent =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'question'; readonly question: SlackQuestion; readonly caller: SlackCaller }
  /** Nothing to do: an event of another kind, or the application's own message. */
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed' };

const fields = (value: unknown): Fields => (isObject(value) ? value : {});
const text = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= max ? value : undefined;

const LONGEST_ID = 100;
/** Messages of people that are new; all others tell of a change, or come from a program. */
const SUBTYPES = new Set<unknown>([undefined, 'file_share', 'thread_broadcast', 'me_message']);

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
  if (!isAsked || !SUBTYPES.has(event['subtype']) || (event['bot_id'] ?? undefined) !== undefined) {
    return { kind: 'other' };
  }
  return readQuestion(parsed, event);
}

function readQuestion(parsed: Fields, event: Fields): SlackEvent {
  // A file without a word.
  if (event['text'] === '') return { kind: 'other' };
  const eventId = text(parsed['event_id'], LONGEST_ID);
  const user = text(event['user'], LONGEST_ID);
  const channel = text(event['channel'], LONGEST_ID);
  const said = text(event['text'], 40_000);
  if (eventId === undefined || user === undefined || channel === undefined || said === undefined) {
    return { kind: 'malformed' };
  }
  const [ts, threadTs] = [text(event['ts'], 50), text(event['thread_ts'], 50)];
  const question = {
    eventId,
    user,
    channel,
    text: plainText(said, applicationIn(parsed)).trim(),
    ...(ts === undefined ? {} : { ts }),
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  return question.text === ''
    ? { kind: 'other' }
    : { kind: 'question', question, caller: callerOf(user, parsed, event) };
}

function callerOf(user: string, parsed: Fields, event: Fields): SlackCaller {
  const team = text(parsed['team_id'], LONGEST_ID);
  const named = [event['team'], event['user_team'], event['source_team'], fields(event['user_profile'])['team']];
  const ofUser = named.flatMap((each) => text(each, LONGEST_ID) ?? []);
  const mayBeForeign = parsed['is_ext_shared_channel'] === true && ofUser.length === 0;
  return { user, team, teams: [...new Set(team === undefined ? ofUser : [team, ...ofUser])], mayBeForeign };
}

/** The users that the application is mentioned as; `undefined` where the event does not say. */
function applicationIn({ authorizations }: Fields): ReadonlySet<string> | undefined {
  if (!Array.isArray(authorizations)) return undefined;
  const users = authorizations.flatMap((each) => text(fields(each)['user_id'], LONGEST_ID) ?? []);
  return users.length === 0 ? undefined : new Set(users);
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

/**
 * The words that a person wrote: Slack escapes three characters, and puts mentions and links between angle brackets. Mentions
 * of the application are left out; those of others, and links, become what is shown of them.
 * Source: https://api.slack.com/reference/surfaces/formatting
 */
function plainText(said: string, application: ReadonlySet<string> | undefined): string {
  return said
    .replace(/<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g, (_whole, sign: string, target: string, label?: string) => {
      if (sign === '@' && (application?.has(target) ?? true)) return '';
      return shownOf(sign, target, label === '' ? undefined : label);
    })
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function shownOf(sign: string, target: string, label: string | undefined): string {
  switch (sign) {
    case '@':
    case '#':
      return `${sign}${label ?? target}`;
    case '!':
      return label ?? `@${target}`;
    default:
      return label === undefined || target.endsWith(label) ? target.replace(/^mailto:/, '') : `${label} (${target})`;
  }
}
