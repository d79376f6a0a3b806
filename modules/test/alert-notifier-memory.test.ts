import { denyOften, givenNotifier } from './support/givenNotifier';
import { endOperators, givenOperator, givenUnhealthy } from './support/givenOperator';
import { auditDetails, tamperDocument } from './support/readAudit';

const DISPATCHED = 'notification.dispatched';

jest.setTimeout(30_000);

afterEach(endOperators);

describe('what the alert notifier keeps:', () => {
  describe('the digest', () => {
    // A cycle every three minutes is no matter here.
    const digestMode = { settings: { mode: 'digest' }, tick: { interval: '6h' } };

    it('collects what is not critical, for one mail a day', async () => {
      const operator = await givenOperator();
      const { app, cycle, folder, pause } = await givenNotifier(operator, digestMode);
      givenUnhealthy(app, 'billing', 'orders');
      await denyOften(app);
      await pause('deploy');

      expect(await cycle()).toMatchObject({ slack: 1, queued: 3 });
      expect(await cycle()).toMatchObject({ slack: 0, queued: 0 });
      givenUnhealthy(app, 'orders');
      await app.clock.advance('23h');
      expect(operator.mails).toEqual([]);

      await app.clock.advance('2h');
      expect(operator.mails).toHaveLength(1);
      const { source = '' } = operator.mails[0] ?? {};
      expect(source).toContain('Subject: WARNING: 3 alerts since the last digest.');
      const text = source.replaceAll('=\r\n', '').replaceAll('\r\n', ' ');
      expect(text).toMatch(/warning: billing is unhealthy\..* over by now.*warning: orders.*info: More than 10 calls/s);
      expect((await auditDetails(folder, DISPATCHED))[1]).toMatchObject({
        kind: 'digest',
        channel: 'email',
        status: 'ok',
      });

      await app.clock.advance('24h');
      expect(operator.mails).toHaveLength(1);
    });

    it('is kept when it cannot be sent: the run fails, and the next one sends it', async () => {
      const operator = await givenOperator({ mailRefusals: [{ status: 550, text: 'no such user' }] });
      const { app, cycle, folder } = await givenNotifier(operator, digestMode);
      givenUnhealthy(app, 'billing');
      await cycle();

      expect(await app.tick('alert_notifier', 'digest_flush')).toMatchObject({
        outcome: 'failed',
        error: { code: 'DIGEST_FAILED', message: expect.stringContaining('550') as string },
      });
      expect(await app.tick('alert_notifier', 'digest_flush')).toMatchObject({ outcome: 'succeeded' });

      expect(operator.mails).toHaveLength(2);
      expect(await auditDetails(folder, DISPATCHED)).toMatchObject([{ status: 'failed' }, { status: 'ok' }]);
    });

    it('tells all that it has collected where it goes by Slack, in as many messages as that takes', async () => {
      const operator = await givenOperator();
      const { email: _email, ...slackOnly } = operator.settings.operator;
      const settings = { ...operator.settings, operator: slackOnly as typeof operator.settings.operator };
      const { app, cycle, folder } = await givenNotifier({ ...operator, settings }, digestMode);
      const names = Array.from({ length: 60 }, (_each, index) => `service ${index + 10}`);
      givenUnhealthy(app, ...names);
      await cycle();

      await app.tick('alert_notifier', 'digest_flush');

      const posts = operator.posts().map(String);
      expect(posts.length).toBeGreaterThan(1);
      expect(posts.every((post) => post.length <= 3_500)).toBe(true);
      expect(names.filter((name) => !posts.join('\n').includes(`${name} is unhealthy.`))).toEqual([]);
      expect(await auditDetails(folder, DISPATCHED)).toMatchObject([
        { kind: 'digest', channel: 'slack', status: 'ok' },
      ]);
    });

    it('survives a restart', async () => {
      const operator = await givenOperator();
      const first = await givenNotifier(operator, digestMode);
      givenUnhealthy(first.app, 'billing');
      await first.cycle();
      await first.app.stop();

      const { app } = await givenNotifier(operator, { ...digestMode, folder: first.folder });
      await app.tick('alert_notifier', 'digest_flush');

      expect(operator.mails).toHaveLength(1);
    });
  });

  it('holds when a cycle and a flush come at the same time', async () => {
    const operator = await givenOperator();
    const first = await givenNotifier(operator, { settings: { mode: 'digest' } });
    givenUnhealthy(first.app, 'billing');
    await first.cycle();
    await first.app.stop();

    const { app } = await givenNotifier(operator, { settings: { mode: 'digest' }, folder: first.folder });
    givenUnhealthy(app, 'orders');
    await Promise.all([app.tick('alert_notifier', 'digest_flush'), app.tick('alert_notifier', 'tick')]);
    await app.tick('alert_notifier', 'digest_flush');

    expect(operator.mails.filter(({ source }) => source.includes('billing'))).toHaveLength(1);
    expect(operator.mails.filter(({ source }) => source.includes('orders'))).toHaveLength(1);
  });

  describe('a restart', () => {
    it('announces nothing again that still stands, and keeps cooldowns', async () => {
      const operator = await givenOperator();
      const first = await givenNotifier(operator);
      givenUnhealthy(first.app, 'billing');
      await first.cycle();
      await first.app.stop();

      const second = await givenNotifier(operator, { folder: first.folder });
      givenUnhealthy(second.app, 'billing', 'orders');

      expect(await second.cycle()).toMatchObject({ active: 2, fresh: 1, deferred: 1, slack: 0 });
      await second.app.clock.advance('33m');
      expect(operator.posts()).toEqual([
        expect.stringContaining('billing is unhealthy'),
        expect.stringContaining('orders is unhealthy'),
      ]);
    });

    it('on a state that is not valid announces nothing: the run fails and names the table', async () => {
      const operator = await givenOperator();
      const first = await givenNotifier(operator);
      givenUnhealthy(first.app, 'billing');
      await first.cycle();
      await tamperDocument(first.app, 'alert_notifier', '{"announced": 3}');
      await first.app.stop();

      const { app } = await givenNotifier(operator, { folder: first.folder });
      givenUnhealthy(app, 'billing', 'orders');

      expect(await app.tick('alert_notifier', 'tick')).toMatchObject({
        outcome: 'failed',
        error: {
          code: 'STATE_DOCUMENT_INVALID',
          message: expect.stringContaining('alert_notifier_document') as string,
        },
      });
      expect(operator.posts()).toHaveLength(1);
    });
  });
});
