import type { PlannedListener, PlannedValue } from '../../src/contracts/BootPlan';
import type { LogEntry } from '../../src/contracts/ListenerLogger';
import { BootScreen } from '../../src/observability/BootScreen';
import { createLogging } from '../../src/observability/createLogging';
import { EventBus } from '../../src/observability/EventBus';
import { formatLogEntry } from '../../src/observability/formatLogEntry';
import { logEvents } from '../../src/observability/logEvents';
import { BRIEF } from '../../src/observability/readable';

const value = (path: string, given: unknown, origin: string): PlannedValue => ({ path, value: given, origin });

function givenScreen({ names = ['db', 'order_sync'], values = [] as PlannedValue[], columns = 100, url = '' } = {}) {
  const entries: LogEntry[] = [];
  const logging = createLogging({ sink: { log: (entry) => entries.push(entry) }, now: () => 0 });
  const bus = new EventBus(() => undefined);
  const screen = new BootScreen({
    name: 'orders',
    plan: {
      order: names,
      listeners: names.map((name) => ({ name, tasks: [{}] }) as unknown as PlannedListener),
      warnings: [],
    },
    values: () => values,
    command: () => ({ program: 'npx daemonry', entry: 'src/main.ts' }),
  });
  logEvents(bus, logging, screen);
  if (url !== '') screen.url = url;
  const text = () =>
    entries
      .filter((entry) => (entry as { readonly [BRIEF]?: string })[BRIEF] !== '')
      .flatMap((entry) => formatLogEntry(entry, false, columns).split('\n'));
  const open = () => {
    for (const fields of screen.open(columns)) logging.logger().info('The plan', fields);
  };
  return { bus, entries, text, open };
}

