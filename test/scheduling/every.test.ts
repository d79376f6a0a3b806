import { BackgroundDaemon } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

describe('The cron pattern @every', () => {
  it('is an interval', async () => {
    let ticks = 0;
    @BackgroundDaemon({ cron: '@every 5m' })
    class Poller {
      tick(): void {
        ticks++;
      }
    }
    const app = await createTestApplication({ listeners: [Poller] });
    await app.start();
    await app.clock.advance('15m');
    expect(ticks).toBe(3);
    await app.stop();
  });
});
