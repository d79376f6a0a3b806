import { createHmac } from 'node:crypto';

import { StateDatabase, StateTables } from 'daemonry';
import { injectable } from 'inversify';

import { WebhookSettings } from './WebhookSettings';

const MOST = 500_000;
const MARK_LENGTH = 22;

/** Tables of the mails that were handled. */
export const MAIL_TABLES = new StateTables('webhooks_mails', [
  {
    sql: `
      CREATE TABLE webhooks_mails (mark TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
      CREATE TABLE webhooks_mails_secret (only INTEGER PRIMARY KEY CHECK (only = 1), mark TEXT NOT NULL) STRICT;`,
  },
]);

/**
 * Which mails were handled that are signed without a time: such a call is valid as long as its secret, so every one of them is
 * remembered until the secret is another, also after a restart.
 */
@injectable()
export class HandledMails {
  #size: Promise<number> | undefined;

  constructor(
    private readonly state: StateDatabase,
    private readonly settings: WebhookSettings,
  ) {}

  /** True if a mail with that fingerprint was handled. @throws StateError */
  async has(fingerprint: string): Promise<boolean> {
    await this.#opened();
    const row = await this.state.get('SELECT 1 FROM webhooks_mails WHERE mark = ?', [markOf(fingerprint)]);
    return row !== undefined;
  }

  /** True if no more can be remembered: then only calls that are signed with their time can be taken. @throws StateError */
  async isFull(): Promise<boolean> {
    return (await this.#opened()) >= MOST;
  }

  /** Resolves once it is remembered, also when the power fails. @throws StateError */
  async add(fingerprint: string): Promise<void> {
    await this.#opened();
    const { changes } = await this.state.run('INSERT OR IGNORE INTO webhooks_mails (mark) VALUES (?)', [
      markOf(fingerprint),
    ]);
    this.#size = this.#opened().then((size) => size + changes);
    // Writes what is committed through to the disk.
    await this.state.get('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** Resolves with the number of mails that are remembered. */
  #opened(): Promise<number> {
    const opened = (this.#size ??= this.#open());
    opened.catch(() => (this.#size = undefined));
    return opened;
  }

  /** Forgets all that were signed with another secret. */
  async #open(): Promise<number> {
    const mark = markOf(
      createHmac('sha256', this.settings.emailSecret ?? '')
        .update('mails')
        .digest('hex'),
    );
    return this.state.transaction(async (statements) => {
      const secret = await statements.get<{ mark: string }>('SELECT mark FROM webhooks_mails_secret');
      if (secret?.mark !== mark) {
        await statements.run('DELETE FROM webhooks_mails');
        await statements.run('INSERT OR REPLACE INTO webhooks_mails_secret (only, mark) VALUES (1, ?)', [mark]);
      }
      return (await statements.get<{ n: number }>('SELECT count(*) AS n FROM webhooks_mails'))?.n ?? 0;
    });
  }
}

/** 132 bits of a fingerprint. */
const markOf = (fingerprint: string): string =>
  Buffer.from(fingerprint, 'hex').toString('base64url').slice(0, MARK_LENGTH);
