import { auditLogModule } from '@daemonry/modules/audit_log';
import { webModule } from '@daemonry/modules/web';
import { BackgroundDaemon, type OnTick, StateDatabase } from 'daemonry';

import { auditRows } from './support/auditRows';
import { endData, givenApplication, givenFolder, urlOf } from './support/givenData';
import { post } from './support/givenOrders';
import { readAudit } from './support/readAudit';

@BackgroundDaemon({ interval: '5m' })
class OrderSync implements OnTick {
  tick(): void {}
}

async function givenAudited() {
  const folder = await givenFolder();
  const app = await givenApplication(folder, { modules: [webModule(), auditLogModule()], listeners: [OrderSync] });
  return { app, folder, operate: (body: unknown) => post(`${urlOf(app)}/api/operate`, body) };
}

afterEach(endData);

describe('the audit log', () => {
  it('has each act of an operator: who, what, on what, why and until when', async () => {
    const { app, operate } = await givenAudited();
    const until = '2030-01-01T01:00:00.000Z';

    await operate({ action: 'pause', listener: 'order_sync', reason: 'the queue moves', until, key: 'one' });
    await app.operate({ action: 'trigger', listener: 'order_sync', by: 'ci', kind: 'automation', reason: 'a test' });

    expect(await auditRows(app, 'operator.acted')).toMatchObject([
      {
        source: 'operator',
        details: {
          action: 'pause',
          listener: 'order_sync',
          by: 'local',
          kind: 'human',
          reason: 'the queue moves',
          until,
          key: 'one',
        },
      },
      { details: { action: 'trigger', listener: 'order_sync', task: 'tick', by: 'ci', kind: 'automation' } },
    ]);
  });

  it('has each act that was refused, with the code and the reason', async () => {
    const { app, operate } = await givenAudited();
    await operate({ action: 'pause', listener: 'order_sync', reason: 'the queue moves' });

    await operate({ action: 'pause', listener: 'order_snyc', reason: 'x' });
    await operate({ action: 'fly', key: 'k'.repeat(5_000) });
    const lift = { action: 'resume', listener: 'order_sync', by: 'bot', kind: 'automation', reason: 'done' } as const;
    await expect(app.operate(lift)).rejects.toThrow('what a person has set');

    expect((await auditRows(app, 'operator.refused')).map(({ details }) => details)).toMatchObject([
      { action: 'pause', by: 'local', listener: 'order_snyc', code: 'UNKNOWN_LISTENER' },
      { action: 'fly', by: 'local', code: 'OPERATION_INVALID', error: expect.stringContaining('fly') as string },
      { action: 'resume', by: 'bot', kind: 'automation', code: 'INTENT_OVERRULED' },
    ]);
  });

  it('has each change that the server refused before it was an act: the 1st, 2nd, 4th, 8th time', async () => {
    const folder = await givenFolder();
    const token = 'correct-horse-battery';
    const operators = [{ name: 'prometheus', kind: 'automation', token, may: ['read'] }];
    const app = await givenApplication(folder, {
      modules: [webModule(), auditLogModule()],
      listeners: [OrderSync],
      values: { web: { port: 0, operators } },
    });
    const send = (headers: Readonly<Record<string, string>>) =>
      post(`${urlOf(app)}/api/operate`, { action: 'pause' }, headers);

    for (let time = 1; time <= 5; time++) await send({ authorization: 'Bearer wrong' });
    await send({ authorization: `Bearer ${token}` });

    const refused = await auditRows(app, 'operator.refused');
    expect(refused.map(({ details }) => details)).toMatchObject([
      { action: 'unknown', by: 'unknown', kind: 'unknown', code: 'UNAUTHORIZED', value: 'POST /api/operate' },
      { code: 'UNAUTHORIZED', value: 'POST /api/operate, 2 times' },
      { code: 'UNAUTHORIZED', value: 'POST /api/operate, 4 times' },
      { by: 'prometheus', kind: 'automation', code: 'OPERATOR_MAY_NOT', value: 'POST /api/operate' },
    ]);
    expect(JSON.stringify(refused)).not.toContain(token);
  });

  it('has nothing of what the code of the application does for nobody', async () => {
    const { app } = await givenAudited();

    await app.trigger('order_sync');
    await app.pause('order_sync', { by: 'kim', reason: 'the queue moves' });

    expect((await auditRows(app, 'operator.acted')).map(({ details }) => details.by)).toEqual(['kim']);
  });

  it('has an act that came just before the stop', async () => {
    const { app, folder } = await givenAudited();

    await app.operate({ action: 'pause', by: 'kim', kind: 'human', reason: 'the end' });
    await app.stop();

    expect(await readAudit(folder, 'operator.acted')).toMatchObject([{ details: { by: 'kim', reason: 'the end' } }]);
  });

  it('has a refusal that could not be stored as soon as an act can be', async () => {
    const { app, folder } = await givenAudited();
    const pause = {
      action: 'pause',
      listener: 'order_sync',
      by: 'kim',
      kind: 'human',
      reason: 'the queue moves',
    } as const;
    const state = app.container.get(StateDatabase);
    await state.get('PRAGMA query_only = ON');
    await expect(app.operate(pause)).rejects.toMatchObject({ code: 'STATE_WRITE_FAILED' });
    await app.clock.settle();
    await state.get('PRAGMA query_only = OFF');

    await app.operate(pause);
    await app.clock.settle();

    expect(await auditRows(app, 'operator.refused')).toMatchObject([
      { details: { by: 'kim', code: 'STATE_WRITE_FAILED' } },
    ]);
    await app.stop();
    expect(await readAudit(folder, 'operator.acted')).toHaveLength(1);
  });
});
