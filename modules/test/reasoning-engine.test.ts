import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BackgroundDaemon, BootError, type OnStartup } from 'daemonry';
import { type ReasoningEngine, reasoningEngineModule } from '@daemonry/modules/reasoning_engine';
import { type SnapshotDocument, snapshotModule } from '@daemonry/modules/snapshot';
import { createTestApplication } from 'daemonry/testing';

import { answerFromSnapshot, describeSpan } from '../reasoning_engine/answerFromSnapshot';

type TestApplication = Awaited<ReturnType<typeof createTestApplication>>;

@BackgroundDaemon({ name: 'lost_one' })
class LostOne implements OnStartup {
  startup(): void {
    throw new Error('no such host');
  }
}

const running: TestApplication[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reasoning-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop()));
  await rm(folder, { recursive: true });
});

async function givenEngine({
  withSnapshot = true,
  values = {},
}: { withSnapshot?: boolean; values?: Record<string, unknown> } = {}) {
  // One application works with a state directory at a time.
  const home = await mkdtemp(join(folder, 'app-'));
  const path = join(home, 'snapshot.json');
  const app = await createTestApplication({
    name: 'gateway',
    now: '2030-01-01T00:00:00Z',
    listeners: [LostOne],
    modules: [...(withSnapshot ? [snapshotModule()] : []), reasoningEngineModule()],
    config: {
      values: {
        ...(withSnapshot && { snapshot: { path } }),
        state: { directory: home },
        ...values,
      },
    },
  });
  running.push(app);
  await app.start();
  const engine = app.listeners.resolve<ReasoningEngine>('reasoning_engine');
  return { app, path, engine, ask: (question: string) => engine.respond({ question }) };
}

async function givenSnapshotWritten() {
  // No tick of its own may be under way.
  const given = await givenEngine({ values: { 'listeners.snapshot.interval': 'off' } });
  await given.app.clock.advance('90s');
  await given.app.tick('snapshot');
  await given.app.clock.advance('30s');
  return given;
}

