import { parentPort } from 'node:worker_threads';

import { describeError } from 'daemonry';

import { parseMail } from './parseMail';
import type { ReceivedMail } from './ReceivedMail';

/** The answer of the thread to one mail. */
export type MailThreadAnswer = { readonly mail: ReceivedMail } | { readonly error: string };

// The entry of the thread that MailReader starts.
parentPort?.on('message', (source: Uint8Array) => {
  const answer = (said: MailThreadAnswer): void => parentPort?.postMessage(said);
  parseMail(Buffer.from(source.buffer, source.byteOffset, source.byteLength)).then(
    (mail) => answer({ mail }),
    (error: unknown) => answer({ error: describeError(error) }),
  );
});
