import type { LogEntry } from '../../src/contracts/ListenerLogger';
import { formatLogEntry } from '../../src/observability/formatLogEntry';
import { READABLE } from '../../src/observability/readable';

const entry = (rest: Partial<LogEntry> = {}): LogEntry => ({
  timestamp: '2026-01-02T03:04:05.678Z',
  level: 'info',
  message: 'Synced',
  ...rest,
});

describe('A log line for people', () => {
  it('holds time, level, listener.task, message, fields and run, in this order', () => {
    const text = formatLogEntry(
      entry({ listener: 'order_sync', task: 'tick', runId: 'r1', count: 3, from: 'the shop' }),
    );

    expect(text).toBe('2026-01-02T03:04:05.678Z INFO  order_sync.tick Synced count=3 from="the shop" runId=r1');
  });

  it('leaves out what is not there', () => {
    expect(formatLogEntry(entry())).toBe('2026-01-02T03:04:05.678Z INFO  Synced');
  });

  it('shows the text for people in place of the fields', () => {
    const text = formatLogEntry({ ...entry({ count: 3 }), [READABLE]: 'one\ntwo \u0007' });

    expect(text).toBe('2026-01-02T03:04:05.678Z INFO  Synced\n    one\n    two \\x07');
  });

  it('quotes a value that would read as something else', () => {
    const text = formatLogEntry(entry({ empty: '', equals: 'a=b', list: [1, 2], none: null }));

    expect(text).toContain('Synced empty="" equals="a=b" list=[1,2] none=null');
  });

  it('shows an error below the line, with its stack and its causes', () => {
    const error = {
      name: 'Error',
      message: 'no answer\nafter 3 tries',
      code: 'ETIMEDOUT',
      stack: 'Error: no answer\n    at load (/app/a.ts:1:2)',
      cause: { name: 'TypeError', message: 'bad host', cause: 'typo' },
    };

    expect(formatLogEntry(entry({ level: 'error', message: 'Run failed', error })).split('\n')).toEqual([
      '2026-01-02T03:04:05.678Z ERROR Run failed',
      '    Error (ETIMEDOUT): no answer',
      '      after 3 tries',
      '      at load (/app/a.ts:1:2)',
      '    caused by TypeError: bad host',
      '    caused by typo',
    ]);
  });

  it('names the field of an error that is not called error', () => {
    const first = { name: 'Error', message: 'x' };

    expect(formatLogEntry(entry({ first }))).toContain('\n    first: Error: x');
  });

  it('shows each error of several', () => {
    const error = { name: 'AggregateError', message: 'both', errors: [{ name: 'Error', message: 'a' }, 'b'] };

    expect(formatLogEntry(entry({ error }))).toContain('both\n    one of them: Error: a\n    one of them: b');
  });

  it('cannot be forged: a line break is indented and control characters are spelt out', () => {
    const text = formatLogEntry(entry({ message: 'a\n2026 ERROR fake\u001b[2J', host: 'b\u0007', path: 'c\nd' }));

    expect(text).toContain('a\n    2026 ERROR fake\\x1b[2J');
    expect(text).toContain('host="b\\u0007"');
    expect(text).toContain('path="c\\nd"');
  });

  it('cannot be forged by the name of a field, such as that of a header of others', () => {
    const text = formatLogEntry(entry({ 'x\n2026 ERROR fake\u001b[2J': 1, 'a b': 2 }));

    expect(text).toBe('2026-01-02T03:04:05.678Z INFO  Synced "x\\n2026 ERROR fake\\u001b[2J"=1 "a b"=2');
  });

  it('has a coloured level when asked', () => {
    expect(formatLogEntry(entry({ level: 'error' }), true)).toContain('\u001b[31mERROR\u001b[39m');
  });
});
