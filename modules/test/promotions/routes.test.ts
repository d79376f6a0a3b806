import { promotionId } from '@daemonry/modules/promotions';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { StateDatabase } from 'daemonry';

import { type Answer, call } from '../support/call';
import { endPromotions, givenPromotions, proposal } from '../support/givenPromotions';

afterEach(endPromotions);

const ID = promotionId('phrasebook', 'deployment guide');

async function givenApi(execution: 'on' | 'off' = 'off', operators: readonly object[] = []) {
  const given = await givenPromotions({
    modules: [webModule()],
    values: { web: { port: 0, operators }, promotions: { execution } },
  });
  await given.promotions.propose(proposal());
  const { url = '' } = given.app.listeners.resolve<WebServer>('web').address ?? {};
  const get = (path: string): Promise<Answer> => call(`${url}/api/promotions${path}`);
  const post = (path: string, body: unknown, headers = {}): Promise<Answer> =>
    call(`${url}/api/promotions${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { ...given, get, post };
}

describe('The promotions on the web', () => {
  it('are listed, the newest first, by loop and by state', async () => {
    const { app, promotions, get } = await givenApi();
    await app.clock.advance('1s');
    await promotions.propose(proposal({ loop: 'email_intent' }));
    await app.clock.advance('1s');
    await promotions.propose(proposal({ key: 'billing' }));
    await promotions.approve(ID, { by: 'ada' });
    const ids = async (query: string): Promise<unknown> =>
      ((await get(query)).body as { promotions: { id: string }[] }).promotions.map(({ id }) => id);
    const [billing, mail] = [promotionId('phrasebook', 'billing'), promotionId('email_intent', 'deployment guide')];

    expect(await ids('')).toEqual([billing, mail, ID]);
    expect(await ids('?loop=phrasebook')).toEqual([billing, ID]);
    expect(await ids('?state=approved')).toEqual([ID]);
    expect(await ids('?loop=email_intent&state=approved')).toEqual([]);
    expect((await get('?limit=1')).body).toMatchObject({ promotions: [{ id: billing }], total: 3, damaged: [] });
  });

  it('are listed without the damaged ones, which are named', async () => {
    const { get, app, promotions } = await givenApi();
    await promotions.propose(proposal({ key: 'billing' }));
    await app.container.get(StateDatabase).run("UPDATE promotions_stored SET content = '{' WHERE id <> ?", [ID]);

    expect((await get('')).body).toMatchObject({
      promotions: [{ id: ID }],
      damaged: [{ id: expect.any(String) as string, why: expect.stringContaining('JSON') as string }],
    });
  });

  it.each(['?loop=No%20loop', '?state=applied', '?limit=0', '?limit=1001', '?limit=1e2', '?lop=phrasebook'])(
    'are not listed for the query %s',
    async (query) => {
      const { get } = await givenApi();

      expect(await get(query)).toMatchObject({ status: 400, body: { error: { code: 'BAD_QUERY' } } });
    },
  );

  it('are read one by one', async () => {
    const { get } = await givenApi();

    expect(await get(`/${ID}`)).toMatchObject({ status: 200, body: { id: ID, state: 'pending' } });
    expect(await get('/phrasebook-0000000000000000')).toMatchObject({
      status: 404,
      body: { error: { code: 'PROMOTION_UNKNOWN' } },
    });
    expect(await get('/..%2f..%2f..%2fetc%2fpasswd')).toMatchObject({
      status: 404,
      body: { error: { code: 'PROMOTION_UNKNOWN' } },
    });
  });

  it('are approved by whoever sends the request, once', async () => {
    const { post, get } = await givenApi();

    expect(await post(`/${ID}/approve`, {})).toMatchObject({
      status: 200,
      body: { id: ID, state: 'approved', decidedBy: 'local' },
    });
    expect(await post(`/${ID}/approve`, {})).toMatchObject({
      status: 409,
      body: { error: { code: 'PROMOTION_DECIDED' } },
    });
    expect(await post(`/${ID}/reject`, { reason: 'no' })).toMatchObject({ status: 409 });
    expect((await get(`/${ID}`)).body).toMatchObject({ decidedBy: 'local' });
  });

  it('are rejected by whoever sends the request, for a reason', async () => {
    const { post } = await givenApi();

    expect(await post(`/${ID}/reject`, { reason: 'too broad' })).toMatchObject({
      status: 200,
      body: { state: 'rejected', decidedBy: 'local', reason: 'too broad' },
    });
  });

  it('are executed by nobody', async () => {
    const off = await givenApi();
    const on = await givenApi('on');
    const execute = ({ post }: typeof off) => post(`/${ID}/execute`, {});

    expect(await execute(off)).toMatchObject({ status: 409, body: { error: { code: 'PROMOTION_NOT_APPROVED' } } });
    await off.post(`/${ID}/approve`, {});
    expect(await execute(off)).toMatchObject({ status: 403, body: { error: { code: 'EXECUTION_DISABLED' } } });
    await on.post(`/${ID}/approve`, {});
    expect(await execute(on)).toMatchObject({ status: 501, body: { error: { code: 'NO_EXECUTOR' } } });

    expect((await off.events('promotion.execution_refused')).map(({ details }) => details.reason)).toEqual([
      'not_approved',
      'execution_disabled',
    ]);
  });

  it.each([
    ['approve', []],
    ['approve', { by: 'ada' }],
    ['approve', { state: 'rejected' }],
    ['reject', {}],
    ['reject', { reason: '' }],
    ['reject', { reason: 'x'.repeat(501) }],
    ['reject', { reason: 'no', by: 'ada' }],
    ['execute', { reason: 'now' }],
  ])('are not decided by %s with %j', async (action, body) => {
    const { post, get } = await givenApi();

    expect(await post(`/${ID}/${action}`, body)).toMatchObject({ status: 400 });

    expect((await get(`/${ID}`)).body).toMatchObject({ state: 'pending', revision: 1 });
  });

  it('are decided by an operator who may approve, by the name of that one, and by no other', async () => {
    const token = (name: string): string => `${name}-0123456789abcdef`;
    const operators = [
      { name: 'ada', kind: 'human', token: token('ada'), may: ['approve'] },
      { name: 'bob', kind: 'human', token: token('bob'), may: ['read', 'operate'] },
    ];
    const { post } = await givenApi('off', operators);
    const as = (name: string) => ({ authorization: `Bearer ${token(name)}` });

    for (const [action, body] of [
      ['approve', {}],
      ['reject', { reason: 'no' }],
      ['execute', {}],
    ] as const) {
      expect(await post(`/${ID}/${action}`, body, as('bob'))).toMatchObject({
        status: 403,
        body: { error: { code: 'OPERATOR_MAY_NOT' } },
      });
    }
    expect(await post(`/${ID}/approve`, {}, as('ada'))).toMatchObject({ status: 200, body: { decidedBy: 'ada' } });
  });

  it.each(['approve', 'reject', 'execute'])('are not decided by %s of an unknown id', async (action) => {
    const { post } = await givenApi();
    const body = action === 'reject' ? { reason: 'no' } : {};

    expect(await post(`/none/${action}`, body)).toMatchObject({
      status: 404,
      body: { error: { code: 'PROMOTION_UNKNOWN' } },
    });
  });
});
