import { OperationalState, operationalStateModule } from '@daemonry/modules/operational_state';
import { webModule } from '@daemonry/modules/web';
import { BackgroundDaemon, type OnTick, StateDatabase } from 'daemonry';

import { auditRows } from './support/auditRows';
import { call } from './support/call';
import { endData, givenApplication, givenFolder, urlOf } from './support/givenData';
import { post } from './support/givenOrders';

const PAUSE = { state: 'paused', reason: 'the disk is full', by: 'kim' } as const;
const ASKED = { state: 'paused', reason: 'the disk is full' } as const;
const KIM = { by: 'kim', kind: 'human', reason: 'the disk is full' } as const;
const RESUME = { state: 'running', reason: 'there is room again', by: 'sam' } as const;

@BackgroundDaemon({ interval: '5m' })
class OrderSync implements OnTick {
  ticks = 0;
  tick(): void {
    this.ticks += 1;
  }
}

@BackgroundDaemon({ interval: '5m', essential: true })
class Reporter extends OrderSync {
  override tick(): void {
    super.tick();
  }
}

async function givenState(folder?: string, now?: string) {
  const directory = folder ?? (await givenFolder());
  const modules = [webModule(), operationalStateModule()];
  const app = await givenApplication(directory, {
    modules,
    listeners: [OrderSync, Reporter],
    ...(now === undefined ? {} : { now }),
  });
  return {
    app,
    folder: directory,
    state: app.container.get(OperationalState),
    ticks: () => [app.container.get(OrderSync).ticks, app.container.get(Reporter).ticks],
    url: `${urlOf(app)}/api/operational-state`,
  };
}

afterEach(endData);

