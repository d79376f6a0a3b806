import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AuditLog, auditLogModule } from '@daemonry/modules/audit_log';
import {
  type LoggedMessage,
  type Message,
  MessageLog,
  messageLogModule,
  type MessageScanOptions,
} from '@daemonry/modules/message_log';
import { promotionsModule } from '@daemonry/modules/promotions';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { StateDatabase } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { call } from './support/call';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

// The first test that needs the web server loads it.
jest.setTimeout(30_000);

const running: { app: TestApplication; data: string }[] = [];

afterEach(async () => {
  for (const { app, data } of running.splice(0)) {
    await app.stop();
    await rm(data, { recursive: true });
  }
});

async function givenMessageLog(modules = [messageLogModule()], values: Record<string, unknown> = {}) {
  const data = await mkdtemp(join(tmpdir(), 'messages-'));
  const app = await createTestApplication({
    now: '2030-01-01T00:00:00Z',
    modules,
    config: {
      values: {
        ...values,
        state: { directory: data },
        ...(modules.includes(webModule()) && { web: { port: 0 } }),
      },
    },
  });
  running.push({ app, data });
  await app.start();
  return { app, data, messages: app.container.get(MessageLog), state: app.container.get(StateDatabase) };
}

const message = (given: Partial<Message> = {}): Message => ({
  direction: 'in',
  channel: 'slack',
  route: 'slack_dm',
  counterpart: 'U1',
  status: 'received',
  text: 'hello',
  ...given,
});

async function scanned(messages: MessageLog, options?: MessageScanOptions): Promise<LoggedMessage[]> {
  const found: LoggedMessage[] = [];
  for await (const each of messages.scan(options)) found.push(each);
  return found;
}

