import { limited, type LogEntry } from '../../src/contracts/ListenerLogger';
import { runInExecution, type ExecutionContext } from '../../src/execution/ExecutionContext';
import { createLogging, type LoggingConfig } from '../../src/observability/createLogging';

const CONFIG: LoggingConfig = { level: 'debug', format: 'auto', levels: {} };

function givenLogging(config: Partial<LoggingConfig> = {}) {
  const lines: LogEntry[] = [];
  const logging = createLogging({
    config: { ...CONFIG, ...config },
    sink: { log: (entry) => lines.push(entry) },
    now: () => 0,
  });
  return { lines, logging };
}

const execution = (rest: Partial<ExecutionContext> = {}): ExecutionContext => ({
  sessionId: 's1',
  listener: 'order_sync',
  hook: 'tick',
  callback: { waiting() {}, resumed() {}, settled() {} },
  isSettled: false,
  ...rest,
});

describe('A listener logger', () => {
  it('writes level, message, instant, listener and fields', () => {
    const { lines, logging } = givenLogging();

    logging.logger('order_sync').warn('Slow', { ms: 900 });

    expect(lines).toEqual([
      { timestamp: '1970-01-01T00:00:00.000Z', level: 'warn', message: 'Slow', listener: 'order_sync', ms: 900 },
    ]);
  });

  it('has the four levels', () => {
    const { lines, logging } = givenLogging();
    const { error, warn, info, debug } = logging.logger();

    for (const log of [error, warn, info, debug]) log('x');

    expect(lines.map(({ level }) => level)).toEqual(['error', 'warn', 'info', 'debug']);
  });

  it('writes so many lines of a limited place, and tells the number of the others with the last of them', async () => {
    const { lines, logging } = givenLogging();
    const { warn } = logging.logger('order_sync');

    for (let attempt = 1; attempt <= 10; attempt++)
      warn(`No answer ${attempt}`, { attempt, ...limited('no answer', 2) });
    warn('Another place', limited('another'));
    await logging.flush();

    expect(lines.map(({ message, attempt }) => [message, attempt])).toEqual([
      ['No answer 1', 1],
      ['No answer 2', 2],
      ['Another place', undefined],
      ['No answer 10 (8 times more within 1m; this is the last of them)', 10],
    ]);
  });

  it('carries what is bound to it', () => {
    const { lines, logging } = givenLogging();

    logging.logger('order_sync', { task: 'tick', runId: 'r1', shop: 7 }).info('x');

    expect(lines[0]).toMatchObject({ listener: 'order_sync', task: 'tick', runId: 'r1', shop: 7 });
  });

  it('carries the task and the run of the tick it is used in, through awaits', async () => {
    const { lines, logging } = givenLogging();
    const injected = logging.logger('order_sync');

    await runInExecution(execution({ task: 'tick', runId: 'r1' }), async () => {
      await Promise.resolve();
      injected.info('inside');
    });
    injected.info('outside');

    expect(lines).toMatchObject([
      { message: 'inside', listener: 'order_sync', task: 'tick', runId: 'r1' },
      { message: 'outside', listener: 'order_sync' },
    ]);
    expect(lines[1]).not.toHaveProperty('runId');
  });

  it("prefers its bound run to that of whoever's tick it is used in", () => {
    const { lines, logging } = givenLogging();
    const log = logging.logger('order_sync', { task: 'tick', runId: 'mine' });

    runInExecution(execution({ task: 'tick', runId: 'other' }), () => log.info('x'));

    expect(lines[0]).toMatchObject({ runId: 'mine' });
  });

  it("says within whose hook a service's own logger was used", () => {
    const { lines, logging } = givenLogging();
    const service = logging.logger('OrderStore');

    runInExecution(execution({ task: 'tick', runId: 'r1' }), () => service.info('x'));

    expect(lines[0]).toMatchObject({ listener: 'OrderStore', within: 'order_sync', task: 'tick', runId: 'r1' });
  });

  it('without a name takes the listener of the hook it is used in', () => {
    const { lines, logging } = givenLogging();

    runInExecution(execution({ hook: 'startup' }), () => logging.logger().info('x'));

    expect(lines[0]).toMatchObject({ listener: 'order_sync' });
    expect(lines[0]).not.toHaveProperty('within');
  });

  it('does not let a field replace what the line says of itself', () => {
    const { lines, logging } = givenLogging();

    logging.logger('order_sync').info('real', { message: 'forged', level: 'error', listener: 'x', timestamp: 1 });

    expect(lines[0]).toMatchObject({
      message: 'real',
      level: 'info',
      listener: 'order_sync',
      timestamp: '1970-01-01T00:00:00.000Z',
      _message: 'forged',
      _level: 'error',
      _listener: 'x',
      _timestamp: 1,
    });
  });

  it('writes an error in its fields with name, message, stack and cause', () => {
    const { lines, logging } = givenLogging();
    const error = new Error('outer', { cause: new Error('inner') });

    logging.logger().error('Failed', { error });

    expect(lines[0]).toMatchObject({
      error: { name: 'Error', message: 'outer', stack: error.stack, cause: { message: 'inner' } },
    });
  });

  it('understands an error where JavaScript puts one: as the message, and as the fields', () => {
    const { lines, logging } = givenLogging();
    const error: never = new Error('plain') as never;

    logging.logger().error(error);
    logging.logger().error('Failed', error);

    expect(lines).toMatchObject([
      { message: 'plain', error: { message: 'plain' } },
      { message: 'Failed', error: { message: 'plain' } },
    ]);
  });
});

