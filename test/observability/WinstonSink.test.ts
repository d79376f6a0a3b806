import { Writable } from 'node:stream';

import winston from 'winston';

import type { LogFormat } from '../../src/contracts/configuration';
import type { LogEntry, LogSink } from '../../src/contracts/ListenerLogger';
import { createLogging } from '../../src/observability/createLogging';
import { WinstonSink } from '../../src/observability/WinstonSink';

const entry = (message: string, rest: Partial<LogEntry> = {}): LogEntry => ({
  timestamp: '2026-01-02T03:04:05.678Z',
  level: 'info',
  message,
  ...rest,
});

/** Writes each chunk a turn later, as a slow pipe does. */
function givenOutput({ isTTY = false } = {}) {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      setImmediate(() => {
        chunks.push(chunk);
        done();
      });
    },
  });
  const output = Object.assign(stream, { isTTY, hasColors: () => false }) as unknown as NodeJS.WriteStream;
  return { output, text: () => chunks.join('') };
}

function givenSink(format: LogFormat, terminal: { isTTY?: boolean } = {}) {
  const { output, text } = givenOutput(terminal);
  const failures: unknown[] = [];
  const sink = new WinstonSink({ format: () => format, failed: (error) => failures.push(error), stream: output });
  return { sink, output, text, failures };
}

describe('The winston sink', () => {
  it('writes one JSON object a line when the output is no terminal', async () => {
    const { sink, text } = givenSink('auto');

    sink.log(entry('one', { listener: 'a', count: 1 }));
    sink.log(entry('two'));
    await sink.flush();

    expect(
      text()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { timestamp: '2026-01-02T03:04:05.678Z', level: 'info', message: 'one', listener: 'a', count: 1 },
      { timestamp: '2026-01-02T03:04:05.678Z', level: 'info', message: 'two' },
    ]);
  });

  it('writes lines of 8 KiB at the most, and says in each what is missing', async () => {
    const { sink, text } = givenSink('json');
    const error = { name: 'Error', message: 'm'.repeat(8_192), stack: 'at x\n'.repeat(1_600), code: 'E_BIG' };
    const list = Array.from({ length: 5_000 }, (_, index) => `listener_${index}`);
    const fields = Object.fromEntries(list.map((name) => [name, 1]));

    sink.log(entry('an error', { listener: 'a', error }));
    sink.log(entry('a list', { list }));
    sink.log(entry('€'.repeat(8_192)));
    sink.log(entry('fields', { listener: 'a', ...fields }));
    await sink.flush();

    const lines = text().trimEnd().split('\n');
    expect(lines.filter((line) => Buffer.byteLength(line) > 8_192)).toEqual([]);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        message: 'an error',
        listener: 'a',
        error: { code: 'E_BIG', message: expect.stringMatching(/^m+… \[\d+ more characters\]$/) as string },
      },
      {
        message: 'a list',
        list: expect.arrayContaining(['listener_0', expect.stringMatching(/^\[\d+ more\]$/)]) as string[],
      },
      { message: expect.stringMatching(/^€+… \[\d+ more characters\]$/) as string },
      { message: 'fields', listener: 'a', fieldsLeftOut: 5_000 },
    ]);
  });

  it.each([
    ['auto', true, 'INFO  x\n'],
    ['text', false, 'INFO  x\n'],
    ['json', true, '"level":"info","message":"x"}\n'],
  ] as const)('with format %s and a terminal: %s ends its line with %j', async (format, isTTY, ending) => {
    const { sink, text } = givenSink(format, { isTTY });

    sink.log(entry('x'));
    await sink.flush();

    expect(text().endsWith(ending)).toBe(true);
  });

  it('has everything written, in order, when flush resolves', async () => {
    const { sink, text } = givenSink('text');
    const messages = Array.from({ length: 500 }, (_, index) => `line ${index}`);

    for (const message of messages) sink.log(entry(message));
    await sink.flush();

    expect(text().match(/line \d+/g)).toEqual(messages);
  });

  it.each([
    ['before the first line', true],
    ['after it', false],
  ])('has everything written although somebody has replaced process.nextTick %s', async (_, isBefore) => {
    const { sink, output, text } = givenSink('text');
    const replace = (): unknown => jest.spyOn(process, 'nextTick').mockImplementation(() => undefined);

    if (isBefore) replace();
    sink.log(entry('line 1'));
    replace();
    for (let line = 2; line <= 50; line++) sink.log(entry(`line ${line}`));
    await sink.flush();
    jest.restoreAllMocks();

    expect(text().match(/line \d+/g)).toHaveLength(50);
    expect(output.listenerCount('error')).toBe(0);
  });

  it('goes on after a flush', async () => {
    const { sink, text } = givenSink('text');

    sink.log(entry('before'));
    await sink.flush();
    sink.log(entry('after'));
    await sink.flush();

    expect(text().match(/before|after/g)).toEqual(['before', 'after']);
  });

  it('flushes at once when nothing was logged', async () => {
    const { sink, text } = givenSink('text');

    await sink.flush();

    expect(text()).toBe('');
  });

  it('tells when the reader of the output has gone, and does not fail', async () => {
    const { sink, output, failures } = givenSink('text');
    sink.log(entry('x'));

    output.destroy(new Error('write EPIPE'));
    sink.log(entry('y'));
    await sink.flush();

    expect(failures).toContainEqual(new Error('write EPIPE'));
    expect(output.listenerCount('error')).toBe(0);
  });
});

describe("An application's own winston logger", () => {
  it('is a sink as it is', () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const sink: LogSink = winston.createLogger({
      level: 'debug',
      format: winston.format.json(),
      transports: new winston.transports.Stream({ stream }),
    });

    createLogging({ sink, now: () => 0 })
      .logger('order_sync')
      .info('Synced', { count: 2 });

    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      expect(JSON.parse(lines.join(''))).toEqual({
        timestamp: '1970-01-01T00:00:00.000Z',
        level: 'info',
        message: 'Synced',
        listener: 'order_sync',
        count: 2,
      });
    });
  });
});
