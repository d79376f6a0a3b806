import { BackgroundDaemon, type RestartOption, type StartupContext } from '../../src';
import { createTestApplication } from '../../src/testing';

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Lets three listeners, each of which needs the one before, die, fail and be restarted at random. Returns what is wrong. */
async function live(seed: number): Promise<readonly string[]> {
  const random = randomOf(seed);
  const wrong: string[] = [];
  const running = new Set<string>();
  const dies = new Map<string, (error: unknown) => void>();
  const starts = new Map<string, number>();
  const names = ['a', 'b', 'c'];
  const listeners = names.map((name, index) => {
    const restart: RestartOption = { delay: '1s', jitter: 0, maxDelay: '8s', resetAfter: '1m' };
    const needs = names.slice(Math.max(index - 1, 0), index);
    @BackgroundDaemon({ name, interval: '1s', restart, dependsOn: needs, startupTimeout: '3s', shutdownTimeout: '3s' })
    class Explored {
      async startup({ sleep, fail, clock }: StartupContext): Promise<void> {
        if (running.has(name)) wrong.push(`${name} starts while its last life goes on`);
        if (needs.some((need) => !running.has(need))) wrong.push(`${name} starts without what it needs`);
        running.add(name);
        try {
          const kind = random();
          if (kind < 0.2) throw new Error('refused');
          if (kind < 0.4) await sleep(Math.floor(random() * 5_000));
          else if (kind < 0.5) await new Promise<void>((resolve) => void clock.at(clock.now() + 6_000, resolve));
        } catch (error) {
          running.delete(name);
          throw error;
        }
        starts.set(name, (starts.get(name) ?? 0) + 1);
        dies.set(name, fail);
      }
      tick(): void {
        if (needs.some((need) => !running.has(need))) wrong.push(`${name} ticks without what it needs`);
        if (!running.has(name)) wrong.push(`${name} ticks and does not run`);
      }
      async shutdown({ sleep }: { sleep: (ms: number) => Promise<void> }): Promise<void> {
        if (!running.has(name)) wrong.push(`${name} is shut down twice`);
        if (random() < 0.3) await sleep(Math.floor(random() * 2_000));
        running.delete(name);
      }
    }
    return Explored;
  });
  const app = await createTestApplication({ listeners });
  const booted = app.start();
  await app.clock.advance('30s');
  await booted;
  for (let step = 0; step < 15; step++) {
    const name = names[Math.floor(random() * names.length)] ?? 'a';
    if (random() < 0.7) dies.get(name)?.(new Error('down'));
    else app.restart(name, { reason: 'explored', by: 'explored' }).catch(() => undefined);
    await app.clock.advance(Math.floor(random() * 4_000));
  }
  if (random() < 0.5) await app.clock.advance('2m');
  const stopping = app.stop();
  if (!app.isOver) await app.clock.advanceUntil(() => app.isOver, '1m');
  const { code } = await stopping;
  if (code !== 0) wrong.push(`it stops with code ${code}`);
  return wrong;
}

describe('Listeners that die, fail and are restarted at random', () => {
  it('never run twice at once, start and tick only with what they need, and are each shut down once', async () => {
    const found: string[] = [];
    for (let seed = 1; seed <= 30; seed++) found.push(...(await live(seed)).map((text) => `seed ${seed}: ${text}`));
    expect(found.slice(0, 20)).toEqual([]);
  }, 60_000);
});
