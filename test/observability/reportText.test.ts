import type { ExitReport } from '../../src/contracts/ExitReport';
import type { LogEntry } from '../../src/contracts/ListenerLogger';
import { createLogging } from '../../src/observability/createLogging';
import { EventBus } from '../../src/observability/EventBus';
import { formatLogEntry } from '../../src/observability/formatLogEntry';
import { logEvents } from '../../src/observability/logEvents';
import { reportText } from '../../src/observability/readable';

const REPORT: ExitReport = {
  code: 3,
  reason: 'received SIGTERM',
  degraded: true,
  causes: ['the disk is full'],
  error: { name: 'DaemonDiedError', message: '"pump" died.\nTo fix this: …' },
  listeners: [
    { name: 'db', state: 'stopped', startupMs: 12, shutdownMs: 1_500 },
    {
      name: 'order_sync',
      state: 'shutdown_failed',
      startupMs: 3,
      shutdownMs: 1_000,
      cut: true,
      error: { name: 'Error', message: 's3cret' },
    },
    { name: 'slack', state: 'disabled' },
  ],
  disposalErrors: [{ name: 'DisposalError', message: 'Disposing "Pool" failed' }],
};

describe('The exit report', () => {
  it('reads as a line per listener, with its state, its times and what failed', () => {
    expect(reportText(REPORT).split('\n')).toEqual([
      'db          stopped          started in 12ms, stopped in 1.5s',
      'order_sync  shutdown_failed  started in 3ms, stopped in 1s, cut, Error: s3cret',
      'slack       disabled',
      'it was degraded: the disk is full',
      'error: DaemonDiedError: "pump" died.',
      'not disposed: DisposalError: Disposing "Pool" failed',
    ]);
  });

  it('of an application without listeners is empty', () => {
    expect(
      reportText({ code: 0, reason: 'done', degraded: false, causes: [], listeners: [], disposalErrors: [] }),
    ).toBe('');
  });

  it('is in the log as data for machines and as a text for people, both redacted', () => {
    const lines: LogEntry[] = [];
    const logging = createLogging({
      sink: { log: (entry) => lines.push(entry) },
      redact: {
        text: (text) => text.replaceAll('s3cret', '[redacted]'),
        data: <T>(data: T): T => JSON.parse(JSON.stringify(data).replaceAll('s3cret', '[redacted]')) as T,
      },
    });
    const bus = new EventBus(() => undefined);
    logEvents(bus, logging);

    bus.emit('application.stopped', { report: REPORT });

    const [line] = lines;
    expect(JSON.parse(JSON.stringify(line))).toMatchObject({
      code: 3,
      reason: 'received SIGTERM',
      degraded: true,
      causes: ['the disk is full'],
      listeners: [
        { name: 'db', startupMs: 12 },
        { cut: true, error: { message: '[redacted]' } },
        { state: 'disabled' },
      ],
      disposalErrors: [{ name: 'DisposalError' }],
    });
    expect(line === undefined ? '' : formatLogEntry(line)).toMatch(
      /Stopped with code 3: received SIGTERM\n {4}db +stopped .*\n {4}order_sync .*cut, Error: \[redacted\]\n/,
    );
  });
});
