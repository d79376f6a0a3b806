import { randomUUID } from 'node:crypto';

import {
  type ClusterAttempt,
  type ClusterMoment,
  type ClusterTask,
  type ClusterTaskState,
  decideClusterStart,
} from 'daemonry';
import { Redis } from 'ioredis';
import fc from 'fast-check';

import { RedisStore } from '../../cluster/redis/RedisStore';
import type { StartAnswer } from '../../cluster/ClusterStore';
import { RedisServer } from '../support/RedisServer';

const task = { path: 'orders.tick', queue: 'shop~orders.tick', application: 'shop' };
const BASE = 'daemonry:shop~orders.tick';
const LOCK = 'lock of this job';
const JOB = 'the job';

let server: RedisServer;
let client: Redis;
let store: RedisStore;

beforeAll(async () => {
  server = await RedisServer.start();
  client = new Redis(server.url);
  const options = {
    redis: { url: server.url, tls: false },
    prefix: 'daemonry',
    application: 'shop',
    processId: 'p',
    leaseMs: 60_000,
  };
  store = new RedisStore({ ...options, warn: () => undefined });
  await store.connect();
});
afterAll(async () => {
  client.disconnect();
  await store.close();
  await server.remove();
});

/** The state, the moment and the policy of a step; instants count from now. */
interface Case {
  readonly since: number;
  readonly accounted: number | undefined;
  readonly run: { readonly started: number; readonly ended: number | undefined; readonly isHeld: boolean } | undefined;
  readonly token: number;
  readonly pausedUntil: number | undefined;
  readonly skipsFrom: number | undefined;
  readonly wasPaused: true | undefined;
  readonly openSince: number | undefined;
  /** Moments that wait, and have a job; and one that has none any more. */
  readonly waiting: readonly number[];
  readonly gone: number | undefined;
  readonly starts: number;
  readonly trigger: ClusterMoment['trigger'];
  readonly moment: number;
  readonly jitter: number;
  readonly overlap: ClusterTask['overlap'];
  readonly misfire: ClusterTask['misfire'];
  readonly isNewest: boolean;
  readonly delivery: ClusterTask['delivery'];
  readonly maxStarts: number;
}

const ago = fc.integer({ min: -6, max: 3 }).map((seconds) => seconds * 1_000 - 500);
const cases: fc.Arbitrary<Case> = fc.record({
  since: ago,
  accounted: fc.option(ago, { nil: undefined }),
  run: fc.option(
    fc.record({
      started: fc.integer({ min: -6, max: -1 }).map((seconds) => seconds * 1_000),
      ended: fc.option(fc.constant(-250), { nil: undefined }),
      isHeld: fc.boolean(),
    }),
    { nil: undefined },
  ),
  token: fc.constantFrom(0, 1_000, 8_000_000_000_000_000),
  pausedUntil: fc.option(fc.constantFrom(-1_000, 600_000, Infinity), { nil: undefined }),
  skipsFrom: fc.option(ago, { nil: undefined }),
  wasPaused: fc.constantFrom(undefined, undefined, undefined, true),
  openSince: fc.option(ago, { nil: undefined }),
  waiting: fc.uniqueArray(ago, { maxLength: 3 }),
  gone: fc.option(fc.constantFrom(-2_750, -750), { nil: undefined }),
  starts: fc.constantFrom(0, 0, 0, 1, 2),
  trigger: fc.constantFrom('schedule', 'schedule', 'catch-up', 'manual'),
  moment: ago,
  jitter: fc.constantFrom(0, 200),
  overlap: fc.constantFrom('skip', 'queue-one', 'allow'),
  misfire: fc.constantFrom('skip', 'run-once'),
  isNewest: fc.boolean(),
  delivery: fc.constantFrom('at-most-once', 'at-least-once'),
  maxStarts: fc.constantFrom(1, 2, 3),
});

