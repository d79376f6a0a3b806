import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { inboundMailModule, MailReader, parseMail } from '@daemonry/modules/email_inbound_imap';
import { Clock, ListenerLogger } from 'daemonry';

import { mailText } from './support/givenInbox';
import { endMailApplications, givenMailApplication } from './support/givenMailApplication';

class StrangeReader extends MailReader {
  protected override threadEntry(): string {
    return join(__dirname, 'entries/strangeThread.cjs');
  }
}

const readers: MailReader[] = [];

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.dispose()));
  await endMailApplications();
});

async function givenReader() {
  const app = await givenMailApplication([inboundMailModule()], {});
  const reader = new StrangeReader(app.container.get(Clock), app.container.get(ListenerLogger));
  readers.push(reader);
  return { app, read: (said: string) => reader.read(Buffer.from(said)) };
}

describe('A mail that is read in a thread of its own', () => {
  it('comes back as the thread has parsed it', async () => {
    const { read } = await givenReader();

    expect(await Promise.all([read('one'), read('two')])).toMatchObject([{ subject: 'one' }, { subject: 'two' }]);
    expect(await read('refuse')).toMatchObject({ defect: { reason: 'it cannot be parsed: no mail' } });
  });

  it.each([
    ['throws', 'throw', 'the parser broke'],
    ['needs too much memory', 'fill', 'memory'],
    ['ends the thread', 'leave', 'the thread has ended'],
  ])('has a defect when it %s, and the next one is read', async (_what, said, reason) => {
    const { read } = await givenReader();

    const mails = await Promise.all([read(said), read('next')]);

    expect(mails).toMatchObject([
      { defect: { status: 'filtered_malformed', reason: expect.stringContaining(reason) as string } },
      { subject: 'next' },
    ]);
  });

  it('has a defect when it takes longer than ten seconds, and the next one is read', async () => {
    const { app, read } = await givenReader();

    const mails = Promise.all([read('hang'), read('next')]);
    await app.clock.advance('10s');

    expect(await mails).toMatchObject([
      { defect: { reason: 'it cannot be parsed: Error: it takes longer than 10s' } },
      { subject: 'next' },
    ]);
  });

  it('is read also after the thread has died between two mails', async () => {
    const { read } = await givenReader();
    expect(await read('late')).toMatchObject({ subject: 'late' });
    // The thread dies in its own time.
    await new Promise((resolve) => void setTimeout(resolve, 500));

    expect(await read('next')).toMatchObject({ subject: 'next' });
  });

  it('may be as strange as it likes', async () => {
    const args = [
      '-C',
      'daemonry-source',
      '-r',
      'ts-node/register/transpile-only',
      'modules/test/entries/mailReader.ts',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: resolve(__dirname, '../..') });

    const told = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; defect?: string });
    expect(told.map(({ name, defect }) => [name, defect])).toEqual([
      ['blank', 'it has more lines than a mail of its size can have'],
      ['addresses', expect.stringContaining('header size')],
      ['deep', undefined],
      ['lines', undefined],
      ['plain', undefined],
    ]);
    // A process of its own, which compiles the module, and parses mails of megabytes.
  }, 60_000);
});

describe('The text of a mail', () => {
  const alternative = (plain: string, html: string): string =>
    mailText(
      { 'Content-Type': 'multipart/alternative; boundary=b' },
      `--b\r\nContent-Type: text/plain\r\n\r\n${plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n--b--\r\n`,
    );
  const textOf = async (source: string): Promise<string> => (await parseMail(Buffer.from(source))).text.trim();

  it.each(['', ' \r\n\t\r\n', '\u00a0'])('is that of the HTML where the plain text is empty: %j', async (plain) => {
    const text = await textOf(alternative(plain, '<p>please open a ticket</p><script>x</script>'));

    expect(text).toBe('please open a ticket');
  });

  it('is the plain text where there is one, and empty where nothing is', async () => {
    expect(await textOf(alternative('plain', '<p>HTML</p>'))).toBe('plain');
    expect(await textOf(alternative('', '<p> </p>'))).toBe('');
  });

  it('is none where the mail consists of line breaks', async () => {
    const mail = await parseMail(Buffer.from(mailText({}, '\r\n'.repeat(2_500_000))));

    expect(mail.defect).toEqual({
      status: 'filtered_malformed',
      reason: 'it has more lines than a mail of its size can have',
    });
  });
});