describe('The level', () => {
  it.each([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ] as const)('%s lets %j pass', (level, passed) => {
    const { lines, logging } = givenLogging({ level });
    const log = logging.logger('any');

    for (const method of ['error', 'warn', 'info', 'debug'] as const) log[method]('x');

    expect(lines.map((line) => line.level)).toEqual(passed);
  });

  it('of one listener goes over the general one, up and down', () => {
    const { lines, logging } = givenLogging({ level: 'info', levels: { chatty: 'error', odd: 'debug' } });

    logging.logger('chatty').warn('dropped');
    logging.logger('odd').debug('kept');
    logging.logger('other').debug('dropped');

    expect(lines.map(({ message }) => message)).toEqual(['kept']);
  });

  it('of a listener holds for a logger without a name that is used in its hook', () => {
    const { lines, logging } = givenLogging({ level: 'info', levels: { order_sync: 'debug' } });

    runInExecution(execution(), () => logging.logger().debug('x'));

    expect(lines).toHaveLength(1);
  });

  it('is asked before anything of the line is made', () => {
    const { logging } = givenLogging({ level: 'info' });
    const read = jest.fn(() => 1);

    logging.logger('a').debug('x', {
      get costly() {
        return read();
      },
    });

    expect(read).not.toHaveBeenCalled();
  });

  it('can be asked for', () => {
    const { logging } = givenLogging({ level: 'info', levels: { odd: 'debug' } });

    expect([logging.enabled('debug'), logging.enabled('debug', 'odd'), logging.enabled('info', 'x')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('is info until the configuration is known, and loggers handed out before obey it then', () => {
    const lines: LogEntry[] = [];
    const logging = createLogging({ sink: { log: (entry) => lines.push(entry) } });
    const log = logging.logger('early');
    log.debug('dropped');
    log.info('kept');

    logging.configure({ ...CONFIG, level: 'debug' });
    log.debug('kept too');

    expect(lines.map(({ message }) => message)).toEqual(['kept', 'kept too']);
  });

  it('of a listener called like a property of every object is not found by accident', () => {
    const { logging } = givenLogging({ level: 'info' });

    expect(logging.enabled('info', 'constructor')).toBe(true);
    expect(logging.enabled('debug', 'constructor')).toBe(false);
  });
});
