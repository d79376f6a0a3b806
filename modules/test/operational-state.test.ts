import { OperationalState, operationalStateModule } from '@daemonry/modules/operational_state';
import { webModule } from '@daemonry/modules/web';
import { StateDatabase } from 'daemonry';

import { auditRows } from './support/auditRows';
import { call } from './support/call';
import { endData, givenApplication, givenFolder, urlOf } from './support/givenData';
import { post } from './support/givenOrders';
import { readDocument, tamperDocument } from './support/readAudit';

const PAUSE = { state: 'paused', reason: 'the disk is full', by: 'kim' } as const;
const RESUME = { state: 'running', reason: 'there is room again', by: 'sam' } as const;

async function givenState(folder?: string, now?: string) {
  const directory = folder ?? (await givenFolder());
  const modules = [webModule(), operationalStateModule()];
  const app = await givenApplication(directory, { modules, ...(now === undefined ? {} : { now }) });
  return {
    app,
    folder: directory,
    state: app.container.get(OperationalState),
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

  it('is the same after a restart', async () => {
    const first = await givenState();
    await first.state.change({ ...PAUSE, state: 'stopped' });
    await first.app.stop();

    const { state } = await givenState(first.folder, '2030-01-02T00:00:00Z');

    expect(await state.current()).toEqual({ ...PAUSE, state: 'stopped', since: '2030-01-01T00:00:00.000Z' });
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

  it('stays what it is when the audit log cannot be told', async () => {
    const { app, state } = await givenState();
    const database = app.container.get(StateDatabase);
    await state.change(RESUME);
    await database.run('ALTER TABLE audit_log_events RENAME TO aside');

    await expect(state.change(PAUSE)).rejects.toMatchObject({ code: 'STATE_STATEMENT' });
    await database.run('ALTER TABLE aside RENAME TO audit_log_events');

    expect(await state.current()).toMatchObject({ state: 'running' });
    expect(await auditRows(app, 'operational_state.changed')).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{"state":"paused"'],
    ['of no known state', '{"state":"asleep","since":"2030-01-01T00:00:00Z"}'],
    ['without an instant', '{"state":"paused","since":"yesterday"}'],
    ['of more than it should be', '{"state":"paused","since":"2030-01-01T00:00:00Z","admin":true}'],
  ])('is unknown while what is stored is %s, which is left alone', async (_case, text) => {
    const { folder, state, url, app } = await givenState();
    await state.current();
    await tamperDocument(app, 'operational_state', text);

    await expect(state.current()).rejects.toMatchObject({ code: 'STATE_DOCUMENT_INVALID', owner: 'operational_state' });
    await expect(state.change(PAUSE)).rejects.toMatchObject({ code: 'STATE_DOCUMENT_INVALID' });
    expect(await call(url)).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL' } } });
    expect(app.logs).toContainEqual(expect.objectContaining({ level: 'error', listener: 'web' }));
    expect(await readDocument(folder, 'operational_state')).toBe(text);
    expect(await auditRows(app, 'operational_state.changed')).toEqual([]);
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
      const paused = { ...PAUSE, since: '2030-01-01T00:00:00.000Z' };

      expect(await post(url, PAUSE)).toMatchObject({ status: 200, body: paused });
      expect(await call(url)).toMatchObject({ status: 200, body: paused });
    });

    it.each([
      ['nothing', {}, 3],
      ['an unknown state', { ...PAUSE, state: 'asleep' }, 1],
      ['no person', { ...PAUSE, by: '' }, 2],
      ['a blank person', { ...PAUSE, by: '   ' }, 1],
      ['no text', { ...PAUSE, by: 7, reason: null }, 2],
      ['too long a reason', { ...PAUSE, reason: 'x'.repeat(501) }, 1],
      ['more than it knows', { ...PAUSE, since: '1970-01-01T00:00:00Z' }, 1],
      ['a list', [PAUSE], 1],
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

      expect((await post(url, PAUSE, form)).status).toBe(415);
      expect((await post(url, PAUSE, { origin: 'https://evil.example' })).status).toBe(403);
      expect((await call(url, { method: 'PUT', body: JSON.stringify(PAUSE) })).status).toBe(405);
      expect(await state.current()).toMatchObject({ state: 'running' });
    });
  });

  it('needs nothing but its module', async () => {
    const app = await givenApplication(await givenFolder(), { modules: [operationalStateModule()] });

    expect(await app.container.get(OperationalState).change(PAUSE)).toMatchObject({ state: 'paused' });
    expect((await app.stop()).code).toBe(0);
  });
});
