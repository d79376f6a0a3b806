import { auto, createTestApplication } from 'daemonry/testing';

// region report
import { BackgroundDaemon, type TickContext } from 'daemonry';

abstract class Sales {
  abstract of(day: string, signal: AbortSignal): Promise<number>;
}
abstract class Mailer {
  abstract send(subject: string, key: string): Promise<void>;
}

// Six in the morning in Berlin, also when the clocks change; made up for once after a night without the application.
@BackgroundDaemon({ cron: '0 6 * * *', timeZone: 'Europe/Berlin', misfire: 'run-once' })
class DailyReport {
  constructor(
    private readonly sales: Sales,
    private readonly mailer: Mailer,
  ) {}

  async tick({ scheduledAt, tickId, signal }: TickContext): Promise<void> {
    // The day that was due, not the day that it is now; and a key by which a second mail of the same moment is known.
    const day = new Date(scheduledAt.getTime() - 86_400_000).toISOString().slice(0, 10);
    await this.mailer.send(`Sales of ${day}: ${await this.sales.of(day, signal)}`, tickId);
  }
}
// endregion report

describe('A daily report', () => {
  it('is sent once a day at six, also on the days on which the clocks change', async () => {
    const sent: string[] = [];
    const app = await createTestApplication({
      listeners: [DailyReport],
      now: '2026-03-27T12:00:00Z',
      overrides: auto([], (id) =>
        id === Mailer
          ? { send: async (subject: string) => void sent.push(subject) }
          : id === Sales
            ? { of: async () => 7 }
            : undefined,
      ),
    });
    await app.start();
    await app.clock.advanceTo('2026-03-30T12:00:00Z');

    expect(sent).toEqual(['Sales of 2026-03-27: 7', 'Sales of 2026-03-28: 7', 'Sales of 2026-03-29: 7']);
    expect(app.runs('daily_report').map(({ scheduledAt }) => scheduledAt)).toEqual([
      '2026-03-28T05:00:00.000Z',
      '2026-03-29T04:00:00.000Z',
      '2026-03-30T04:00:00.000Z',
    ]);
  });
});
