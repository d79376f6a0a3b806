import type { ApplicationEventMap, ApplicationEventName } from '../../src/contracts/ApplicationEvents';
import type { LogEntry } from '../../src/contracts/ListenerLogger';
import { runInExecution } from '../../src/execution/ExecutionContext';
import { error, givenLoggedEvents, REPORT, run, failure } from './givenLoggedEvents';

/** One event of each name, and the line that it becomes. */
const EVENTS: { readonly [K in ApplicationEventName]: [ApplicationEventMap[K], Partial<LogEntry>] } = {
  'application.starting': [{ listeners: 3 }, { level: 'info', message: 'Starting 3 listeners' }],
  'application.started': [{ startupMs: 1_250 }, { level: 'info', message: 'Started in 1.3s' }],
  'application.degraded': [
    { causes: ['order_sync failed'] },
    { level: 'warn', message: 'Degraded', causes: ['order_sync failed'] },
  ],
  'application.recovered': [{}, { level: 'info', message: 'Recovered: everything runs again' }],
  'application.stopping': [{ reason: 'SIGTERM' }, { level: 'info', message: 'Stopping: SIGTERM' }],
  'application.stopped': [{ report: REPORT }, { level: 'info', message: 'Stopped with code 0: done', code: 0 }],
  'listener.starting': [{ listener: 'a' }, { level: 'debug', listener: 'a', message: 'Starting' }],
  'listener.started': [
    { listener: 'a', startupMs: 12 },
    { level: 'info', listener: 'a', message: 'Started in 12ms', startupMs: 12 },
  ],
  'listener.startup_failed': [
    { listener: 'a', phase: 'startup', fatal: false, error },
    { level: 'warn', listener: 'a', phase: 'startup', error },
  ],
  'listener.blocked': [
    { listener: 'b', blockedBy: 'a' },
    { level: 'warn', listener: 'b', blockedBy: 'a' },
  ],
  'listener.disabled': [
    { listener: 'a', reason: 'no token' },
    { level: 'info', listener: 'a', message: 'Disabled: no token' },
  ],
  'listener.died': [
    { listener: 'a', fatal: false, error },
    { level: 'error', listener: 'a', error },
  ],
  'listener.restarting': [
    { listener: 'a', attempt: 2, at: '2026-01-01T00:00:02.000Z' },
    { level: 'warn', listener: 'a', message: 'Restarting at 2026-01-01T00:00:02.000Z (attempt 2)', attempt: 2 },
  ],
  'listener.restart_given_up': [
    { listener: 'a', restarts: 5 },
    { level: 'error', listener: 'a', message: 'Given up after 5 restarts', restarts: 5 },
  ],
  'listener.stuck': [
    { listener: 'a', task: 'tick', runId: 'r1' },
    { level: 'warn', listener: 'a', task: 'tick', runId: 'r1' },
  ],
  'listener.stopping': [{ listener: 'a' }, { level: 'debug', listener: 'a', message: 'Stopping' }],
  'listener.stopped': [
    { listener: 'a', shutdownMs: 5 },
    { level: 'info', listener: 'a', message: 'Stopped in 5ms', shutdownMs: 5 },
  ],
  'listener.shutdown_failed': [
    { listener: 'a', error, cut: false },
    { level: 'error', listener: 'a', message: 'Failed to shut down', error },
  ],
  'run.started': [run(), { level: 'debug', listener: 'order_sync', task: 'tick', runId: 'r1', message: 'Run started' }],
  'run.finished': [
    run('succeeded'),
    { level: 'debug', listener: 'order_sync', task: 'tick', runId: 'r1', message: 'Run succeeded', durationMs: 2_500 },
  ],
  'run.skipped': [
    run('skipped', { reason: 'overlap' }),
    { level: 'debug', listener: 'order_sync', task: 'tick', message: 'Run skipped', reason: 'overlap' },
  ],
  'loop.blocked': [
    { listener: 'a', hook: 'tick', task: 'sync', runId: 'r1', blockedMs: 2_500, inFlight: [], stack: 'at spin' },
    {
      level: 'warn',
      listener: 'a',
      task: 'sync',
      runId: 'r1',
      message: 'The event loop was blocked for 2.5s by a.sync',
      stack: 'at spin',
    },
  ],
  'loop.recovered': [{ blockedMs: 2_500 }, { level: 'debug', message: 'The event loop turns again' }],
  'task.stale': [
    { listener: 'a', task: 'tick', since: '2026-01-01T00:00:00.000Z', within: 60_000 },
    { level: 'error', listener: 'a', task: 'tick', message: 'Stale: no run has succeeded for 1m' },
  ],
  'task.fresh': [
    { listener: 'a', task: 'tick' },
    { level: 'info', listener: 'a', task: 'tick', message: 'Fresh again: a run has succeeded' },
  ],
  'operator.triggered': [
    { listener: 'a', task: 'tick', by: 'kim' },
    { level: 'info', listener: 'a', task: 'tick', message: 'Triggered', by: 'kim' },
  ],
  'operator.paused': [
    { listener: 'a', by: 'kim', reason: 'deploy', until: '2026-01-01T00:00:00.000Z' },
    { level: 'info', message: 'Paused', by: 'kim', reason: 'deploy', until: '2026-01-01T00:00:00.000Z' },
  ],
  'operator.resumed': [{ listener: 'a' }, { level: 'info', listener: 'a', message: 'Resumed' }],
  'operator.restarted': [
    { listener: 'a', by: 'kim', reason: 'new token' },
    { level: 'info', listener: 'a', message: 'Restarted', by: 'kim', reason: 'new token' },
  ],
  'operator.acted': [
    { action: 'reschedule', listener: 'a', task: 'tick', by: 'kim', kind: 'human', reason: 'load', value: 'every 5m' },
    { level: 'info', listener: 'a', task: 'tick', message: 'Rescheduled: every 5m', by: 'kim', reason: 'load' },
  ],
  'operator.refused': [
    { action: 'pause', listener: 'b', by: 'kim', kind: 'human', error: { name: 'E', message: 'no' } },
    { level: 'warn', message: 'Refused to pause', operated: 'b', by: 'kim', error: { name: 'E', message: 'no' } },
  ],
};

