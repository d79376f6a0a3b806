import { BackgroundDaemon, type OperateRequest, type OperatorIntent } from '../../src';
import { createTestApplication } from '../../src/testing';
import { BOT, KIM, outcomes, started } from '../support/givenOperated';
import { rejectionOf } from '../support/givenListener';

@BackgroundDaemon({ interval: '1h' })
class Report {
  tick(): void {}
}

describe('a request of an operator', () => {
  it('hears of everything that is wrong with it at once, and nothing is done', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });
    const wrong = {
      action: 'reschedule',
      listener: 'reprt',
      cron: '0 0 30 2 *',
      until: '2020-01-01',
      by: '',
      kind: 'robot',
      reson: 'x',
    };

    const error = await rejectionOf(app.operate(wrong as unknown as OperateRequest));

    expect(error).toMatchObject({ code: 'OPERATION_INVALID' });
    const { problems } = error as { problems: string[] };
    expect(problems.map((problem) => problem.slice(0, 40))).toEqual([
      expect.stringContaining('There is no listener named "reprt"'),
      'There is no "reson" in a request. Did yo',
      expect.stringContaining('"by" must be a text'),
      expect.stringContaining('"kind" must be one of human'),
      expect.stringContaining('"reason" must be a text'),
      expect.stringContaining('"until" is over'),
      expect.stringContaining('"cron" is no schedule'),
    ]);
    expect(app.intents()).toEqual([]);
    expect(app.journal).toContain('operator.refused reschedule reprt');
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown action', { action: 'puase' }, /Did you mean "pause"/],
    ['a task without a listener', { action: 'pause', task: 'tick' }, /needs the "listener"/],
    ['no listener where one is needed', { action: 'trigger' }, /concerns one listener/],
    ['a task where none is meant', { action: 'restart', listener: 'report', task: 'tick' }, /"task" has no meaning/],
    ['an end of what does not last', { action: 'resume', until: '2040-01-01' }, /"until" has no meaning for resume/],
    ['no instant', { action: 'pause', until: 'tomorrow' }, /is not an instant/],
    ['a text that has a year', { action: 'pause', until: 'banana 2040' }, /is not an instant/],
    ['a date that each country reads differently', { action: 'pause', until: '12/11/2040' }, /is not an instant/],
    ['an instant without an offset', { action: 'pause', until: '2040-01-01T08:00:00' }, /with an offset/],
    ['a day that no calendar has', { action: 'log-level', level: 'debug', until: '2040-02-30' }, /is not an instant/],
    ['the end of all instants', { action: 'pause', until: '+275760-09-13T00:00:00Z' }, /too far away: 9999-12-31T23/],
    ['a Date beyond four digits', { action: 'pause', until: new Date(8.64e15) }, /too far away/],
    ['a number', { action: 'pause', until: 7_200_000 }, /is not an instant, nor a duration/],
    ['a duration of nothing', { action: 'pause', until: '0s' }, /'0s' from now is not in the future/],
    ['a duration without a unit', { action: 'pause', until: '2' }, /is not an instant, nor a duration/],
    ['a duration beyond all years', { action: 'pause', until: '9999999d' }, /too far away/],
    [
      'a dead letter of a task of one process',
      { action: 'trigger', listener: 'report', tickId: 'x' },
      /no dead letters/,
    ],
    ['a pause of what has no tasks', { action: 'pause', listener: 'door' }, /has no tasks/],
    ['interval and cron', { action: 'reschedule', listener: 'report', interval: '1m', cron: '* * * * *' }, /either/],
    ['neither interval nor cron', { action: 'reschedule', listener: 'report' }, /either/],
    ['an interval that is too short', { action: 'reschedule', listener: 'report', interval: 5 }, /at least 10ms/],
    ['an interval that is none', { action: 'reschedule', listener: 'report', interval: 'soon' }, /must be a duration/],
    ['no time zone', { action: 'reschedule', listener: 'report', cron: '* * * * *', timeZone: 'Mars' }, /IANA/],
    ['an unknown level', { action: 'log-level', level: 'loud' }, /"level" must be one of error/],
    ['too long a reason', { action: 'pause', reason: 'x'.repeat(501) }, /500 are allowed/],
    ['a name with a line break', { action: 'pause', by: 'kim\nsam' }, /one line/],
    ['a key that is no text', { action: 'pause', key: 7 }, /"key" must be a text/],
  ])('is refused with %s', async (_case, request, message) => {
    const app = await started();

    await expect(app.operate({ ...KIM, ...request } as unknown as OperateRequest)).rejects.toThrow(message);
    await expect(app.operate(request['nothing'] as never)).rejects.toThrow('must be an object');
    expect(app.intents()).toEqual([]);
  });

  it('may end after a duration, which counts from when it is carried out', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });
    await app.clock.advance('10m');
    const { intent } = await app.operate({ action: 'pause', listener: 'report', until: '90m', ...KIM });
    const level = await app.operate({ action: 'log-level', level: 'debug', until: '0.5h', ...KIM });
    const wide = await app.operate({ action: 'pause', until: '1d', ...KIM });

    expect(intent?.until).toBe('2030-01-01T01:40:00.000Z');
    expect(level.intent?.until).toBe('2030-01-01T00:40:00.000Z');
    expect(wide.intent).toEqual({
      ...{ action: 'pause', since: '2030-01-01T00:10:00.000Z', until: '2030-01-02T00:10:00.000Z', persisted: false },
      ...KIM,
    });
  });

  it('with a duration is carried out once under one key, whenever it is sent again', async () => {
    const app = await started({ now: '2030-01-01T00:00:00Z' });
    const request = { action: 'pause', listener: 'report', until: '2h', key: 'k', ...KIM } as const;
    const first = await app.operate(request);
    await app.clock.advance('30m');

    expect(await app.operate(request)).toEqual({ ...first, repeated: true });
    expect(await app.operate({ ...request, until: '120m' })).toEqual({ ...first, repeated: true });
    for (const until of ['3h', '2030-01-01T02:00:00Z'])
      expect(await rejectionOf(app.operate({ ...request, until }))).toMatchObject({ code: 'OPERATION_INVALID' });
  });

  it('is carried out once under one key', async () => {
    const app = await started();
    const request = { action: 'trigger', listener: 'report', key: 'run-7', ...BOT } as const;

    const [first, second] = await Promise.all([app.operate(request), app.operate(request)]);
    const third = await app.operate(request);

    expect(app.runs('report')).toHaveLength(1);
    expect(second).toEqual({ ...first, repeated: true });
    expect(third).toEqual({ ...first, repeated: true });
    await expect(app.operate({ ...request, listener: 'watch' })).rejects.toThrow('for another act');
    expect(await app.operate({ ...request, by: 'another-bot' })).not.toHaveProperty('repeated');
  });

  it('of a program cannot lift what a person has set, and that of a person lifts anything', async () => {
    const app = await started();
    await app.operate({ action: 'pause', listener: 'report', ...KIM });
    await app.operate({ action: 'reschedule', listener: 'order_sync', interval: '1m', ...KIM });

    for (const request of [
      { action: 'resume', listener: 'report' },
      { action: 'pause', listener: 'report' },
      { action: 'reset', listener: 'order_sync' },
      { action: 'reset' },
      { action: 'reschedule', listener: 'order_sync', interval: '2m' },
    ] as const) {
      const error = await rejectionOf(app.operate({ ...request, ...BOT }));
      expect(error).toMatchObject({ code: 'INTENT_OVERRULED' });
      expect((error as Error).message).toContain('kim');
    }
    await expect(app.resume('report')).rejects.toMatchObject({ code: 'INTENT_OVERRULED' });
    expect(app.intents()).toHaveLength(2);
    await app.operate({ action: 'pause', listener: 'watch', ...BOT });
    expect((await app.operate({ action: 'reset', ...KIM, by: 'sam' })).lifted).toHaveLength(3);
    expect(app.intents()).toEqual([]);
  });

  it('is announced when it is carried out, and when it is refused', async () => {
    const app = await started();
    const events: unknown[] = [];
    app.events.on('operator.acted', (event) => events.push(event));
    app.events.on('operator.refused', ({ error, ...event }) => events.push({ ...event, code: error.code }));

    await app.operate({ action: 'reschedule', listener: 'report', interval: '5m', key: 'k', ...KIM });
    await app.operate({ action: 'reset', listener: 'report', ...BOT }).catch(() => undefined);

    expect(events).toEqual([
      { action: 'reschedule', listener: 'report', task: 'tick', ...KIM, key: 'k', value: 'every 5m' },
      { action: 'reset', listener: 'report', ...BOT, code: 'INTENT_OVERRULED' },
    ]);
  });

  it('may come before the start, and not after the stop', async () => {
    const app = await createTestApplication({ listeners: [Report] });
    await app.pause('report', { by: 'ann', reason: 'not yet' });
    await app.start();
    await app.clock.advance('1h');
    expect(outcomes(app, 'report')).toEqual(['skipped paused']);
    await app.stop();

    expect(await rejectionOf(app.pause('report', { by: 'ann', reason: 'late' }))).toMatchObject({
      code: 'NOT_RUNNING',
    });
  });

  it('that is hostile is refused', async () => {
    const app = await started();
    const hostile = { ...KIM, action: 'pause', ['__proto__x']: 1, toString: () => 'x' };

    await expect(app.operate(hostile as unknown as OperateRequest)).rejects.toMatchObject({
      code: 'OPERATION_INVALID',
    });
    await expect(app.operate([] as never)).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    await expect(app.operate(null as never)).rejects.toMatchObject({ code: 'OPERATION_INVALID' });
    const intents: readonly OperatorIntent[] = app.intents();
    expect(intents).toEqual([]);
  });
});

describe('a cron pattern that is given to a process which can open no more files', () => {
  afterEach(() => jest.dontMock('../../src/scheduling/LocalCron'));

  it('is not called a wrong one', async () => {
    const app = await started();
    jest.doMock('../../src/scheduling/LocalCron', () => {
      throw new Error('EMFILE: too many open files');
    });
    const act = { action: 'reschedule', listener: 'report', task: 'tick', cron: '*/5 * * * *', ...KIM } as const;

    expect(await rejectionOf(app.operate(act))).toMatchObject({ message: 'EMFILE: too many open files' });

    jest.dontMock('../../src/scheduling/LocalCron');
    expect(await app.operate(act)).toMatchObject({ intent: { value: 'cron */5 * * * * (UTC)' } });
  });
});