describe('The boot as a screen', () => {
  it('tells who starts with its time, what is disabled and why, where it answers, what to try, and how to stop it', () => {
    const { bus, text, open } = givenScreen({ url: 'http://127.0.0.1:9119' });

    open();
    bus.emit('application.starting', { listeners: 2 });
    bus.emit('listener.started', { listener: 'db', startupMs: 12 });
    bus.emit('listener.disabled', { listener: 'order_sync', reason: 'no partner is configured' });
    bus.emit('application.started', { startupMs: 1_500 });

    expect(text()).toEqual([
      'Starting orders: 2 listeners, 2 tasks',
      '      12ms  db',
      '  disabled  order_sync: no partner is configured',
      'Started in 1.5s, listens on http://127.0.0.1:9119. Ctrl-C stops it. To see more:',
      '  npx daemonry top                 what it does, every second',
      '  npx daemonry plan src/main.ts    why in this order, and when each task is due',
      '  npx daemonry config src/main.ts  every value, and where it comes from',
    ]);
  });

  it('shows the values that somebody has configured, by where they come from, and counts listeners that share one', () => {
    const { text, open } = givenScreen({
      values: [
        value('shutdown.grace', 25_000, 'default'),
        value('web.port', 8_080, 'config/default.yaml'),
        value('listeners.db.tasks.tick.interval', '1h', 'decorator'),
        value('listeners.db.tasks.tick.interval', '10s', 'config/test.yaml'),
        value('listeners.a.tasks.tick.jitter', '1s', 'config/test.yaml'),
        value('listeners.b.tasks.tick.jitter', '1s', 'config/test.yaml'),
        value('listeners.c.tasks.forget.jitter', '1s', 'config/test.yaml'),
        value('listeners.c.tasks.tick.jitter', '1s', 'config/test.yaml'),
      ],
    });

    open();

    expect(text()).toEqual([
      'Starting orders: 2 listeners, 2 tasks',
      '  set by config/default.yaml: web.port 8080',
      '  set by config/test.yaml: db interval 10s, jitter 1s of 3 listeners, c forget.jitter 1s',
    ]);
  });

  it('fits a narrow terminal: values and reasons go on in the next line, and nothing is cut', () => {
    const { bus, text, open } = givenScreen({
      columns: 40,
      values: [1, 2, 3].map((number) => value(`section.option${number}`, number, 'here')),
    });

    open();
    bus.emit('listener.disabled', { listener: 'db', reason: 'no db.url is configured (DAEMONRY__DB__URL)' });

    expect(text()).toEqual([
      'Starting orders: 2 listeners, 2 tasks',
      '  set by here: section.option1 1,',
      '    section.option2 2, section.option3 3',
      '  disabled  db: no db.url is configured',
      '            (DAEMONRY__DB__URL)',
    ]);
    expect(Math.max(...text().map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it('cuts no address: where a line is too narrow for it, it has one of its own', () => {
    const { bus, text, open } = givenScreen({ columns: 40, url: 'http://127.0.0.1:9119' });

    open();
    bus.emit('application.started', { startupMs: 1_500 });

    expect(text().slice(1, 5)).toEqual([
      'Started in 1.5s,',
      'listens on http://127.0.0.1:9119.',
      'Ctrl-C stops it. To see more:',
      '  npx daemonry top',
    ]);
    expect(text().slice(5, 9)).toEqual([
      '      what it does, every second',
      '  npx daemonry plan src/main.ts',
      '      why in this order, and when each',
      '      task is due',
    ]);
  });

  it('tells a fatal startup in one line: its story is what the process writes last', () => {
    const { bus, text, open } = givenScreen();

    open();
    const error = { name: 'Error', message: 'refused\nTo fix this: …', stack: 'Error: refused\n    at db.ts:1:1' };
    bus.emit('listener.startup_failed', { listener: 'db', phase: 'startup', fatal: true, error });
    const listeners = [{ name: 'db', state: 'startup_failed' as const, error }];
    const report = { code: 1 as const, reason: 'db failed', degraded: false, causes: [], error, disposalErrors: [] };
    bus.emit('application.stopped', { report: { ...report, listeners } });

    expect(text()).toEqual([
      'Starting orders: 2 listeners, 2 tasks',
      '    failed  db, which is fatal: refused',
      '1970-01-01T00:00:00.000Z ERROR Stopped with code 1: db failed',
    ]);
  });

  it('is not what a log for machines gets: that has every line, the stack of an error once, and no line above 8 KiB', () => {
    const names = Array.from({ length: 500 }, (_, index) => `a_listener_with_a_long_name_${index}`);
    const values = names.map((name) => value(`listeners.${name}.tasks.tick.interval`, 'x'.repeat(5_000), 'a file'));
    const { bus, entries, open } = givenScreen({ names, values });

    open();
    const error = { name: 'Error', message: 'refused', stack: 'Error: refused\n    at db.ts:1:1' };
    bus.emit('listener.startup_failed', { listener: 'db', phase: 'startup', fatal: true, error });
    const listeners = names.map((name) => ({ name, state: 'startup_failed' as const, error }));
    const report = { code: 1 as const, reason: 'db failed', degraded: false, causes: [], error, disposalErrors: [] };
    bus.emit('application.stopped', { report: { ...report, listeners } });

    const lines = entries.map((entry) => JSON.stringify(entry));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(8_192);
    expect(lines.filter((line) => line.includes('at db.ts'))).toHaveLength(1);
    const causes = names.map((name) => `"${name}" failed: ${'because '.repeat(100)}`);
    bus.emit('application.degraded', { causes });
    const undisposed = names.map((message) => ({
      name: 'Error',
      message: message.repeat(50),
      stack: 'x'.repeat(9_000),
    }));
    bus.emit('application.stopped', {
      report: {
        ...report,
        listeners,
        causes,
        disposalErrors: undisposed,
        error: { ...error, stack: 'x'.repeat(9_000) },
      },
    });
    const bytes = entries.map((entry) => Buffer.byteLength(JSON.stringify(entry)));
    expect(Math.max(...bytes)).toBeLessThan(8_192);
    expect(entries.at(-2)).toMatchObject({ message: 'Degraded', causesLeftOut: 481 });

    const plans = entries.flatMap((entry) => (entry as { plan?: { order: string[]; changed: unknown[] } }).plan ?? []);
    expect(plans.flatMap(({ order }) => order)).toEqual(names);
    expect(plans.flatMap(({ changed }) => changed)).toHaveLength(500);
    expect(entries.find(({ message }) => message.startsWith('Stopped'))).toMatchObject({ listenersLeftOut: 474 });
  });
});
