import { type ClusterHolder, type ClusterLease, type ClusterTaskHandle, LeaseLostError } from 'daemonry';

import { RedisServer } from '../support/RedisServer';
import { SwallowingProxy } from '../support/SwallowingProxy';
import { eventually } from './support/eventually';
import { FakeWorker, givenMoment, givenTask } from './support/FakeWorker';
import { givenEngine, stopEngines } from './support/givenEngines';

let server: RedisServer;
let proxy: SwallowingProxy;

beforeEach(async () => {
  server = await RedisServer.start();
  proxy = await SwallowingProxy.to(server.port);
});
afterEach(async () => {
  proxy.mend();
  await stopEngines();
  await proxy.close();
  await server.remove();
});

const near = (): Readonly<Record<string, unknown>> => ({ redis: { url: server.url }, lease: '2s' });
const behindProxy = (): Readonly<Record<string, unknown>> => ({
  redis: { url: `redis://127.0.0.1:${proxy.port}` },
  lease: '2s',
});

const offered = (handle: ClusterTaskHandle): Promise<string> =>
  eventually('an answer to the offer', () => handle.offer(givenMoment()).catch(() => undefined));

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });

/** Wants to hold a body, and holds it until it is told to end. */
class GivenHolder implements ClusterHolder {
  readonly leases: ClusterLease[] = [];
  end: () => void = () => undefined;

  async acquired(lease: ClusterLease): Promise<void> {
    this.leases.push(lease);
    await Promise.race([aborted(lease.signal), new Promise<void>((resolve) => (this.end = resolve))]);
  }
}

describe('a lease', () => {
  it('is renewed for as long as a run takes', async () => {
    const task = givenTask();
    const work = new FakeWorker(task, () => new Promise((resolve) => setTimeout(resolve, 5_000)));
    const other = new FakeWorker(task);
    const handle = (await givenEngine(near())).engine.join(task, work);
    await offered(handle);
    (await givenEngine(near())).engine.join(task, other);

    const runs = await eventually('the record', async () => {
      const found = await handle.history({ limit: 10 });
      return found.length > 0 && found;
    });

    expect(runs).toMatchObject([{ outcome: 'succeeded' }]);
    expect(other.lostRuns).toEqual([]);
  });

  it('that cannot be renewed ends the run before another process takes over, which records it as lost', async () => {
    const task = givenTask();
    let endedAt = 0;
    const cutOff = new FakeWorker(task, async ({ signal }) => {
      await aborted(signal);
      endedAt = Date.now();
    });
    const other = new FakeWorker(task);
    const first = (await givenEngine(behindProxy())).engine.join(task, cutOff);
    await offered(first);
    const claim = await eventually('the run', () => cutOff.claims[0]);
    const { engine } = await givenEngine(near());
    const second = engine.join(task, other);
    await eventually('who holds it', () => second.state.holder !== undefined);

    proxy.swallow();
    await aborted(claim.signal);
    const at = Date.now();
    const lost = await eventually('the loss', () => other.lostRuns[0]);
    await eventually('the next run', async () => {
      await second.offer(givenMoment()).catch(() => undefined);
      return other.claims.length > 0;
    });

    expect(claim.signal.reason).toBeInstanceOf(LeaseLostError);
    expect(claim.isHeld).toBe(false);
    expect(endedAt).toBeLessThanOrEqual(at);
    expect(lost).toMatchObject({ scheduledAt: new Date(claim.scheduledAt).toISOString() });
    expect(other.claims[0]?.fencingToken).toBeGreaterThan(claim.fencingToken);
    expect((await second.history({ limit: 10, outcome: 'lost' })).map(({ tickId }) => tickId)).toEqual([lost.tickId]);
  });

  it('that was lost has the moment run again elsewhere, where it is wanted at least once', async () => {
    const task = givenTask({ delivery: 'at-least-once', maxStarts: 2 });
    const cutOff = new FakeWorker(task, ({ signal }) => aborted(signal));
    const other = new FakeWorker(task);
    await offered((await givenEngine(behindProxy())).engine.join(task, cutOff));
    const claim = await eventually('the run', () => cutOff.claims[0]);
    (await givenEngine(near())).engine.join(task, other);

    proxy.swallow();
    const again = await eventually('the second start', () => other.claims[0]);

    expect(again).toMatchObject({ scheduledAt: claim.scheduledAt, start: 2 });
    expect(other.lostRuns).toHaveLength(1);
  });

  it('on a run body is held by one process, goes to another when that leaves, and grows its token', async () => {
    const body = { application: 'shop', listener: 'feed' };
    const [one, two] = [new GivenHolder(), new GivenHolder()];
    const first = (await givenEngine(near())).engine.hold(body, one);
    await eventually('the holder', () => one.leases.length === 1);
    (await givenEngine(near())).engine.hold(body, two);

    const leaving = first.leave();
    one.end();
    await leaving;
    await eventually('the other holder', () => two.leases.length === 1);

    expect(one.leases).toHaveLength(1);
    expect(two.leases[0]?.fencingToken).toBeGreaterThan(one.leases[0]?.fencingToken ?? 0n);
  });

  it('on a run body of a process that is cut off goes to another', async () => {
    const body = { application: 'shop', listener: 'feed' };
    const [one, two] = [new GivenHolder(), new GivenHolder()];
    (await givenEngine(behindProxy())).engine.hold(body, one);
    const lease = await eventually('the holder', () => one.leases[0]);
    (await givenEngine(near())).engine.hold(body, two);

    proxy.swallow();
    const taken = await eventually('the other holder', () => two.leases[0]);

    expect(lease.signal.aborted).toBe(true);
    expect(taken.fencingToken).toBeGreaterThan(lease.fencingToken);
  });
});
