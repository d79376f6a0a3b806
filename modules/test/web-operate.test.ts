import { webModule } from '@daemonry/modules/web';
import { BackgroundDaemon, type OnStartup, type OnTick } from 'daemonry';

import { post } from './support/givenOrders';
import { endWeb, givenRunningWeb } from './support/givenWeb';

const token = (name: string): string => `${name}-0123456789abcdef`;
const as = (name: string) => ({ authorization: `Bearer ${token(name)}` });
const OPERATORS = [
  { name: 'kim', kind: 'human', token: token('kim'), may: ['read', 'operate'] },
  { name: 'deploy-bot', kind: 'automation', token: token('deploy-bot'), may: ['operate'] },
  { name: 'grafana', kind: 'automation', token: token('grafana'), may: ['read'] },
];

@BackgroundDaemon({ interval: '5m' })
class OrderSync implements OnStartup, OnTick {
  ticks = 0;
  starts = 0;

  startup(): void {
    this.starts += 1;
    if (this.starts === 3) throw new Error('the queue is away');
  }

  tick(): void {
    this.ticks += 1;
  }
}

async function givenOperated(web: Record<string, unknown> = { operators: OPERATORS }) {
  const { app, url } = await givenRunningWeb({ modules: [webModule()], listeners: [OrderSync] }, web);
  const refused: unknown[] = [];
  app.events.on('operator.refused', (event) => refused.push(event));
  const acted: unknown[] = [];
  app.events.on('operator.acted', (event) => acted.push(event));
  const operate = (body: unknown, headers: Record<string, string> = as('kim')) =>
    post(`${url}/api/operate`, body, headers);
  return { app, url, operate, refused, acted, sync: app.container.get(OrderSync) };
}

const PAUSE = { action: 'pause', listener: 'order_sync', reason: 'the queue moves' };

afterEach(endWeb);

