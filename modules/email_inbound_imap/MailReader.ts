import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { Clock, ListenerLogger, withDeadline, describeError } from 'daemonry';
import { injectable } from 'inversify';

import type { MailThreadAnswer } from './mailThread';
import { malformedMail, parseMail } from './parseMail';
import type { ReceivedMail } from './ReceivedMail';

const LIMIT = '10s';
const LARGEST_HEAP_MB = 256;

/**
 * Reads mails of strangers in a thread of its own, one after the other: one that takes long to parse holds up nothing else, and
 * is given up after ten seconds. The thread begins with the first mail.
 */
@injectable()
export class MailReader {
  #thread: Worker | undefined;
  #isTold = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  /** Like `parseMail`; a mail that takes too long, or too much memory, has a `defect`. @throws PackageMissingError */
  read(source: Buffer): Promise<ReceivedMail> {
    const reading = this.#last.then(() => this.#read(source));
    this.#last = reading.catch(() => undefined);
    return reading;
  }

  /** Ends the thread. */
  async dispose(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  /** The file of the thread; `undefined` where it is not, as in a bundle, or where these sources are run as they are. */
  protected threadEntry(): string | undefined {
    const entry = join(__dirname, 'mailThread.js');
    return existsSync(entry) ? entry : undefined;
  }

  async #read(source: Buffer): Promise<ReceivedMail> {
    const entry = this.threadEntry();
    if (entry === undefined) {
      if (!this.#isTold && !__filename.endsWith('.ts'))
        this.log.warn('Mails are parsed in the main thread: the file mailThread.js is not there');
      this.#isTold = true;
      return parseMail(source);
    }
    const thread = (this.#thread ??= this.#start(entry));
    try {
      const expired = (): Error => new Error(`it takes longer than ${LIMIT}`);
      const answer = await withDeadline(LIMIT, (signal) => ask(thread, source, signal), { clock: this.clock, expired });
      if ('mail' in answer) return answer.mail;
      return malformedMail(`it cannot be parsed: ${answer.error}`);
    } catch (error) {
      await this.dispose();
      return malformedMail(`it cannot be parsed: ${describeError(error)}`);
    } finally {
      thread.unref();
    }
  }

  #start(entry: string): Worker {
    const thread = new Worker(entry, { resourceLimits: { maxOldGenerationSizeMb: LARGEST_HEAP_MB }, stdin: false });
    // Without a listener, an error of the thread between two mails would end the process.
    thread.on('error', () => undefined);
    // The next mail would wait in vain for one that has died, and be taken for one that cannot be parsed.
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
    });
    return thread;
  }
}

async function ask(thread: Worker, source: Buffer, signal: AbortSignal): Promise<MailThreadAnswer> {
  thread.ref();
  const over = new AbortController();
  const limits = { signal: AbortSignal.any([signal, over.signal]) };
  // `once` rejects with what ends the thread: an error that nobody caught, or the end of its memory.
  const answered = once(thread, 'message', limits) as Promise<[MailThreadAnswer]>;
  const ended = once(thread, 'exit', limits).then(() => {
    throw new Error('the thread has ended');
  });
  thread.postMessage(source);
  try {
    const [answer] = await Promise.race([answered, ended]);
    return answer;
  } finally {
    over.abort();
    await Promise.allSettled([answered, ended]);
  }
}