describe('the operational state', () => {
  it('is running since the start, while nobody has changed it', async () => {
    const { app, state } = await givenState();
    await app.clock.advance('1h');

    expect(await state.current()).toEqual({ state: 'running', since: '2030-01-01T00:00:00.000Z' });
    expect(await auditRows(app, 'operational_state.changed')).toEqual([]);
  });

  it('is what a person changed it to, with reason and instant, and the audit log says so', async () => {
    const { app, state } = await givenState();
    await app.clock.advance('1h');

    const changed = await state.change(PAUSE);
    await app.clock.advance('1h');
    await state.change(RESUME);

    expect(changed).toEqual({ ...PAUSE, since: '2030-01-01T01:00:00.000Z' });
    expect(await state.current()).toEqual({ ...RESUME, since: '2030-01-01T02:00:00.000Z' });
    expect(await auditRows(app, 'operational_state.changed')).toMatchObject([
      {
        source: 'operational_state',
        details: { from: 'running', to: 'paused', by: 'kim', reason: 'the disk is full' },
      },
      { details: { from: 'paused', to: 'running', by: 'sam' } },
    ]);
  });

  it('keeps since when, when it is changed to the same again', async () => {
    const { app, state } = await givenState();
    await state.change(PAUSE);
    await app.clock.advance('1h');

    expect(await state.change({ ...PAUSE, by: 'sam' })).toEqual({
      ...PAUSE,
      by: 'sam',
      since: '2030-01-01T00:00:00.000Z',
    });
  });

  it('is the same after a restart, and so is what it pauses', async () => {
    const first = await givenState();
    await first.state.change({ ...PAUSE, state: 'stopped' });
    await first.app.stop();

    const { app, state, ticks } = await givenState(first.folder, '2030-01-02T00:00:00Z');

    expect(await state.current()).toEqual({ ...PAUSE, state: 'stopped', since: '2030-01-01T00:00:00.000Z' });
    await app.clock.advance('5m');
    expect(ticks()).toEqual([0, 1]);
    await state.change(RESUME);
    expect((await auditRows(app, 'operational_state.changed')).at(-1)?.details.from).toBe('stopped');
  });

  it('is changed by concurrent changes one after the other', async () => {
    const { app, state } = await givenState();
    const states = ['paused', 'stopped', 'running', 'paused', 'stopped'] as const;

    await Promise.all(
      states.map((next, index) => state.change({ state: next, reason: 'test', by: `person ${index}` })),
    );

    const rows = await auditRows(app, 'operational_state.changed');
    expect(rows.map(({ details }) => [details.from, details.to])).toEqual([
      ['running', 'paused'],
      ['paused', 'stopped'],
      ['stopped', 'running'],
      ['running', 'paused'],
      ['paused', 'stopped'],
    ]);
    expect(await state.current()).toMatchObject({ state: 'stopped', by: 'person 4' });
  });

  it('is changed together with the audit log: what cannot be appended there is not done', async () => {
    const { app, state, ticks } = await givenState();
    const database = app.container.get(StateDatabase);
    await database.run('ALTER TABLE audit_log_events RENAME TO aside');

    await expect(state.change(PAUSE)).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await app.clock.advance('5m');
    expect([await state.current(), ticks()]).toMatchObject([{ state: 'running' }, [1, 1]]);
    expect(await database.all('SELECT slot FROM operator_intents')).toEqual([]);

    await database.run('ALTER TABLE aside RENAME TO audit_log_events');
    await state.change(PAUSE);
    expect(await auditRows(app, 'operational_state.changed')).toHaveLength(1);
  });

  it('that was over while the process was down is in the audit log with the next start', async () => {
    const first = await givenState();
    await first.app.operate({ action: 'pause', ...KIM, until: '2030-01-01T01:00:00Z' });
    await first.app.stop();

    const { app, state } = await givenState(first.folder, '2030-01-01T02:00:00Z');

    expect(await state.current()).toEqual({ state: 'running', since: '2030-01-01T02:00:00.000Z' });
    const rows = await auditRows(app, 'operational_state.changed');
    expect(rows.map(({ details: { from, to, by } }) => [from, to, by])).toEqual([
      ['running', 'paused', 'kim'],
      ['paused', 'running', 'nobody'],
    ]);
  });

  it('goes on to be running since the start when nothing but the pause of a listener is reset', async () => {
    const { app, state } = await givenState();
    await app.operate({ action: 'pause', listener: 'order_sync', ...KIM });
    await app.clock.advance('1h');

    await app.operate({ action: 'reset', ...KIM });

    expect(await state.current()).toEqual({ state: 'running', since: '2030-01-01T00:00:00.000Z' });
    expect(await auditRows(app, 'operational_state.changed')).toEqual([]);
  });

  it('stays what it is when it cannot be stored', async () => {
    const { app, state } = await givenState();
    await app.container.get(StateDatabase).run('ALTER TABLE operator_intents RENAME TO aside');

    await expect(state.change(PAUSE)).rejects.toMatchObject({ code: 'STATE_STATEMENT' });

    expect(await state.current()).toMatchObject({ state: 'running' });
    expect(await auditRows(app, 'operational_state.changed')).toEqual([]);
  });

  it.each(['paused', 'stopped'] as const)('pauses with %s every task that is not essential', async (name) => {
    const { app, state, ticks } = await givenState();

    await state.change({ ...PAUSE, state: name });
    await app.clock.advance('10m');
    expect(ticks()).toEqual([0, 2]);

    await state.change(RESUME);
    await app.clock.advance('10m');
    expect(ticks()).toEqual([2, 4]);
  });

  it('is paused by a pause of the whole application, until that is over or reset', async () => {
    const { app, state } = await givenState();
    const kim = KIM;

    await app.operate({ action: 'pause', ...kim, until: '2030-01-01T01:00:00Z' });
    expect(await state.current()).toEqual({ ...PAUSE, since: '2030-01-01T00:00:00.000Z' });
    await app.clock.advance('1h');
    expect(await state.current()).toEqual({ state: 'running', since: '2030-01-01T01:00:00.000Z' });
    await app.operate({ action: 'pause', ...kim });
    await app.operate({ action: 'reset', ...kim, reason: 'anew' });
    await app.operate({ action: 'pause', listener: 'order_sync', ...kim });

    expect(await state.current()).toMatchObject({ state: 'running' });
    const rows = await auditRows(app, 'operational_state.changed');
    expect(rows.map(({ details }) => details)).toEqual([
      { from: 'running', to: 'paused', by: 'kim', reason: 'the disk is full' },
      { from: 'paused', to: 'running', by: 'nobody', reason: 'the pause is over' },
      { from: 'running', to: 'paused', by: 'kim', reason: 'the disk is full' },
      { from: 'paused', to: 'running', by: 'kim', reason: 'anew' },
    ]);
  });

  it('that a person has set is not lifted by a program', async () => {
    const { state } = await givenState();
    await state.change(PAUSE);

    await expect(state.change({ ...RESUME, kind: 'automation' })).rejects.toMatchObject({ code: 'INTENT_OVERRULED' });

    expect(await state.current()).toMatchObject(PAUSE);
  });

  it('cuts what is too long', async () => {
    const { state } = await givenState();

    const { reason, by } = await state.change({ state: 'paused', reason: 'r'.repeat(9_000), by: 'b'.repeat(9_000) });

    expect([reason?.length, by?.length]).toEqual([500, 100]);
    expect(await state.current()).toMatchObject({ reason, by });
  });

  describe('under /api/operational-state', () => {
    it('is shown, and changed', async () => {
      const { url } = await givenState();
      const paused = { ...PAUSE, by: 'local', since: '2030-01-01T00:00:00.000Z' };

      expect(await post(url, ASKED)).toMatchObject({ status: 200, body: paused });
      expect(await call(url)).toMatchObject({ status: 200, body: paused });
    });

    it.each([
      ['nothing', {}, 2],
      ['an unknown state', { ...ASKED, state: 'asleep' }, 1],
      ['a person', { ...ASKED, by: 'kim' }, 1],
      ['a blank reason', { ...ASKED, reason: '   ' }, 1],
      ['no text', { state: 7, reason: null }, 3],
      ['too long a reason', { ...ASKED, reason: 'x'.repeat(501) }, 1],
      ['more than it knows', { ...ASKED, since: '1970-01-01T00:00:00Z' }, 1],
      ['a list', [ASKED], 1],
    ])('refuses %s, with every problem', async (_case, body, problems) => {
      const { app, state, url } = await givenState();

      const answer = await post(url, body);

      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_BODY' } } });
      expect((answer.body as { error: { problems: string[] } }).error.problems).toHaveLength(problems);
      expect(await state.current()).toMatchObject({ state: 'running' });
      expect(await auditRows(app, 'operational_state.changed')).toEqual([]);
    });

    it('is not changed by a form, or by a page of another site', async () => {
      const { state, url } = await givenState();
      const form = { 'content-type': 'text/plain' };

      expect((await post(url, ASKED, form)).status).toBe(415);
      expect((await post(url, ASKED, { origin: 'https://evil.example' })).status).toBe(403);
      expect((await call(url, { method: 'PUT', body: JSON.stringify(ASKED) })).status).toBe(405);
      expect(await state.current()).toMatchObject({ state: 'running' });
    });
  });

  it('needs nothing but its module', async () => {
    const app = await givenApplication(await givenFolder(), { modules: [operationalStateModule()] });

    expect(await app.container.get(OperationalState).change(PAUSE)).toMatchObject({ state: 'paused' });
    expect((await app.stop()).code).toBe(0);
  });
});
