import { createHmac } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { codeOf } from 'daemonry';
import { injectable } from 'inversify';

import { StateFileError, writeAtomically } from '../shared/files';
import { DataSettings } from '../shared/settings';
import { WebhookSettings } from './WebhookSettings';

const MOST = 500_000;
const MARK_LENGTH = 22;
const MARK = /^[\w-]{22}$/;

/**
 * Which mails were handled that are signed without a time: such a call is valid as long as its secret, so every one of them is
 * remembered until the secret is another, also after a restart.
 */
@injectable()
export class HandledMails {
  readonly #path: string;
  #marks: Promise<Set<string>> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    data: DataSettings,
    private readonly settings: WebhookSettings,
  ) {
    this.#path = join(data.directory, 'webhooks', 'mails.txt');
  }

  /** True if a mail with that fingerprint was handled. @throws StateFileError */
  async has(fingerprint: string): Promise<boolean> {
    return (await this.#open()).has(markOf(fingerprint));
  }

  /** True if no more can be remembered: then only calls that are signed with their time can be taken. @throws StateFileError */
  async isFull(): Promise<boolean> {
    return (await this.#open()).size >= MOST;
  }

  /** Resolves once it is remembered, also when the power fails. @throws StateFileError; an error of writing */
  async add(fingerprint: string): Promise<void> {
    const marks = await this.#open();
    const mark = markOf(fingerprint);
    const added = this.#last.then(() => appendFile(this.#path, `${mark}\n`, { mode: 0o600, flush: true }));
    this.#last = added.catch(() => undefined);
    await added;
    marks.add(mark);
  }

  #open(): Promise<Set<string>> {
    const opened = (this.#marks ??= this.#read());
    opened.catch(() => (this.#marks = undefined));
    return opened;
  }

  async #read(): Promise<Set<string>> {
    const key = markOf(
      createHmac('sha256', this.settings.emailSecret ?? '')
        .update('mails')
        .digest('hex'),
    );
    const [first, ...lines] = ((await textOf(this.#path)) ?? '').split('\n');
    // A death of the process can leave the beginning of a last line: the mail was then not answered for.
    const torn = lines.pop() ?? '';
    if (first === key && !lines.every((line) => MARK.test(line))) {
      throw new StateFileError(this.#path, new TypeError('a line of it is no fingerprint'));
    }
    if (first === key && torn === '') return new Set(lines);
    const kept = first === key ? lines : [];
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await writeAtomically(this.#path, `${[key, ...kept].join('\n')}\n`, { writer: 'webhooks' });
    return new Set(kept);
  }
}

/** 132 bits of a fingerprint. */
const markOf = (fingerprint: string): string =>
  Buffer.from(fingerprint, 'hex').toString('base64url').slice(0, MARK_LENGTH);

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new StateFileError(path, error);
  }
}