describe('the reasoning engine', () => {
  describe('asked about the application', () => {
    it.each([
      [
        'What is your status?',
        /^gateway is degraded \(degraded\)\.\n- lost_one is down \(startup_failed\): no such host/,
      ],
      ['how are you', /^gateway is degraded/],
      ['How long have you been up?', /^gateway has been up for 1m 30s\./],
      ['uptime', /^gateway has been up for/],
      ['Any alerts?', /^- critical: lost_one is down/],
      ["what's wrong", /^- critical: lost_one/],
      ['and the probes?', /^There are no probes: heartbeat_probes is not part of this application\./],
      ['is reasoning_engine running?', /^reasoning_engine is running: started at 2030-01-01T00:00:00\.000Z\./],
      ['tell me about the Reasoning Engine', /^reasoning_engine is running/],
      ['status of lost_one', /^lost_one is startup_failed: no such host\./],
      ['list all listeners', /- snapshot is running\n- reasoning_engine is running/],
    ])('answers "%s" from the snapshot, with its age', async (question, expected) => {
      const { ask } = await givenSnapshotWritten();

      const answer = await ask(question);

      expect(answer).toMatchObject({ ok: true, source: 'snapshot' });
      expect(answer.text).toMatch(expected);
      expect(answer.text).toContain('(as of 2030-01-01T00:01:30.000Z, 30s ago)');
    });

    it.each(['help', 'Help!', 'What can I ask?'])('answers "%s" without a snapshot', async (question) => {
      const { ask } = await givenEngine({ withSnapshot: false });

      expect(await ask(question)).toMatchObject({
        ok: true,
        source: 'help',
        text: expect.stringContaining('uptime') as string,
      });
    });
  });

  describe('what it cannot answer is a value', () => {
    it.each(['', '   ', '\n\t'])('the empty question %j', async (question) => {
      const { ask } = await givenEngine();

      expect(await ask(question)).toMatchObject({ ok: false, code: 'question_empty' });
    });

    it('a question that is no text, from JavaScript', async () => {
      const { ask } = await givenEngine();

      expect(await ask(undefined as unknown as string)).toMatchObject({ ok: false, code: 'question_empty' });
    });

    it('a question longer than the limit', async () => {
      const { ask } = await givenEngine({ values: { 'reasoning_engine.maxQuestionLength': 10 } });

      expect(await ask('x'.repeat(11))).toMatchObject({
        ok: false,
        code: 'question_too_long',
        text: expect.stringContaining('10') as string,
      });
      expect(await ask('x'.repeat(10))).not.toMatchObject({ code: 'question_too_long' });
    });

    it('a question about something else', async () => {
      const { ask } = await givenSnapshotWritten();

      expect(await ask('what is the weather like')).toMatchObject({ ok: false, code: 'not_understood' });
    });

    it('a listener that does not exist', async () => {
      const { ask } = await givenSnapshotWritten();

      expect(await ask('is the listener order_sync running?')).toMatchObject({
        ok: false,
        code: 'unknown_listener',
        text: 'There is no listener named "order_sync". There are lost_one, snapshot, reasoning_engine.',
      });
    });

    it('a question that was taken back', async () => {
      const { engine } = await givenSnapshotWritten();

      const answer = await engine.respond({ question: 'status', signal: AbortSignal.abort() });

      expect(answer).toMatchObject({ ok: false, code: 'cancelled' });
    });

    it('a question before the first snapshot, without the snapshot module, or once the snapshot is stale', async () => {
      const fresh = await givenEngine();
      const alone = await givenEngine({ withSnapshot: false });
      expect(await fresh.ask('status')).toMatchObject({
        ok: false,
        code: 'snapshot_missing',
        text: expect.stringContaining('missing, stale') as string,
      });
      expect(await alone.ask('status')).toMatchObject({
        ok: false,
        code: 'snapshot_missing',
        text: expect.stringContaining('snapshot is not part of this application') as string,
      });

      const { app, ask } = await givenEngine({ values: { 'listeners.snapshot.interval': 'off' } });
      await app.tick('snapshot');
      await app.clock.advance('11m');
      expect(await ask('status')).toMatchObject({ ok: false, code: 'snapshot_missing' });
    });

    it('a snapshot that cannot be read', async () => {
      const { path, ask } = await givenEngine();
      await mkdir(path);

      expect(await ask('status')).toMatchObject({
        ok: false,
        code: 'snapshot_unreadable',
        text: expect.stringContaining('EISDIR') as string,
      });
    });

    it('a disabled snapshot, with the reason', async () => {
      const { ask } = await givenEngine({ values: { 'listeners.snapshot.enabled': false } });

      expect(await ask('status')).toMatchObject({
        ok: false,
        code: 'snapshot_missing',
        text: expect.stringContaining('disabled') as string,
      });
    });

    it('any question once it has stopped', async () => {
      const { app, ask } = await givenSnapshotWritten();

      await app.stop();

      expect(await ask('status')).toMatchObject({ ok: false, code: 'not_running' });
    });

    it('a snapshot whose parts are unknown is answered with what is known', async () => {
      const { path } = await givenSnapshotWritten();
      const written = JSON.parse(await readFile(path, 'utf8')) as SnapshotDocument;
      const unknown: SnapshotDocument = {
        ...written,
        overall: 'unknown',
        alerts: [],
        application: 'unknown',
        listeners: 'unknown',
        process: 'unknown',
        probes: 'unknown',
      };
      const ask = (question: string) => answerFromSnapshot(unknown, question, Date.parse(unknown.computedAt)).text;

      expect(ask('status')).toMatch(/^The application is unknown\./);
      expect(ask('uptime')).toMatch(/unknown/);
      expect(ask('probes')).toMatch(/unknown/);
      expect(ask('listeners')).toMatch(/unknown/);
      expect(ask('alerts')).toMatch(/^There are no alerts\./);
    });
  });

  describe('with a provider that does not exist', () => {
    it('aborts the boot, naming the known ones and the variable to set', async () => {
      const error = await givenEngine({ values: { 'reasoning_engine.provider': 'oracle' } }).catch(
        (reason: unknown) => reason,
      );

      expect(error).toBeInstanceOf(BootError);
      expect(error).toMatchObject({
        listenerName: 'reasoning_engine',
        phase: 'startup',
        cause: {
          code: 'REASONING_PROVIDER_UNKNOWN',
          message: expect.stringMatching(
            /"oracle"[\s\S]*known: local, anthropic, openai[\s\S]*DAEMONRY__REASONING_ENGINE__PROVIDER/,
          ) as string,
        },
      });
    });
  });
});

describe('a span of time', () => {
  it.each([
    [0, '0s'],
    [-5, '0s'],
    [999, '0s'],
    [61_000, '1m 1s'],
    [3_600_000, '1h'],
    [90_061_000, '1d 1h'],
  ])('of %i ms is told as %s', (ms, expected) => {
    expect(describeSpan(ms)).toBe(expected);
  });
});