describe('The log of an application', () => {
  it.each(Object.keys(EVENTS) as ApplicationEventName[])('has a line for %s', (name) => {
    const { bus, lines } = givenLoggedEvents();
    const [event, line] = EVENTS[name];

    bus.emit(name, event);

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject(line);
  });

  it.each([
    ['listener.startup_failed', { listener: 'a', phase: 'startup', fatal: true, error }, /which is fatal/],
    ['listener.died', { listener: 'a', fatal: true, error }, /stops the application/],
    ['application.stopped', { report: { ...REPORT, code: 3, error } }, /code 3/],
    ['listener.shutdown_failed', { listener: 'a', error, cut: true }, /was cut/],
  ] as const)('says how grave %s is', (name, event, message) => {
    const { bus, lines } = givenLoggedEvents();

    bus.emit(name, event);

    expect(lines[0]).toMatchObject({ level: 'error', message: expect.stringMatching(message) as string, error });
  });

  it('at the default level holds the boot, a line a listener, and no run that went well', () => {
    const { bus, lines } = givenLoggedEvents('info');

    bus.emit('application.starting', { listeners: 1 });
    bus.emit('listener.starting', { listener: 'order_sync' });
    bus.emit('listener.started', { listener: 'order_sync', startupMs: 12 });
    bus.emit('application.started', { startupMs: 20 });
    bus.emit('run.started', run());
    bus.emit('run.finished', run('succeeded'));

    expect(lines.map(({ listener, message }) => [listener, message])).toEqual([
      [undefined, 'Starting 1 listener'],
      ['order_sync', 'Started in 12ms'],
      [undefined, 'Started in 20ms'],
    ]);
  });

  it("attributes a line to the listener the event names, not to whoever's hook made it happen", () => {
    const { bus, lines } = givenLoggedEvents();
    const callback = { waiting() {}, resumed() {}, settled() {} };
    const tick = {
      sessionId: 's',
      listener: 'other',
      hook: 'tick',
      task: 't',
      runId: 'r9',
      callback,
      isSettled: false,
    };

    runInExecution(tick, () => bus.emit('application.stopping', { reason: 'asked' }));

    expect(lines).toEqual([{ timestamp: '1970-01-01T00:00:00.000Z', level: 'info', message: 'Stopping: asked' }]);
  });

  it('does not make the record of a run that is not logged', () => {
    const { bus } = givenLoggedEvents('info');
    const read = jest.fn(() => run('succeeded').record);
    const lazy = { ...run(), outcome: 'succeeded' } as const;
    const event = Object.defineProperty({ ...lazy }, 'record', { get: read });

    bus.emit('run.started', event);
    bus.emit('run.finished', event);
    bus.emit('run.skipped', event);

    expect(read).not.toHaveBeenCalled();
  });

  it('hears only events of a level that some listener has switched on', () => {
    const { bus } = givenLoggedEvents('error');
    const heard = (Object.keys(EVENTS) as ApplicationEventName[]).filter((name) => bus.hears(name, 'succeeded'));
    expect(heard).toEqual([
      'application.stopped',
      'listener.startup_failed',
      'listener.died',
      'listener.restart_given_up',
      'listener.shutdown_failed',
      'task.stale',
    ]);
    expect(givenLoggedEvents('error', { a: 'debug' }).bus.hears('run.started')).toBe(true);
  });

  it('hears a run that went well only after one that did not', () => {
    const { bus } = givenLoggedEvents('info');
    expect(bus.hears('run.finished', 'succeeded')).toBe(false);
    expect(bus.hears('run.finished', 'failed')).toBe(true);

    bus.emit('run.finished', failure('refused'));
    expect(bus.hears('run.finished', 'succeeded')).toBe(true);

    bus.emit('run.finished', run('succeeded'));
    expect(bus.hears('run.finished', 'succeeded')).toBe(false);
  });

  it('says once a minute that a task is stuck, and how many of its runs are', () => {
    const timers: (() => void)[] = [];
    const { bus, lines } = givenLoggedEvents('info', {}, (_ms, fn) => {
      timers.push(fn);
      return { cancel: () => undefined };
    });
    for (let run = 1; run <= 500; run++) bus.emit('listener.stuck', { listener: 'a', task: 'tick', runId: `r${run}` });
    bus.emit('listener.stuck', { listener: 'a', task: 'other', runId: 'r501' });
    expect(lines.map(({ task, runId }) => [task, runId])).toEqual([
      ['tick', 'r1'],
      ['other', 'r501'],
    ]);

    for (const over of timers) over();

    expect(lines.slice(2)).toMatchObject([{ task: 'tick', runId: 'r500', leftOut: 499 }]);
    expect(lines[2]?.message).toMatch(/^Stuck: .* \(499 times more within 1m; this is the last of them\)$/);
  });

  it('ends when it is ended', () => {
    const { bus, lines, end } = givenLoggedEvents();

    end();
    bus.emit('listener.starting', { listener: 'a' });

    expect(lines).toEqual([]);
  });
});
