import type { RunEvent } from '../../src/contracts/ApplicationEvents';
import type { ExitReport } from '../../src/contracts/ExitReport';
import type { LogEntry, LogLevel } from '../../src/contracts/ListenerLogger';
import type { RunOutcome, RunRecord } from '../../src/contracts/RunRecord';
import type { SerializedError } from '../../src/contracts/SerializedError';
import { createLogging, type LoggingOptions } from '../../src/observability/createLogging';
import { EventBus } from '../../src/observability/EventBus';
import { logEvents } from '../../src/observability/logEvents';

export const error: SerializedError = { name: 'Error', message: 'refused' };
export const REPORT: ExitReport = {
  code: 0,
  reason: 'done',
  degraded: false,
  causes: [],
  listeners: [],
  disposalErrors: [],
};

export const run = (outcome?: RunOutcome, rest: Partial<RunRecord> = {}): RunEvent => {
  const record: RunRecord = {
    runId: 'r1',
    tickId: 'order_sync.tick@2026-01-01T00:00:00.000Z',
    listener: 'order_sync',
    task: 'tick',
    trigger: 'schedule',
    scheduledAt: '2026-01-01T00:00:00.000Z',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:02.500Z',
    ...(outcome === undefined ? {} : { outcome }),
    ...rest,
  };
  return { listener: 'order_sync', task: 'tick', runId: 'r1', missed: 0, lateMs: 0, durationMs: 2_500, record };
};

export const failure = (message: string, task = 'tick'): RunEvent => ({
  ...run('failed', { error: { name: 'Error', message } }),
  task,
});

export function givenLoggedEvents(
  level: LogLevel = 'debug',
  levels: Readonly<Record<string, LogLevel>> = {},
  later?: LoggingOptions['later'],
) {
  const lines: LogEntry[] = [];
  const logging = createLogging({
    config: { level, format: 'json', levels },
    sink: { log: (entry) => lines.push(entry) },
    now: () => 0,
    ...(later === undefined ? {} : { later }),
  });
  const bus = new EventBus((_name, thrown) => {
    throw thrown;
  });
  const end = logEvents(bus, logging);
  return { bus, lines, end };
}
