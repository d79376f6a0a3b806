import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AuditLog } from '@daemonry/modules/audit_log';
import type { Promotion } from '@daemonry/modules/promotions';
import type { WebServer } from '@daemonry/modules/web';
import { createTestApplication } from 'daemonry/testing';

import { gatewayModules } from '../../examples/gateway/modules';
import { call } from '../../modules/test/support/call';
import { closeHttpServers } from '../../modules/test/support/givenHttpServer';
import { givenReplies, json } from '../../modules/test/support/givenReplies';
import { givenSlack, POSTED } from '../../modules/test/support/givenSlack';

jest.setTimeout(30_000);

const FLY_TOKEN = 'fly-swordfish-1';
const KEY = 'sk-swordfish-2';
const SLACK_TOKEN = 'xoxb-swordfish-3';
const DIAGNOSIS = 'The machine was stopped by hand; start it again.';

const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await closeHttpServers();
});

/** Fly with one of two machines stopped, a model that knows why, and Slack: all on loopback. */
async function givenTrouble() {
  const fly = await givenReplies(() =>
    json([
      { id: 'm1', state: 'started' },
      { id: 'm2', state: 'stopped' },
    ]),
  );
  const model = await givenReplies(() =>
    json({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-test',
      content: [{ type: 'text', text: DIAGNOSIS }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 100, output_tokens: 20 },
    }),
  );
  const slack = await givenSlack({ replies: Array.from({ length: 100 }, () => POSTED) });
  const posts = (): readonly string[] =>
    slack
      .calls()
      .filter(({ method }) => method === 'chat.postMessage')
      .map(({ body }) => body['text'] ?? '');
  return { fly, model, posts, apiUrl: slack.apiUrl };
}

async function givenGatewayInTrouble() {
  const { fly, model, posts, apiUrl } = await givenTrouble();
  const folder = await mkdtemp(join(tmpdir(), 'chain-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  const app = await createTestApplication({
    now: '2030-01-01T00:00:00Z',
    settleMs: 1_000,
    modules: [...gatewayModules()],
    config: {
      values: {
        web: { port: 0 },
        state: { directory: folder },
        snapshot: { path: join(folder, 'snapshot.json') },
        slack: { botToken: SLACK_TOKEN, apiUrl },
        operator: { slackUser: 'U1' },
        plugins: { identityFile: join(__dirname, '../../examples/gateway/identity.md') },
        heartbeat_probes: { fly: { token: FLY_TOKEN, apps: ['shop'], baseUrl: fly.url } },
        reasoning_engine: {
          provider: 'anthropic',
          anthropic: { apiKey: KEY, baseUrl: model.url, model: 'claude-test' },
        },
      },
    },
  });
  cleanUps.push(() => app.stop());
  await app.start();
  const url = app.listeners.resolve<WebServer>('web').address?.url ?? '';
  const audited = async (type: string): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    for await (const event of app.container.get(AuditLog).scan({})) if (event.type === type) found.push(event.details);
    return found;
  };
  const decide = (id: string, what: string, body: Record<string, string>) =>
    call(`${url}/api/promotions/${id}/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const proposals = async (): Promise<readonly Promotion[]> =>
    ((await call(`${url}/api/promotions?loop=probe_fix_envelopes`)).body as { promotions: Promotion[] }).promotions;
  return { app, url, posts, model, audited, decide, proposals };
}

describe('from a probe that fails to a fix that a person has to allow', () => {
  it('is alerted, posted, investigated, proposed, approved, and still not executed', async () => {
    const { app, posts, model, audited, decide, proposals } = await givenGatewayInTrouble();

    // The probes find it, twice in a row.
    await app.clock.advance('10m');
    expect(await audited('probe.wake_requested')).toContainEqual(
      expect.objectContaining({ probe: 'fly', category: 'single_machine_not_started', severity: 'warning' }),
    );

    // It is announced.
    const announced = await audited('notification.dispatched');
    expect(announced).toMatchObject([
      { category: 'service_unhealthy', channel: 'slack', kind: 'single', status: 'ok' },
    ]);
    expect(posts().filter((text) => text.includes('fly'))).not.toEqual([]);

    // The announcement and the finding are each looked into, by the model, and the operator is told.
    await app.clock.advance('1h');
    expect(await audited('alert.investigation_completed')).toMatchObject([
      { category: 'service_unhealthy', engine: 'answered', slack: 'sent' },
    ]);
    const investigations = await audited('probe.investigation_completed');
    expect(investigations.length).toBeGreaterThanOrEqual(3);
    expect(investigations[0]).toMatchObject({ probe: 'fly', engine: 'answered', slack: 'sent', autofixRan: false });
    expect(posts().filter((text) => text.includes(DIAGNOSIS)).length).toBe(investigations.length + 1);
    expect(model.calls.length).toBe(investigations.length + 1);

    // A fix is proposed, once.
    await app.tick('promote_probe_fix_envelopes');
    await app.tick('promote_probe_fix_envelopes');
    const [proposal, ...others] = await proposals();
    expect(others).toEqual([]);
    expect(proposal).toMatchObject({ loop: 'probe_fix_envelopes', state: 'pending' });
    const { id = '' } = proposal ?? {};

    // Nobody has approved it.
    expect(await decide(id, 'execute', {})).toMatchObject({
      status: 409,
      body: { error: { code: 'PROMOTION_NOT_APPROVED' } },
    });

    // A person does; the second gate is still shut.
    expect(await decide(id, 'approve', {})).toMatchObject({ status: 200 });
    expect(await proposals()).toMatchObject([{ id, state: 'approved' }]);
    expect(await decide(id, 'execute', {})).toMatchObject({
      status: 403,
      body: { error: { code: 'EXECUTION_DISABLED' } },
    });

    expect(await audited('promotion.proposed')).toMatchObject([{ id }]);
    expect(await audited('promotion.approved')).toMatchObject([{ id, by: 'local' }]);
    expect(await audited('promotion.execution_refused')).toMatchObject([
      { id, by: 'local', reason: 'not_approved' },
      { id, by: 'local', reason: 'execution_disabled' },
    ]);
    const everything = JSON.stringify([
      app.plan,
      app.status(),
      app.logs,
      app.daemons.list().map(({ name }) => app.runs(name)),
    ]);
    for (const secret of [FLY_TOKEN, KEY, SLACK_TOKEN]) expect(everything).not.toContain(secret);
    const failed = app.daemons
      .list()
      .flatMap(({ name }) => app.runs(name))
      .filter(({ outcome }) => outcome !== 'succeeded');
    expect(failed).toEqual([]);
  });
});
