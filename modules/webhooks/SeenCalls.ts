import { Clock, durationMs, ListenerLogger, type SqlStatements, StateDatabase, StateTables } from 'daemonry';
import { injectable } from 'inversify';

import { readStoredQuestion, type SlackQuestion } from './slackEvent';
import { WebhookSettings } from './WebhookSettings';

const KEPT = 2_000;
const KEPT_MS = 24 * 3_600_000;

/** Tables of the calls that were handled, and of the questions that are open. */
export const CALL_TABLES = new StateTables('webhooks', [
  {
    sql: `
      CREATE TABLE webhooks_calls (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL) STRICT;
      CREATE INDEX webhooks_calls_by_time ON webhooks_calls (at);
      CREATE TABLE webhooks_questions (number INTEGER PRIMARY KEY, event_id TEXT NOT NULL, content TEXT NOT NULL) STRICT;`,
  },
]);

/** Result of taking a question: `known` if another call told of it before, `full` if there is no room for more questions. */
export type Taking = 'taken' | 'replayed' | 'known' | 'full';

/** Which calls were handled, and which questions are open, also after a restart: those whose time is not over, and the newest 2000 of a day. */
@injectable()
export class SeenCalls {
  constructor(
    private readonly state: StateDatabase,
    private readonly settings: WebhookSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  /** @throws StateError */
  async has(fingerprint: string): Promise<boolean> {
    return isSeen(this.state, fingerprint);
  }

  /** Notes that a call is handled. @throws StateError */
  async add(fingerprint: string): Promise<void> {
    await this.state.transaction((statements) => this.#note(statements, fingerprint));
  }

  /** Takes a question in one step: once this resolves with `taken`, the death of the process does not lose it. @throws StateError */
  async take(fingerprint: string, question: SlackQuestion): Promise<Taking> {
    return this.state.transaction(async (statements) => {
      if (await isSeen(statements, fingerprint)) return 'replayed';
      const keys = keysOf(question);
      for (const key of keys) {
        if (!(await isSeen(statements, key))) continue;
        await this.#note(statements, fingerprint);
        return 'known';
      }
      const open = await statements.get<{ n: number }>('SELECT count(*) AS n FROM webhooks_questions');
      if ((open?.n ?? 0) >= this.settings.maxPending) return 'full';
      await this.#note(statements, fingerprint, ...keys);
      await statements.run('INSERT INTO webhooks_questions (event_id, content) VALUES (?, ?)', [
        sqlKey(question.eventId),
        JSON.stringify(question),
      ]);
      return 'taken';
    });
  }

  /** Nothing is left to do for the question. @throws StateError */
  async settle({ eventId }: SlackQuestion): Promise<void> {
    await this.state.run('DELETE FROM webhooks_questions WHERE event_id = ?', [sqlKey(eventId)]);
  }

  /** The questions that the process before left open, in the order in which they came. @throws StateError */
  async open(): Promise<readonly SlackQuestion[]> {
    const rows = await this.state.all<{ content: string }>('SELECT content FROM webhooks_questions ORDER BY number');
    const questions = rows.flatMap(({ content }) => readStoredQuestion(content) ?? []);
    const count = rows.length - questions.length;
    if (count > 0) this.log.warn('Rows of webhooks_questions are no questions, and are passed over', { count });
    return questions;
  }

  async #note(statements: SqlStatements, ...keys: readonly string[]): Promise<void> {
    const now = Math.floor(this.clock.now());
    for (const key of keys) {
      await statements.run('INSERT OR REPLACE INTO webhooks_calls (key, at) VALUES (?, ?)', [sqlKey(key), now]);
    }
    await statements.run('DELETE FROM webhooks_calls WHERE at <= ?', [now - KEPT_MS]);
    // A signature of the future is believed up to the tolerance, and then as long again.
    await statements.run(
      'DELETE FROM webhooks_calls WHERE at < ? AND number <= ' +
        `(SELECT number FROM webhooks_calls ORDER BY number DESC LIMIT 1 OFFSET ${KEPT})`,
      [now - 2 * durationMs(this.settings.tolerance)],
    );
  }
}

/** Slack may tell of one message in several events, such as a mention in a direct message. */
const keysOf = ({ eventId, channel, ts }: SlackQuestion): readonly string[] =>
  ts === undefined ? [eventId] : [eventId, `${channel}:${ts}`];

/** A text that comes from outside, without what a text of the database cannot hold. */
const sqlKey = (text: string): string => JSON.stringify(text);

async function isSeen(statements: SqlStatements, key: string): Promise<boolean> {
  return (await statements.get('SELECT 1 FROM webhooks_calls WHERE key = ?', [sqlKey(key)])) !== undefined;
}
