import { AuditLog, auditLogModule } from '@daemonry/modules/audit_log';
import { type ProbeWake, probeWakeModule } from '@daemonry/modules/probe_wake';

import { givenApplication, givenFolder } from './support/givenData';
import { answering, givenEngine } from './support/givenEngine';
import { endOperators, givenOperator, givenTelling } from './support/givenOperator';
import { givenProbeWake, request, untilAsked } from './support/givenProbeWake';

jest.setTimeout(30_000);

afterEach(endOperators);

describe('probe_wake reads each request once', () => {
  const atOnce = { settings: { consecutive: 1, debounce: 0 } };

  it('those of before the first start not at all', async () => {
    const operator = await givenOperator();
    const folder = await givenFolder();
    const before = await givenApplication(folder, { modules: [auditLogModule()] });
    await request(before);
    await before.stop();

    const { tick } = await givenProbeWake(operator, { ...givenEngine(), ...atOnce, folder });

    expect(await tick()).toEqual([]);
  });

  it('oldest first, also across restarts', async () => {
    const operator = await givenOperator();
    const first = await givenProbeWake(operator, { ...givenEngine(), ...atOnce });
    await request(first.app, { summary: 'one' });
    await first.tick();
    expect(await first.tick()).toEqual([]);
    await request(first.app, { summary: 'two' });
    await request(first.app, { summary: 'three' });
    await first.app.stop();

    const second = await givenProbeWake(operator, { ...givenEngine(), ...atOnce, folder: first.folder });
    await second.tick();
    expect(await second.tick()).toEqual([]);

    expect(operator.posts().map((text) => text.split('\n', 1)[0])).toEqual([
      'WARNING: one',
      'WARNING: two',
      'WARNING: three',
    ]);
  });

  it('and one that cannot be dealt with is logged, and does not keep the next back', async () => {
    const operator = await givenOperator();
    const { app, tick } = await givenProbeWake(operator, { ...givenEngine(), ...atOnce });
    const audit = app.container.get(AuditLog);
    await request(app, { probe: 'bad' });
    await request(app, { probe: 'good' });
    jest.spyOn(audit, 'append').mockRejectedValueOnce(new Error('no disk'));

    expect(await tick()).toMatchObject([{ dispatched: false, error: 'Error: no disk' }, { dispatched: true }]);
    expect(await tick()).toEqual([]);

    expect(app.logs.filter(({ level }) => level === 'error')).toMatchObject([
      { message: expect.stringContaining('could not be looked into') as string },
    ]);
  });

  it('but one that the stop interrupts comes again', async () => {
    const operator = await givenOperator();
    const hanging = givenEngine(() => new Promise(() => undefined));
    const first = await givenProbeWake(operator, { ...hanging, settings: { consecutive: 1 } });
    await request(first.app);
    const ticking = first.app.tick('probe_wake');
    while (hanging.questions.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await first.app.stop();
    expect(await ticking).toMatchObject({ outcome: 'cancelled' });

    const second = await givenProbeWake(operator, {
      ...givenEngine(),
      settings: { consecutive: 1 },
      folder: first.folder,
    });

    expect(await second.tick()).toMatchObject([{ dispatched: true }]);
    expect(operator.posts()).toHaveLength(1);
  });

  it('and so does one that the timeout of the tick interrupts', async () => {
    const operator = await givenOperator();
    const hanging = [new Promise<never>(() => undefined)];
    const engine = givenEngine(() => hanging.shift() ?? answering('It is full.')());
    const { app } = await givenTelling(operator, {
      settleMs: 100,
      modules: [probeWakeModule(), ...engine.modules],
      overrides: engine.overrides,
      values: { probe_wake: { consecutive: 1 }, listeners: { probe_wake: { tickTimeout: '1m' } } },
    });
    await request(app);
    const ticking = app.tick('probe_wake');
    await untilAsked(engine);
    await app.clock.advance('1m');
    expect(await ticking).toMatchObject({ outcome: 'timed_out' });

    // Skipped while what was interrupted is still ending.
    while ((await app.tick('probe_wake')).outcome === 'skipped') await new Promise((resolve) => setImmediate(resolve));

    expect(app.listeners.resolve<ProbeWake>('probe_wake').outcomes).toMatchObject([{ dispatched: true }]);
  });

  it('and one that is older than a day is not looked into, which the log says', async () => {
    const operator = await givenOperator();
    const first = await givenProbeWake(operator, { ...givenEngine(), ...atOnce });
    await request(first.app);
    await first.app.stop();
    const second = await givenTelling(
      operator,
      { modules: [probeWakeModule()], now: '2030-01-02T00:00:01Z', values: { probe_wake: atOnce.settings } },
      first.folder,
    );

    await second.app.tick('probe_wake');

    expect(second.app.listeners.resolve<ProbeWake>('probe_wake').outcomes).toMatchObject([{ skipped: 'stale' }]);
    expect(second.app.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'Not looked into, because older than a day: 1' }),
    );
  });
});