describe('the message log', () => {
  it('holds what came in and went out', async () => {
    const { messages } = await givenMessageLog();

    const asked = await messages.append(message());
    const answered = await messages.append(
      message({
        direction: 'out',
        status: 'sent',
        text: 'hi',
        question: 'hello',
        madeBy: 'engine',
        subject: undefined,
      }),
    );

    expect(asked).toEqual({ ...message(), sequence: 1, at: '2030-01-01T00:00:00.000Z', cut: false });
    expect(await scanned(messages)).toEqual([asked, answered]);
  });

  it('cuts a text at 2048 characters, and says so', async () => {
    const { messages } = await givenMessageLog();

    const { text, cut } = await messages.append(message({ text: 'x'.repeat(2_049) }));

    expect(cut).toBe(true);
    expect(text).toHaveLength(2_048);
    expect(await messages.append(message({ text: 'x'.repeat(2_048) }))).toMatchObject({ cut: false });
  });

  it('gives only the messages that are asked for', async () => {
    const { app, messages } = await givenMessageLog();
    await messages.append(message({ text: 'a' }));
    await app.clock.advance('1h');
    await messages.append(message({ text: 'b', channel: 'email', route: 'email_inbound' }));
    await messages.append(message({ text: 'c', direction: 'out', status: 'failed' }));
    const texts = async (options: MessageScanOptions): Promise<string[]> =>
      (await scanned(messages, options)).map(({ text }) => text);

    expect(await texts({ since: app.clock.now() })).toEqual(['b', 'c']);
    expect(await texts({ direction: 'in' })).toEqual(['a', 'b']);
    expect(await texts({ channel: 'email' })).toEqual(['b']);
    expect(await texts({ route: 'slack_dm', direction: 'out' })).toEqual(['c']);
  });

  it('refuses what is no message', async () => {
    const { messages } = await givenMessageLog();

    await expect(messages.append(message({ status: 'lost' as never }))).rejects.toThrow('"status" must be one of');
    await expect(messages.append({ ...message(), token: 'x' } as Message)).rejects.toThrow('"token" is not a field');
    expect(await scanned(messages)).toEqual([]);
  });

  it('rejects what cannot be stored with the error of the database, and goes on once it can', async () => {
    const { messages, state } = await givenMessageLog();
    await messages.append(message({ text: 'before' }));
    await state.run('PRAGMA query_only = ON');
    await expect(messages.append(message())).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
    await state.run('PRAGMA query_only = OFF');

    expect((await messages.append(message({ text: 'after' }))).sequence).toBe(2);
    expect((await scanned(messages)).map(({ text }) => text)).toEqual(['before', 'after']);
  });

  it('keeps what it is told in memory while nothing can be stored, says so once, and stores it before the next', async () => {
    const { app, messages, state } = await givenMessageLog();
    await state.run('PRAGMA query_only = ON');
    for (const text of ['a', 'b']) await messages.tell(message({ text }));
    await messages.tell(message({ status: 'lost' as never }));
    expect(app.logs.filter(({ level }) => level === 'error').map((line) => line.message)).toEqual([
      expect.stringContaining('messages wait in memory'),
      'The message log lacks a message',
    ]);
    await state.run('PRAGMA query_only = OFF');
    await app.clock.advance('1h');
    await messages.tell(message({ text: 'c' }));

    expect((await scanned(messages)).map(({ text, at }) => `${text} ${at}`)).toEqual([
      'a 2030-01-01T00:00:00.000Z',
      'b 2030-01-01T00:00:00.000Z',
      'c 2030-01-01T01:00:00.000Z',
    ]);
    expect(app.logs).toContainEqual(expect.objectContaining({ message: 'The message log is written again', late: 2 }));
  });

  it('passes over rows that were made no messages from outside, with a warning', async () => {
    const { app, messages, state } = await givenMessageLog();
    for (const text of ['a', 'b', 'c']) await messages.append(message({ text }));
    await state.run("UPDATE message_log_messages SET content = '{}' WHERE sequence = 2");

    expect((await scanned(messages)).map(({ text }) => text)).toEqual(['a', 'c']);
    expect((await messages.latest(2)).map(({ text }) => text)).toEqual(['a', 'c']);
    expect(app.logs.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('keeps so many messages, and none that are too old', async () => {
    const { app, messages } = await givenMessageLog([messageLogModule()], {
      message_log: { keepRows: 1_000, keepFor: '1d' },
    });
    for (let index = 0; index < 1_010; index++) await messages.append(message({ text: `m${index}` }));
    expect(await scanned(messages)).toHaveLength(1_000);
    expect((await messages.latest(300)).at(0)?.text).toBe('m710');

    await app.clock.advance('2d');
    for (let index = 0; index < 2; index++) await messages.append(message({ text: `new${index}` }));

    expect((await scanned(messages)).map(({ text }) => text)).toEqual(['new0', 'new1']);
    expect((await messages.append(message())).sequence).toBe(1_013);
  });
});

describe('the routes of the logs', () => {
  async function givenRoutes() {
    const given = await givenMessageLog([webModule(), messageLogModule(), auditLogModule(), promotionsModule()]);
    const url = given.app.listeners.resolve<WebServer>('web').address?.url ?? '';
    const audit = given.app.container.get(AuditLog);
    for (const id of ['a', 'b', 'c']) {
      await audit.append('promotion.expired', { loop: 'phrasebook', id }, { source: 'test' });
    }
    await audit.append('reasoning.refused', { route: 'unknown', code: 'x' }, { source: 'test' });
    return { ...given, get: (path: string) => call(`${url}${path}`) };
  }

  it.each([
    ['/api/audit', [1, 2, 3, 4], false],
    ['/api/audit?limit=2', [3, 4], false],
    ['/api/audit?after=0&limit=2', [1, 2], true],
    ['/api/audit?after=2', [3, 4], false],
    ['/api/audit?after=999999999999999', [], false],
    ['/api/audit?types=reasoning.refused', [4], false],
    ['/api/audit?after=1&types=promotion.expired,promotion.approved', [2, 3], false],
  ])('GET %s answers with the events asked for, oldest first', async (path, sequences, more) => {
    const { get } = await givenRoutes();

    const { status, body } = await get(path);

    expect(status).toBe(200);
    expect(body).toMatchObject({ events: sequences.map((sequence) => ({ sequence })), more });
    expect((body as { events: unknown[] }).events).toHaveLength(sequences.length);
  });

  it.each([
    '/api/audit?limit=0',
    '/api/audit?limit=1001',
    '/api/audit?after=-1',
    '/api/audit?types=nothing.known',
    '/api/audit?types=toString',
    '/api/audit?since=1',
    '/api/messages?limit=x',
    '/api/messages?channel=fax',
    '/api/messages?after=1',
  ])('GET %s is refused', async (path) => {
    const { get } = await givenRoutes();

    expect(await get(path)).toMatchObject({ status: 400, body: { error: { code: expect.any(String) as string } } });
  });

  it('GET /api/messages answers with the last messages, oldest first', async () => {
    const { get, messages } = await givenRoutes();
    await messages.append(message({ text: 'a' }));
    await messages.append(message({ text: 'b', channel: 'email', route: 'email_inbound' }));
    await messages.append(message({ text: 'c', direction: 'out', status: 'sent' }));

    expect((await get('/api/messages?limit=2')).body).toMatchObject({ messages: [{ text: 'b' }, { text: 'c' }] });
    expect((await get('/api/messages?channel=slack&direction=in')).body).toMatchObject({ messages: [{ text: 'a' }] });
  });
});
