import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { BackgroundDaemon, RunInterceptor, type TickContext } from 'daemonry';
import { ContainerModule } from 'inversify';

import { behaviours, failing, givenMetrics, endMetrics } from './support/givenMetrics';
import { endTracing, givenSdk, givenTracing } from './support/givenTracing';
import { tracingModule } from '@daemonry/modules/tracing';

let exporter: InMemorySpanExporter;

beforeEach(() => {
  exporter = new InMemorySpanExporter();
});

const spans = (name = 'order_sync.tick') => exporter.getFinishedSpans().filter((span) => span.name === name);

afterEach(async () => {
  await endMetrics();
  await endTracing();
});

describe('the span of a run', () => {
  beforeEach(() => {
    givenSdk({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  });

  it('is named after the listener and the task, and says which run it is', async () => {
    const app = await givenTracing();
    await app.clock.advance('1m');
    const [record] = app.runs('order_sync');
    expect(spans()).toHaveLength(1);
    expect(spans()[0]).toMatchObject({
      attributes: {
        'daemonry.listener': 'order_sync',
        'daemonry.task': 'tick',
        'daemonry.run_id': record?.runId,
        'daemonry.tick_id': record?.tickId,
        'daemonry.trigger': 'schedule',
        'daemonry.scheduled_at': record?.scheduledAt,
        'daemonry.outcome': 'succeeded',
      },
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: undefined,
      links: [],
      instrumentationScope: { name: 'daemonry' },
    });
  });

  it('is active around the handler: spans made inside are its children, through any number of awaits', async () => {
    const tracer = trace.getTracer('orders');
    behaviours.push(async ({ sleep }: TickContext) => {
      tracer.startSpan('at once').end();
      await sleep('1s');
      tracer.startSpan('later').end();
    });
    const app = await givenTracing();
    await app.clock.advance('61s');
    const [run] = spans();
    for (const name of ['at once', 'later']) {
      expect(spans(name)[0]?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
      expect(spans(name)[0]?.spanContext().traceId).toBe(run?.spanContext().traceId);
    }
  });

  it('is a root of its own, also where the application was created inside a span', async () => {
    const tracer = trace.getTracer('boot');
    const [app, boot] = await tracer.startActiveSpan(
      'boot',
      async (span): Promise<[Awaited<ReturnType<typeof givenTracing>>, Span]> => [await givenTracing(), span],
    );
    await app.clock.advance('2m');
    boot.end();
    const ids = spans().map((span) => span.spanContext().traceId);
    expect(new Set([...ids, boot.spanContext().traceId]).size).toBe(3);
    expect(spans().map(({ parentSpanContext }) => parentSpanContext)).toEqual([undefined, undefined]);
  });

  it('is linked to the span in which the run was triggered', async () => {
    const app = await givenTracing();
    const request = trace.getTracer('http').startSpan('POST /api/operate');
    await context.with(trace.setSpan(context.active(), request), () => app.tick('order_sync'));
    await app.tick('order_sync');
    expect(spans().map(({ links }) => links.map((link) => link.context.spanId))).toEqual([
      [request.spanContext().spanId],
      [],
    ]);
    expect(spans()[0]?.parentSpanContext).toBeUndefined();
    expect(spans()[0]?.attributes['daemonry.trigger']).toBe('manual');
  });

  it('is linked to the run that triggered it', async () => {
    const app = await givenTracing();
    behaviours.push(async () => {
      await app.trigger('order_sync', 'compact');
    });
    await app.clock.advance('1m');
    expect(spans('order_sync.compact')[0]?.links[0]?.context.spanId).toBe(spans()[0]?.spanContext().spanId);
  });

  it('has the error of a run that failed, without the secrets of the application', async () => {
    behaviours.push(() => {
      throw Object.assign(new TypeError('no orders'), { code: 'ECONNREFUSED' });
    }, failing);
    const app = await givenTracing();
    await app.clock.advance('2m');
    expect(spans()).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR, message: 'no orders' },
        attributes: { 'daemonry.outcome': 'failed', 'error.type': 'ECONNREFUSED' },
        events: [
          { name: 'exception', attributes: { 'exception.type': 'TypeError', 'exception.message': 'no orders' } },
        ],
      },
      { attributes: { 'error.type': 'Error' } },
    ]);
  });

  it('ends at the timeout, though the handler goes on', async () => {
    let release = (): void => undefined;
    behaviours.push(() => new Promise((resolve) => (release = resolve)));
    const app = await givenTracing();
    await app.clock.advance('75s');
    const ended = spans();
    release();
    expect(ended).toMatchObject([
      {
        status: { code: SpanStatusCode.ERROR },
        attributes: { 'daemonry.outcome': 'timed_out', 'error.type': 'TICK_TIMEOUT' },
      },
    ]);
    await app.clock.advance('1s');
    expect(spans()).toHaveLength(1);
  });

  it('ends without an error when the stop cancels the run', async () => {
    behaviours.push(({ sleep }) => sleep('5s'));
    const app = await givenTracing();
    await app.clock.advance('1m');
    await app.stop();
    expect(spans()).toMatchObject([
      { status: { code: SpanStatusCode.UNSET }, attributes: { 'daemonry.outcome': 'cancelled' } },
    ]);
  });

  it('is not made of a due moment that was skipped', async () => {
    const app = await givenTracing();
    await app.pause('order_sync', { reason: 'deploy', by: 'kim' });
    await app.clock.advance('3m');
    expect(app.runs('order_sync').map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('of each of several runs at once has its own children', async () => {
    @BackgroundDaemon({ interval: '1s', overlap: 'allow' })
    class Overlapping {
      async tick({ sleep, runId }: TickContext): Promise<void> {
        await sleep('3s');
        trace.getTracer('orders').startSpan('child', { attributes: { runId } }).end();
      }
    }
    const app = await givenTracing({ listeners: [Overlapping] });
    await app.clock.advance('6s');
    const children = spans('child');
    expect(children.length).toBeGreaterThan(2);
    for (const child of children) {
      const parent = spans('overlapping.tick').find(
        (span) => span.spanContext().spanId === child.parentSpanContext?.spanId,
      );
      expect(parent?.attributes['daemonry.run_id'] ?? child.attributes['runId']).toBe(child.attributes['runId']);
    }
  });

  it('is inside of interceptors that are bound before', async () => {
    const outer: RunInterceptor = {
      around: (_run, next) =>
        trace.getTracer('outer').startActiveSpan('outer', (span) => next().finally(() => span.end())),
    };
    const app = await givenTracing({
      modules: [new ContainerModule(({ bind }) => void bind(RunInterceptor).toConstantValue(outer)), tracingModule()],
    });
    await app.clock.advance('1m');
    expect(spans()).toHaveLength(1);
    expect(spans('outer')).toHaveLength(1);
  });
});

describe('an exemplar', () => {
  const OPEN_METRICS = 'application/openmetrics-text';
  const exemplars = (text = ''): readonly string[] => text.split('\n').filter((line) => line.includes(' # {'));

  it('names the trace of the last run of its bucket, in OpenMetrics only', async () => {
    givenSdk({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const { app, daemon } = await givenMetrics({ web: false, modules: [tracingModule()], now: '2026-01-01T00:00:00Z' });
    behaviours.push(
      () => undefined,
      ({ sleep }) => sleep('3s'),
    );
    await app.clock.advance('4m');
    const ids = spans().map((span) => span.spanContext().traceId);
    expect(exemplars((await daemon.expose(OPEN_METRICS))?.body)).toEqual([
      `daemonry_run_duration_seconds_bucket{listener="order_sync",task="tick",outcome="succeeded",le="0.005"} 3 # {trace_id="${ids[3]}"} 0 ${Date.parse('2026-01-01T00:04:00Z') / 1000}`,
      `daemonry_run_duration_seconds_bucket{listener="order_sync",task="tick",outcome="succeeded",le="5"} 4 # {trace_id="${ids[1]}"} 3 ${Date.parse('2026-01-01T00:02:03Z') / 1000}`,
    ]);
    expect(exemplars((await daemon.expose())?.body)).toEqual([]);
  });

  it('is kept whichever of the two modules is loaded first', async () => {
    givenSdk({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const { app, daemon } = await givenMetrics({ web: false, modules: [tracingModule()] });
    await app.clock.advance('2m');
    expect(exemplars((await daemon.expose(OPEN_METRICS))?.body)).toHaveLength(1);
  });

  it('is not made of a trace that nobody keeps', async () => {
    givenSdk({ sampler: new AlwaysOffSampler(), spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const { app, daemon } = await givenMetrics({ web: false, modules: [tracingModule()] });
    await app.clock.advance('2m');
    expect(exemplars((await daemon.expose(OPEN_METRICS))?.body)).toEqual([]);
  });
});

describe('tracing without an SDK', () => {
  it('runs as without tracing', async () => {
    const app = await givenTracing();
    behaviours.push(() => undefined, failing);
    await app.clock.advance('3m');
    expect(app.runs('order_sync').map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'succeeded']);
  });
});
