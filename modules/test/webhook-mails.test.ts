import { createHmac } from 'node:crypto';

import { StateDatabase } from 'daemonry';

import { call } from './support/call';
import { endWebhooks, fromMail, givenFolder, givenWebhooks, MAIL, MAIL_SECRET, SECONDS } from './support/givenWebhooks';
import { readRows } from './support/readAudit';

afterEach(endWebhooks);

const REPLAYED = { status: 409, body: { error: { code: 'EMAIL_REPLAYED' } } };
const DAY_AND_HOUR = '25h';

const fromTimedMail = (url: string, time: number | string, mail = MAIL, secret = MAIL_SECRET) =>
  call(`${url}/api/webhooks/email/inbound`, {
    method: 'POST',
    body: mail,
    headers: {
      'content-type': 'message/rfc822',
      'x-webhook-timestamp': String(time),
      'x-webhook-signature': createHmac('sha256', secret).update(`${time}.${mail}`).digest('hex'),
    },
  });

describe('A mail that is signed without a time', () => {
  it('is taken once, however long ago that was', async () => {
    const { app, url } = await givenWebhooks();

    expect(await fromMail(url, MAIL)).toMatchObject({ status: 200 });
    await app.clock.advance(DAY_AND_HOUR);
    expect(await fromMail(url, MAIL)).toMatchObject(REPLAYED);
    await app.clock.advance('400d');
    expect(await fromMail(url, MAIL)).toMatchObject(REPLAYED);
  });

  it('is taken once, also after restarts', async () => {
    const folder = await givenFolder();
    const first = await givenWebhooks({ folder });
    expect(await fromMail(first.url, MAIL)).toMatchObject({ status: 200 });
    await first.app.stop();

    const second = await givenWebhooks({ folder });
    expect(await fromMail(second.url, MAIL)).toMatchObject(REPLAYED);
    expect(await fromMail(second.url, `${MAIL}2`)).toMatchObject({ status: 200 });
    await second.app.stop();

    const third = await givenWebhooks({ folder });
    expect(await fromMail(third.url, `${MAIL}2`)).toMatchObject(REPLAYED);
    expect(await readRows(folder, 'webhooks_mails')).toHaveLength(2);
  });

  it('is forgotten with the secret that signed it', async () => {
    const folder = await givenFolder();
    const first = await givenWebhooks({ folder });
    await fromMail(first.url, MAIL);
    await first.app.stop();

    const other = await givenWebhooks({ folder, webhooks: { emailSecret: 'another-secret' } });

    expect(await fromMail(other.url, MAIL)).toMatchObject({ status: 401 });
    const signature = createHmac('sha256', 'another-secret').update(MAIL).digest('hex');
    expect(await fromMail(other.url, MAIL, signature)).toMatchObject({ status: 200 });
  });

  it('is not taken while nothing can be stored, and its sender may try again', async () => {
    const { app, url } = await givenWebhooks();
    await fromMail(url, MAIL);
    const state = app.container.get(StateDatabase);
    await state.run('PRAGMA query_only = ON');
    expect(await fromMail(url, `${MAIL}2`)).toMatchObject({ status: 503 });
    await state.run('PRAGMA query_only = OFF');

    expect(await fromMail(url, `${MAIL}2`)).toMatchObject({ status: 200 });
    expect(await fromMail(url, `${MAIL}2`)).toMatchObject(REPLAYED);
  });
});

describe('A mail that is signed with its time', () => {
  it('is taken once, and not at all when its time is over', async () => {
    const { app, url } = await givenWebhooks();

    expect(await fromTimedMail(url, SECONDS)).toMatchObject({ status: 200 });
    expect(await fromTimedMail(url, SECONDS)).toMatchObject(REPLAYED);
    await app.clock.advance('6m');
    expect(await fromTimedMail(url, SECONDS)).toMatchObject({
      status: 408,
      body: { error: { code: 'EMAIL_TIMESTAMP_TOO_OLD' } },
    });
    await app.clock.advance(DAY_AND_HOUR);
    expect(await fromTimedMail(url, SECONDS)).toMatchObject({ status: 408 });
  });

  it.each([
    ['no number', 'now', MAIL_SECRET, 401, 'EMAIL_TIMESTAMP_MALFORMED'],
    ['none', '', MAIL_SECRET, 401, 'EMAIL_TIMESTAMP_MALFORMED'],
    ['of the future', SECONDS + 301, MAIL_SECRET, 408, 'EMAIL_TIMESTAMP_TOO_OLD'],
    ['signed by somebody else', SECONDS, 'another-secret', 401, 'EMAIL_SIGNATURE_MISMATCH'],
  ])('is refused when the time is %s', async (_what, time, secret, status, code) => {
    const { url } = await givenWebhooks();

    expect(await fromTimedMail(url, time, MAIL, secret)).toMatchObject({ status, body: { error: { code } } });
  });

  it('is refused when only its body is signed', async () => {
    const { url } = await givenWebhooks();
    const signature = createHmac('sha256', MAIL_SECRET).update(MAIL).digest('hex');
    const headers = { 'content-type': 'message/rfc822', 'x-webhook-timestamp': String(SECONDS) };

    const answer = await call(`${url}/api/webhooks/email/inbound`, {
      method: 'POST',
      body: MAIL,
      headers: { ...headers, 'x-webhook-signature': signature },
    });

    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'EMAIL_SIGNATURE_MISMATCH' } } });
  });
});
