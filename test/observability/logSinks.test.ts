import type { LogEntry, LogSink } from '../../src/contracts/ListenerLogger';
import { createLogging, type LoggingConfig } from '../../src/observability/createLogging';

const CONFIG: LoggingConfig = { level: 'debug', format: 'auto', levels: {} };

describe('Redaction', () => {
  const redact = {
    text: (text: string) => text.replaceAll('hunter2', '[redacted]'),
    data: <T>(data: T) => JSON.parse(JSON.stringify(data).replaceAll('hunter2', '[redacted]')) as T,
  };

  it('covers message, fields, errors and bound fields', () => {
    const lines: LogEntry[] = [];
    const logging = createLogging({ config: CONFIG, redact, sink: { log: (entry) => lines.push(entry) } });
    const log = logging.logger('a', { url: 'http://hunter2@host' });

    log.info('password hunter2', { error: new Error('refused hunter2'), deep: [{ token: 'hunter2' }] });

    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(JSON.stringify(lines).match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('can come with the configuration', () => {
    const lines: LogEntry[] = [];
    const logging = createLogging({ sink: { log: (entry) => lines.push(entry) } });

    logging.configure(CONFIG, redact);
    logging.logger().info('hunter2');

    expect(lines[0]?.message).toBe('[redacted]');
  });

  it('that fails costs the line, never the secret or the caller', () => {
    const written: string[] = [];
    const sink = { log: jest.fn() };
    const broken = { ...redact, text: () => JSON.parse('{') as string };
    const stderr = { write: (text: string) => written.push(text) };
    const logging = createLogging({ config: CONFIG, sink, redact: broken, stderr });

    logging.logger().info('x', { password: 'hunter2' });

    expect(sink.log).not.toHaveBeenCalled();
    expect(written.join('')).toMatch(/^daemonry: a log line could not be written: SyntaxError/);
    expect(written.join('')).not.toContain('hunter2');
  });
});

describe('A sink', () => {
  function givenFailingSink(sink: LogSink) {
    const told: string[] = [];
    const logging = createLogging({ config: CONFIG, sink, stderr: { write: (text) => told.push(text) } });
    return { logging, told };
  }

  it('that throws does not fail the caller, and is told the 1st, 2nd, 4th, 8th time', () => {
    const failures = ['disk full', 'disk full', 'gone'];
    const { logging, told } = givenFailingSink({
      log: () => {
        throw new Error(failures.shift());
      },
    });

    for (const message of ['a', 'b', 'c']) logging.logger().info(message);

    expect(told).toEqual([
      'daemonry: a log line could not be written: Error: disk full\n',
      'daemonry: a log line could not be written (2 times so far): Error: disk full\n',
    ]);
  });

  it('that fails differently each time does not flood stderr, and is counted', async () => {
    let count = 0;
    const { logging, told } = givenFailingSink({
      log: () => {
        throw new Error(`failure ${++count}`);
      },
    });

    for (let line = 0; line < 500; line++) logging.logger().info('x');

    expect(told).toHaveLength(9);
    await logging.flush();
    expect(told.at(-1)).toBe('daemonry: a log line could not be written (500 times so far): Error: failure 500\n');
  });

  it('that rejects is told, and leaves no unhandled rejection', async () => {
    const { logging, told } = givenFailingSink({ log: () => Promise.reject(new Error('network')) });

    logging.logger().info('x');
    await logging.flush();

    expect(told).toEqual(['daemonry: a log line could not be written: Error: network\n']);
  });

  it('is waited for by flush: lines in flight first, then its own flush', async () => {
    const journal: string[] = [];
    let written = (): void => undefined;
    const logging = createLogging({
      config: CONFIG,
      sink: {
        log: () => new Promise<void>((resolve) => (written = resolve)).then(() => journal.push('written')),
        flush: () => Promise.resolve(void journal.push('flushed')),
      },
    });
    logging.logger().info('x');

    const flushing = logging.flush().then(() => journal.push('done'));
    await Promise.resolve();
    written();
    await flushing;

    expect(journal).toEqual(['written', 'flushed', 'done']);
  });

  it('whose flush rejects is told, and flush resolves', async () => {
    const { logging, told } = givenFailingSink({
      log: () => undefined,
      flush: () => Promise.reject(new Error('closed')),
    });

    await expect(logging.flush()).resolves.toBeUndefined();
    expect(told).toEqual(['daemonry: a log line could not be written: Error: closed\n']);
  });
});
