import { BackgroundDaemon, type BackgroundDaemonOptions, type FreshnessEffect, type RestartOption } from '../../src';
import type { Class } from '../../src/container/Class';
import { createTestApplication } from '../../src/testing';
import { statusOf } from './restarts';

/** An application with one daemon that ticks each minute and has to succeed within five. */
export async function givenReport(
  options: { freshness?: FreshnessEffect; restart?: RestartOption; dependsOn?: string[] } = {},
  values: Readonly<Record<string, unknown>> = {},
  others: readonly Class[] = [],
) {
  const report = { fails: false, die: (_error: unknown): void => undefined };
  const all: BackgroundDaemonOptions = { interval: '1m', mustSucceedWithin: '5m', ...options };
  @BackgroundDaemon(all as { interval: '1m' })
  class Report {
    startup({ fail }: { fail: (error: unknown) => void }): void {
      report.die = fail;
    }
    tick(): void {
      if (report.fails) throw new Error('no data');
    }
  }
  const app = await createTestApplication({ listeners: [Report, ...others], config: { values } });
  const events: string[] = [];
  app.events.onAny((name, event) => {
    if (name.startsWith('task.') || /degraded|recovered/.test(name)) events.push(name);
    if (name === 'task.stale') events.push((event as { since: string }).since);
  });
  await app.start();
  const stale = () => statusOf(app, 'report')?.tasks[0]?.stale;
  /** Expects the task to become stale after that time, and not a second earlier; lets it pass. */
  const isStaleAfter = async (seconds: number): Promise<void> => {
    await app.clock.advance(`${seconds - 1}s`);
    expect(stale()).toBe(false);
    await app.clock.advance('1s');
    expect(stale()).toBe(true);
  };
  return { app, report, events, stale, isStaleAfter };
}
