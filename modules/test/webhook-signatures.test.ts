import { verifyMail, verifySlack } from '../webhooks/verify';

// Slack's own example, whose signature `openssl dgst -sha256 -hmac <secret>` computes as well.
// Source: https://api.slack.com/authentication/verifying-requests-from-slack
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const TIMESTAMP = '1531420618';
const BODY = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
    '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
    '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
    '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
);
const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';

const given = { timestamp: TIMESTAMP, signature: SIGNATURE, body: BODY };
const rule = { secret: SECRET, now: Number(TIMESTAMP) * 1_000, toleranceMs: 300_000 };

describe("a signature of Slack's", () => {
  it('is believed when it is the one that openssl computes', () => {
    expect(verifySlack(given, rule)).toEqual({ ok: true, fingerprint: SIGNATURE.slice(3) });
  });

  it.each([
    ['no secret is configured', {}, { secret: undefined }, 'secret_unset', 401],
    ['it is missing', { signature: undefined }, {}, 'signature_missing', 401],
    ['its time is missing', { timestamp: undefined }, {}, 'timestamp_missing', 401],
    ['its time is no number', { timestamp: 'soon' }, {}, 'timestamp_malformed', 401],
    ['its time is negative', { timestamp: '-1' }, {}, 'timestamp_malformed', 401],
    ['its time is a fraction', { timestamp: '1531420618.5' }, {}, 'timestamp_malformed', 401],
    ['it is older than the tolerance', {}, { now: rule.now + 300_001 }, 'timestamp_too_old', 408],
    ['it is further in the future than the tolerance', {}, { now: rule.now - 300_001 }, 'timestamp_too_old', 408],
    ['its scheme is another', { signature: SIGNATURE.replace('v0=', 'v1=') }, {}, 'signature_bad_scheme', 401],
    ['it has no scheme', { signature: SIGNATURE.slice(3) }, {}, 'signature_bad_scheme', 401],
    ['one digit differs', { signature: SIGNATURE.replace(/3$/, '4') }, {}, 'signature_mismatch', 401],
    ['it is cut short', { signature: SIGNATURE.slice(0, -1) }, {}, 'signature_mismatch', 401],
    ['the body differs', { body: Buffer.concat([BODY, Buffer.from(' ')]) }, {}, 'signature_mismatch', 401],
    ['the secret differs', {}, { secret: `${SECRET}x` }, 'signature_mismatch', 401],
    ['its time is that of another call', { timestamp: '1531420619' }, {}, 'signature_mismatch', 401],
  ])('is refused when %s', (_title, call, changed, fault, status) => {
    expect(verifySlack({ ...given, ...call }, { ...rule, ...changed })).toEqual({ ok: false, fault, status });
  });

  it('is believed up to the tolerance, to either side', () => {
    expect(verifySlack(given, { ...rule, now: rule.now + 300_000 }).ok).toBe(true);
    expect(verifySlack(given, { ...rule, now: rule.now - 300_000 }).ok).toBe(true);
  });
});

describe('a signature of a mail', () => {
  const mail = Buffer.from('From: a@example.com\r\n\r\nhello\r\n');
  // printf 'From: a@example.com\r\n\r\nhello\r\n' | openssl dgst -sha256 -hmac mail-secret-0123
  const hmac = '491b9a0a8c588b8a77a56827eb52f0db2fb71c39f9ba34c855b03c43686deeb9';
  const secret = 'mail-secret-0123';

  it.each([hmac, `sha256=${hmac}`, hmac.toUpperCase()])('is believed as openssl computes it: %s', (signature) => {
    expect(verifyMail(signature, mail, secret)).toEqual({ ok: true, fingerprint: hmac });
  });

  it.each([
    ['no secret is configured', hmac, undefined, 'secret_unset'],
    ['it is missing', undefined, secret, 'signature_missing'],
    ['its scheme is another', `md5=${hmac}`, secret, 'signature_bad_scheme'],
    ['it is cut short', hmac.slice(1), secret, 'signature_bad_scheme'],
    ['one digit differs', hmac.replace(/9$/, '8'), secret, 'signature_mismatch'],
    ['the secret differs', hmac, 'another-secret', 'signature_mismatch'],
  ])('is refused when %s', (_title, signature, given, fault) => {
    expect(verifyMail(signature, mail, given)).toEqual({ ok: false, fault, status: 401 });
  });
});
