import { readSlackEvent } from '../webhooks/slackEvent';
import { json } from './support/givenReplies';
import { POSTED } from './support/givenSlack';
import {
  audited,
  endWebhooks,
  fromSlack,
  givenWebhooks,
  messages,
  question,
  SECONDS,
  until,
} from './support/givenWebhooks';

afterEach(endWebhooks);

const authOf = (teamId: string) => json({ ok: true, team: 'Acme', user: 'gateway', team_id: teamId });
const MENTION = { type: 'app_mention', channel_type: undefined, channel: 'C1' };

describe('Questions in Slack', () => {
  describe('are answered', () => {
    it.each([
      ['for a user of the list', { slackUsers: ['U7', 'U1'] }, {}, {}],
      ['for the operator, without a list', { slackUsers: [] }, {}, {}],
      ['for a user of the workspace', {}, { team: 'T1', user_team: 'T1' }, { team_id: 'T1' }],
      ['for a user of a named workspace', { slackTeams: ['T1', 'T2'] }, { user_team: 'T2' }, { team_id: 'T1' }],
      [
        'for everybody of a named workspace',
        { slackUsers: ['*'], slackTeams: ['T1'] },
        { user: 'U9' },
        { team_id: 'T1' },
      ],
      [
        'for everybody of a named workspace, in a channel with strangers',
        { slackUsers: ['*'], slackTeams: ['T1'] },
        { user: 'U9', user_team: 'T1' },
        { team_id: 'T1', is_ext_shared_channel: true },
      ],
    ])('%s', async (_whom, webhooks, event, outer) => {
      const { url, posts } = await givenWebhooks({ webhooks, values: { operator: { slackUser: 'U1' } } });

      await fromSlack(url, question('help', 'Ev1', { ...MENTION, ...event }, outer));

      await until(() => posts().length === 1);
    });
  });

  describe('are not answered, and leave a dead letter,', () => {
    it.each([
      ['for a user who is not on the list', {}, { user: 'U9' }, {}],
      ['for anybody, without a list and an operator', { slackUsers: [] }, {}, {}],
      ['for a user of another workspace, in a shared channel', {}, { team: 'T9', user_team: 'T9' }, { team_id: 'T1' }],
      ['for a user who only the source says to be foreign', {}, { team: 'T1', source_team: 'T9' }, { team_id: 'T1' }],
      ['in a workspace that is not named', { slackTeams: ['T1'] }, {}, { team_id: 'T9' }],
      ['in a workspace that the event does not name', { slackTeams: ['T1'] }, {}, {}],
      [
        'for everybody of another workspace',
        { slackUsers: ['*'], slackTeams: ['T1'] },
        { user_team: 'T9' },
        { team_id: 'T1' },
      ],
      [
        'for everybody in a channel with strangers, when the event does not say whose user it is',
        { slackUsers: ['*'], slackTeams: ['T1'] },
        {},
        { team_id: 'T1', is_ext_shared_channel: true },
      ],
    ])('%s', async (_whom, webhooks, event, outer) => {
      const { app, url, posts } = await givenWebhooks({ webhooks });

      const answer = await fromSlack(url, question('help', 'Ev1', { ...MENTION, ...event }, outer));

      expect(answer).toMatchObject({ status: 200, body: { ok: true } });
      expect(await audited(app)).toMatchObject([
        { type: 'webhook.dead_letter', details: { reason: 'slack_user_not_allowed', status: 200 } },
      ]);
      expect([posts(), await messages(app)]).toEqual([[], []]);
    });

    it('in another workspace than that of the token, though the call is signed', async () => {
      const { app, url } = await givenWebhooks({ auth: authOf('T1') });

      await fromSlack(url, question('help', 'Ev1', MENTION, { team_id: 'T9' }));

      expect(await audited(app)).toMatchObject([{ details: { reason: 'slack_user_not_allowed' } }]);
    });
  });

  it('of everybody need the names of the workspaces', async () => {
    await expect(givenWebhooks({ webhooks: { slackUsers: ['*'] } })).rejects.toThrow(
      'slackUsers may be everybody (*) only where slackTeams names the workspaces',
    );
  });

  it('that nobody may ask are warned of at the start', async () => {
    const { app } = await givenWebhooks({ webhooks: { slackUsers: [] } });

    expect(app.logs.map(({ message }) => message)).toContain(
      'Nobody may ask in Slack: neither webhooks.slackUsers nor operator.slackUser is configured.',
    );
  });

  it.each([
    ['of a file', 'file_share'],
    ['that is shown in its channel too', 'thread_broadcast'],
    ['by /me', 'me_message'],
  ])('are answered in a message %s', async (_what, subtype) => {
    const { url, posts } = await givenWebhooks();

    await fromSlack(url, question('help', 'Ev1', { subtype }));

    await until(() => posts().length === 1);
  });

  it('are answered once when several events tell of one message', async () => {
    const { app, url, posts } = await givenWebhooks({ replies: [POSTED, POSTED] });

    await fromSlack(url, question('help', 'Ev1', { ts: '17.1' }));
    const again = await fromSlack(url, question('help', 'Ev2', { ...MENTION, channel: 'D1', ts: '17.1' }));
    expect(again).toMatchObject({ status: 200 });
    await fromSlack(url, question('help', 'Ev3', { ts: '17.2' }), { at: SECONDS + 1 });
    await until(async () => (await messages(app)).length === 4);

    expect(posts()).toHaveLength(2);
  });

  it('are answered in plain text, whatever the model says', async () => {
    const { app, url, posts } = await givenWebhooks();

    await fromSlack(url, question('what is &lt;!channel&gt;?'));
    await until(async () => (await messages(app)).length === 2);

    expect(posts()[0]?.body['text']).not.toMatch(/<|>/);
    expect(posts()).toMatchObject([{ body: { unfurl_links: 'false', unfurl_media: 'false' } }]);
    expect(await messages(app)).toMatchObject([{ text: 'what is <!channel>?' }, {}]);
  });

  describe('are read as they were written:', () => {
    const read = (text: string, outer: Record<string, unknown> = {}) => {
      const event = readSlackEvent(Buffer.from(question(text, 'Ev1', {}, outer)));
      return event.kind === 'question' ? event.question.text : event.kind;
    };

    it.each([
      ['escaped characters', 'is a &lt; b &amp;&amp; c &gt; d?', 'is a < b && c > d?'],
      ['an entity that somebody wrote', 'what is &amp;lt;?', 'what is &lt;?'],
      ['a mention with a name', '<@U0BOT|daemon> status', 'status'],
      ['a mention alone', '<@U0BOT>', 'other'],
      ['a file without a word', '', 'other'],
      ['a link', 'see <https://example.org/a?b=1&amp;c=2>', 'see https://example.org/a?b=1&c=2'],
      ['a link that Slack has made', '<http://example.org|example.org>', 'http://example.org'],
      ['a link under a name', '<https://example.org|the page>', 'the page (https://example.org)'],
      ['an address', '<mailto:ann@example.org|ann@example.org>', 'ann@example.org'],
      ['a channel', 'post in <#C1|general>', 'post in #general'],
      ['everybody', 'tell <!here>', 'tell @here'],
      ['a group', 'ask <!subteam^S1|@devs>', 'ask @devs'],
    ])('%s', (_what, said, expected) => {
      expect(read(said)).toBe(expected);
    });

    it('mentions of others, where the event says who the application is', () => {
      const outer = { authorizations: [{ user_id: 'U0BOT', is_bot: true }] };

      expect(read('<@U0BOT> ask <@U2|ann> or <@U3>', outer)).toBe('ask @ann or @U3');
    });
  });
});