describe('POST /api/operate', () => {
  it('has it done by the operator who sends it, and answers with what was done', async () => {
    const { app, operate, acted } = await givenOperated();

    const { status, body } = await operate({ ...PAUSE, key: 'one' });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      action: 'pause',
      listener: 'order_sync',
      by: 'kim',
      lifted: [],
      intent: { action: 'pause', by: 'kim', kind: 'human', reason: 'the queue moves' },
    });
    expect(app.intents()).toMatchObject([{ by: 'kim', kind: 'human' }]);
    expect(acted).toMatchObject([{ action: 'pause', by: 'kim', kind: 'human', key: 'one' }]);
    expect((await operate({ ...PAUSE, key: 'one' })).body).toMatchObject({ by: 'kim', repeated: true });
  });

  it('runs a task now, and answers with the record of the run', async () => {
    const { operate, sync } = await givenOperated();

    const { status, body } = await operate({ action: 'trigger', listener: 'order_sync', reason: 'a late order' });

    expect({ status, body }).toMatchObject({ status: 200, body: { record: { outcome: 'succeeded' } } });
    expect(sync.ticks).toBe(1);
  });

  it.each([
    [{ action: 'resume', listener: 'order_sync' }, {}],
    [{ action: 'pause' }, { intent: { action: 'pause' } }],
    [{ action: 'reschedule', listener: 'order_sync', interval: '10m' }, { intent: { value: 'every 10m' } }],
    [{ action: 'reschedule', listener: 'order_sync', task: 'tick', interval: 'off' }, { nextDue: [] }],
    [{ action: 'reschedule', listener: 'order_sync', cron: '0 3 * * *', timeZone: 'Europe/Paris' }, {}],
    [{ action: 'skip-next', listener: 'order_sync' }, { intent: { action: 'skip-next' } }],
    [{ action: 'log-level', level: 'debug' }, { intent: { value: 'debug' } }],
    [{ action: 'restart', listener: 'order_sync' }, { notes: [] }],
    [{ action: 'reset' }, { lifted: [] }],
  ])('takes %j', async (act, told) => {
    const { operate } = await givenOperated();

    expect(await operate({ ...act, reason: 'test' })).toMatchObject({
      status: 200,
      body: { action: act.action, by: 'kim', ...told },
    });
  });

  it('takes neither who nor what kind of caller it is from the body, and says everything that is wrong', async () => {
    const { app, operate, refused } = await givenOperated();

    const answer = await operate(
      { ...PAUSE, listener: 'order_snyc', reason: ' ', by: 'kim', kind: 'human', force: true, until: 'soon' },
      as('deploy-bot'),
    );

    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'OPERATION_INVALID' } } });
    const { problems } = (answer.body as { error: { problems: string[] } }).error;
    for (const wrong of ['"by" and "kind"', '"force"', '"reason"', '"until"', 'Did you mean "order_sync"']) {
      expect(problems).toContainEqual(expect.stringContaining(wrong));
    }
    expect(problems).toHaveLength(5);
    expect(refused).toMatchObject([{ action: 'pause', by: 'deploy-bot', kind: 'automation' }]);
    expect(refused).toMatchObject([
      { error: { message: expect.stringContaining('"by" and "kind" are those of the operator who sends') as string } },
    ]);
    expect(app.intents()).toEqual([]);
  });

  it.each([null, [], 'pause', JSON.parse('{"__proto__":{"by":"root"},"action":"pause","reason":"x"}') as object])(
    'refuses a body that is no request, which is announced with who has sent it: %j',
    async (given) => {
      const { app, operate, refused } = await givenOperated();

      const { status, body } = await operate(given);

      expect(status).toBe(400);
      expect(body).toMatchObject({ error: { code: 'BAD_BODY' } });
      expect(refused).toMatchObject([
        { by: 'kim', kind: 'human', value: 'POST /api/operate', error: { code: 'BAD_BODY' } },
      ]);
      expect(app.intents()).toEqual([]);
    },
  );

  it.each(['by', 'kind'])('refuses a body whose only fault is that it has "%s"', async (field) => {
    const { app, operate } = await givenOperated();

    const answer = await operate({ ...PAUSE, [field]: 'human' });

    expect((answer.body as { error: unknown }).error).toMatchObject({
      code: 'OPERATION_INVALID',
      problems: ['"by" and "kind" are those of the operator who sends the request: leave them out.'],
    });
    expect(app.intents()).toEqual([]);
  });

  it.each([
    ['listener', { ...PAUSE, listener: 'order_snyc' }, 'UNKNOWN_LISTENER', 'order_sync'],
    ['task', { action: 'trigger', listener: 'order_sync', task: 'tikc', reason: 'x' }, 'UNKNOWN_TASK', 'tick'],
  ])('answers 404 for a %s that there is not, and what it may have been', async (_case, body, code, meant) => {
    const { operate } = await givenOperated();

    expect(await operate(body)).toMatchObject({
      status: 404,
      body: { error: { code, message: expect.stringContaining(`Did you mean "${meant}"`) as string } },
    });
  });

  it('answers 409 when a program would lift what a person has set, which is announced', async () => {
    const { app, operate, refused } = await givenOperated();
    await operate(PAUSE);

    const answer = await operate({ ...PAUSE, action: 'resume' }, as('deploy-bot'));

    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'INTENT_OVERRULED' } } });
    expect(refused).toMatchObject([{ by: 'deploy-bot', error: { code: 'INTENT_OVERRULED' } }]);
    expect(app.intents()).toMatchObject([{ by: 'kim' }]);
  });

  it('answers 409 for a restart that fails, and for a task of a listener that does not run', async () => {
    const { operate } = await givenOperated();
    const restart = { action: 'restart', listener: 'order_sync', reason: 'test' };
    await operate(restart);

    expect(await operate(restart)).toMatchObject({
      status: 409,
      body: { error: { code: 'RESTART_FAILED', message: expect.stringContaining('the queue is away') as string } },
    });
    expect(await operate({ ...restart, action: 'trigger' })).toMatchObject({
      status: 409,
      body: { error: { code: 'NOT_RUNNING' } },
    });
  });

  it('answers 202 to a restart of the server itself, which goes on, and listens again', async () => {
    const { app, operate } = await givenOperated();
    const restarted = new Promise((resolve) => app.events.on('listener.started', resolve));

    const answer = await operate({ action: 'restart', listener: 'web', reason: 'new tokens' });

    expect(answer).toMatchObject({ status: 202, body: { action: 'restart', listener: 'web', by: 'kim' } });
    await restarted;
    expect(app.status().listeners.find(({ name }) => name === 'web')?.state).toBe('running');
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['without a token', {}, 401, 'UNAUTHORIZED'],
    ['with a wrong token', { authorization: 'Bearer wrong' }, 401, 'UNAUTHORIZED'],
    ['of one who may only read', as('grafana'), 403, 'OPERATOR_MAY_NOT'],
    ['of a page of another site', { ...as('kim'), origin: 'https://evil.example' }, 403, 'FOREIGN_ORIGIN'],
    ['of a form', { ...as('kim'), 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses a request %s', async (_case, headers, status, code) => {
    const { app, operate } = await givenOperated();

    expect(await operate(PAUSE, headers)).toMatchObject({ status, body: { error: { code } } });
    expect(app.intents()).toEqual([]);
  });

  it.each([
    ['a list', [PAUSE], 'BAD_BODY'],
    ['a text', '"pause"', 'BAD_BODY'],
    ['null', 'null', 'BAD_BODY'],
    ['no JSON', '{"action":', 'BAD_BODY'],
    ['a foreign prototype', '{"action":"pause","__proto__":{"by":"kim"}}', 'BAD_BODY'],
    ['nothing', {}, 'OPERATION_INVALID'],
    ['other types', { action: 7, listener: [], task: {}, reason: null, key: 1 }, 'OPERATION_INVALID'],
    ['too long a reason', { ...PAUSE, reason: 'x'.repeat(501) }, 'OPERATION_INVALID'],
    ['a key of a terminal', { ...PAUSE, key: '\u001B[2J' }, 'OPERATION_INVALID'],
  ])('answers 400 to %s', async (_case, body, code) => {
    const { app, operate } = await givenOperated();

    expect(await operate(body)).toMatchObject({ status: 400, body: { error: { code } } });
    expect(app.intents()).toEqual([]);
  });

  it('has it done by "local", a person, while no operators are named', async () => {
    const { app, operate } = await givenOperated({});

    expect((await operate(PAUSE, {})).status).toBe(200);
    expect(app.intents()).toMatchObject([{ by: 'local', kind: 'human' }]);
  });
});