/** Writes the state of a case, and asks Redis for the step. */
async function stepInRedis(given: Case, base: number): Promise<StartAnswer> {
  const { run, accounted, pausedUntil } = given;
  const fields: Record<string, string | number> = { since: base + given.since, token: String(given.token) };
  if (accounted !== undefined) fields['accounted'] = base + accounted;
  if (given.openSince !== undefined) fields['openSince'] = base + given.openSince;
  for (const at of given.waiting) fields[`w:${base + at}`] = at === given.moment ? JOB : `waits-${at}`;
  if (given.gone !== undefined) fields[`w:${base + given.gone}`] = 'gone';
  if (run !== undefined) {
    Object.assign(fields, { runToken: '1', runStarted: base + run.started, runJob: 'other', runLock: 'its lock' });
    if (run.ended !== undefined) fields['runEnded'] = base + run.ended;
  }
  if (pausedUntil !== undefined)
    Object.assign(fields, { pause: '{}', pausedUntil: pausedUntil === Infinity ? 'inf' : base + pausedUntil });
  if (given.skipsFrom !== undefined) Object.assign(fields, { skipNext: '{}', skipsFrom: base + given.skipsFrom });
  await client.flushall();
  await client.hset(`${BASE}:daemonry`, fields);
  await client.hset(`${BASE}:${JOB}`, { starts: given.starts });
  for (const at of given.waiting) await client.hset(`${BASE}:waits-${at}`, { data: '' });
  await client.set(`${BASE}:${JOB}:lock`, LOCK);
  if (run?.isHeld === true) await client.set(`${BASE}:other:lock`, 'its lock');
  return store.start(task, {
    moment: { ...momentOf(given, base), ...(given.wasPaused === true ? { wasPaused: true } : {}) },
    jobId: JOB,
    lock: LOCK,
    claimId: randomUUID(),
    policy: given,
    isNewest: given.isNewest,
  });
}

const momentOf = ({ trigger, moment, jitter }: Case, base: number): ClusterMoment => ({
  trigger,
  scheduledAt: base + moment,
  firesAt: base + moment + jitter,
});

function stateOf(given: Case, base: number): ClusterTaskState {
  const { since, accounted, run, token, pausedUntil, skipsFrom, openSince, waiting } = given;
  return {
    scheduleSince: base + since,
    ...(openSince === undefined ? {} : { openSince: base + openSince }),
    waiting: waiting.map((at) => base + at),
    token: BigInt(token),
    ...(skipsFrom === undefined ? {} : { skipsFrom: base + skipsFrom }),
    ...(accounted === undefined ? {} : { accounted: base + accounted }),
    ...(pausedUntil === undefined ? {} : { pausedUntil: base + pausedUntil }),
    ...(run === undefined
      ? {}
      : {
          run: {
            startedAt: base + run.started,
            token: 1n,
            ...(run.ended === undefined ? {} : { endedAt: base + run.ended }),
          },
        }),
  };
}

describe('the atomic step in Lua', () => {
  it('decides as decideClusterStart does, and leaves the state that it returns', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const base = Date.now();
        const answer = await stepInRedis(given, base);
        const fields = await client.hgetall(`${BASE}:daemonry`);

        const attempt: ClusterAttempt = {
          ...momentOf(given, base),
          start: given.starts + 1,
          now: answer.now,
          isHeld: given.run?.isHeld ?? false,
          isNewest: given.isNewest,
          wasPaused: given.wasPaused === true,
        };
        const expected = decideClusterStart(stateOf(given, base), attempt, given);
        const { state } = expected;
        expect(answer).toMatchObject({
          kind: expected.kind,
          start: given.starts + 1,
          accounted: 'accounted' in expected ? expected.accounted : undefined,
          waiting: expect.arrayContaining('waiting' in expected ? [...expected.waiting] : []) as unknown,
          reason: expected.kind === 'skip' ? expected.reason : undefined,
        });
        const last = BigInt(given.token);
        const micros = BigInt(Math.round(answer.now * 1_000));
        // The answer tells the time in thousandths of a millisecond, of which a number keeps a part.
        if (expected.kind === 'start')
          expect(answer.fencingToken).toBe(micros > last ? BigInt(fields['token'] ?? '') : last + 1n);
        expect({
          accounted: Number(fields['accounted'] ?? NaN),
          waiting: given.waiting.filter((at) => fields[`w:${base + at}`] !== undefined).sort(),
          hasEnded: fields['runToken'] === undefined ? undefined : fields['runEnded'] !== undefined,
          isPaused: fields['pausedUntil'] !== undefined,
          skips: fields['skipNext'] !== undefined,
        }).toEqual({
          accounted: state.accounted ?? NaN,
          waiting: state.waiting?.map((at) => at - base).sort(),
          hasEnded: state.run === undefined ? undefined : state.run.endedAt !== undefined,
          isPaused: state.pausedUntil !== undefined,
          skips: state.skipsFrom !== undefined,
        });
      }),
      { numRuns: 500 },
    );
  });
});
