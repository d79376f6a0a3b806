/** What of the testing kit must compile. */
import 'daemonry/testing/matchers';

import { expect as importedExpect } from '@jest/globals';
import { BackgroundDaemon, type LogEntry, PeriodicTask, type RunRecord } from 'daemonry';
import { auto, createTestApplication, override, stub, type Leak, type TestApplication } from 'daemonry/testing';

class OrderStore {
  readonly #secret = 1;
  private readonly table = 'orders';
  async read(id: string): Promise<number> {
    return this.#secret + this.table.length + id.length;
  }
}

abstract class Mailer {
  abstract send(text: string): void;
}

class FakeMailer extends Mailer {
  send(): void {}
}

@BackgroundDaemon()
class SlackClient {
  startup(): void {}
  async shutdown(): Promise<void> {}
  @PeriodicTask({ interval: '1h' })
  refresh(): void {}
  async post(text: string): Promise<number> {
    return text.length;
  }
}

class Pool {
  async query(sql: string): Promise<number> {
    return sql.length;
  }
  async dispose(): Promise<void> {}
}

// Hooks and tasks are for the framework, and disposal is too: a fake has what the test needs.
export const partial = [
  override(SlackClient, { post: async () => 1 }),
  override(SlackClient, {}),
  override(Pool, { query: async () => 1 }),
  override(SlackClient, class {}),
];
// A stub has some of the public members, of classes, abstract classes and what a text or symbol leads to.
export const stubbed: Promise<TestApplication> = createTestApplication({
  overrides: [
    stub(OrderStore, {}),
    stub(OrderStore, { read: async (id) => id.length }),
    stub(Mailer, { send: (text) => void text.length }),
    stub(SlackClient, { refresh: () => undefined }),
    stub(Pool, new Pool()),
    stub<Pool>('pool', { query: async (sql) => sql.length }),
    stub<Mailer>(Symbol('mailer'), { send: () => undefined }),
    override(Mailer, FakeMailer),
  ],
});
void createTestApplication({ overrides: auto([stub(OrderStore, { read: async () => 1 })]) });

void createTestApplication({ overrides: auto() });
void createTestApplication({
  overrides: auto([override(SlackClient, {}), [OrderStore, { read: async (id) => id.length }]]),
});
void createTestApplication({ overrides: auto([], (id) => (id === Pool ? { query: async () => 1 } : undefined)) });

// A fake need not have what is private; a class may need arguments, which the container injects.
export const overridden: Promise<TestApplication> = createTestApplication({
  overrides: [
    override(OrderStore, { read: async () => 1 }),
    override(Mailer, FakeMailer),
    [Mailer, new FakeMailer()],
    [OrderStore, { read: async (id) => id.length }],
    ['token', 42],
    override<number>('answer', 42),
    override<(x: number) => string>(Symbol('format'), (x) => x.toFixed()),
  ],
});

export async function use(app: TestApplication): Promise<void> {
  app.fault('db').slowStartup('40s').failStartup(new Error('refused'));
  app.fault('db').failTick(2).hangTick({ task: 'tick', times: Infinity }).hangShutdown().failShutdown().clear();
  const { outcome } = await app.until('run.finished');
  const { report } = await app.until('application.stopped', { within: '1h' });
  const line: LogEntry = await app.until('log', ({ level }) => level === 'error', { within: '1h', patienceMs: 100 });
  await app.until(() => app.runs('db').length > 2, { within: 1_000 });
  await app.untilStarted();
  await app.untilStarted('db', { within: '1m' });
  const next: number | undefined = await app.clock.runNext();
  await app.clock.settle();
  const leaks: readonly Leak[] = await app.leaks();
  const run: RunRecord = await app.tick('db');
  expect([outcome, report.code, line, next, leaks, run]).toHaveLength(6);

  expect(app).toHaveStartedInOrder(['db', 'web']);
  expect(app).not.toHaveStoppedInReverse();
  await expect(app.start()).rejects.toBeBootFailure({ listener: 'db', phase: 'startup', cause: TypeError });
  expect(app).toContainLog({ level: 'error', message: expect.any(String) as string });
  importedExpect(app).toHaveRun('db', { times: 3, outcome: 'failed' });
  importedExpect(app).not.toHaveSkipped('db', { reason: 'overlap' });
  importedExpect(app).toBeDegradedBy('db');
  await importedExpect(app.start()).rejects.toBeBootFailure('db');
}
